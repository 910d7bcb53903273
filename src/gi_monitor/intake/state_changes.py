"""Every change of state is a row with time, cause and who (spec 1.4)."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.rows import DictRow

from gi_monitor import clock
from gi_monitor.month import Month

Connection = psycopg.Connection[DictRow]


@dataclass(frozen=True)
class StateChange:
    """What changed, of a delivery, or of an expectation where there is none.

    ``who`` is the person who decided through another login than their own; without it, the database login.
    """

    gi_code: str
    month: Month
    state: str
    cause: str
    delivery_id: int | None = None
    from_state: str | None = None
    who: str | None = None


def note(connection: Connection, change: StateChange) -> None:
    """Keep a change of state, at this business moment."""
    connection.execute(
        """
        insert into ledger.state_change
            (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at, cause, who)
        values (%s, %s, %s, %s, %s, %s, %s, coalesce(%s, session_user))
        """,
        [
            change.gi_code,
            change.month.start,
            change.delivery_id,
            change.from_state,
            change.state,
            clock.now(),
            change.cause,
            change.who,
        ],
    )
