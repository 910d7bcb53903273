"""The monitor's pages of a release: every number on them comes from the published observations (spec 3.4)."""
