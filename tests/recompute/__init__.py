"""A second opinion on every indicator, in pandas, from specification 2 alone: it shares nothing with the SQL."""
