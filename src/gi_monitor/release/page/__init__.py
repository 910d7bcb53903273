"""The Dutch page of a release: every number on it comes from the published observations (spec 3.4)."""
