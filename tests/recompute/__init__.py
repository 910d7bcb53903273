"""A second opinion on every indicator, in pandas from specification 2 alone; shares no code with the warehouse's SQL."""
