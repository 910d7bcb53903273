"""Scenarios: what-if for analysts, from the facts in the marts (spec 2.4). Never part of a release."""
