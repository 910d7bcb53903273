"""Every change of state is a row with time, cause and who (spec 1.4)."""

from __future__ import annotations

import psycopg
from psycopg.rows import DictRow

from gi_monitor import clock
from gi_monitor.month import Month

Connection = psycopg.Connection[DictRow]


def note(
    connection: Connection,
    gi_code: str,
    month: Month,
    state: str,
    cause: str,
    *,
    delivery_id: int | None = None,
    from_state: str | None = None,
) -> None:
    """Keep a change of state of a delivery, or of an expectation where there is none; who is the database login."""
    connection.execute(
        """
        insert into ledger.state_change
            (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at, cause)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        [gi_code, month.start, delivery_id, from_state, state, clock.now(), cause],
    )
