"""From a delivery in the inbox to its rows in the warehouse and its receipt (spec 1).

``arrivals`` is the way of a delivery; ``judgement`` judges it without a database, for ``preflight`` too.
"""
