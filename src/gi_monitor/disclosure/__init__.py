"""Disclosure control: from exact observations to those that may be published (spec 3.2)."""
