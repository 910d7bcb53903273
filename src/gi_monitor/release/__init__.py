"""The life of a release: draft, candidate, approved, published (spec 3.3)."""
