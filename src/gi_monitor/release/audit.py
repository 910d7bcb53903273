"""What the disclosure audit says of a release as the marts in use have it, before anybody decides on it (spec 3.2)."""

from __future__ import annotations

from psycopg import IsolationLevel

from gi_monitor import indicators
from gi_monitor.disclosure import protection
from gi_monitor.release import calendar, inputs
from gi_monitor.warehouse.connection import connect


def audit(release_id: str) -> protection.Release:
    """The rows of a release after control, audit and secondary suppression; takes minutes for the nation.

    The attacker knows this release alone, not yet what is out already.

    Raises ReleaseError for a release that the calendar does not have.
    """
    with connect("gi_release") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        found = inputs.read(connection, calendar.find(calendar.load(connection), release_id))
    return protection.release(found.observations, indicators.load(), found.path, found.vintage_deliveries)
