"""The business moment as the ledger counts it: it never goes back, also where the clock was set back (spec 2.1).

"As known at T" rests on the order of these moments: a delivery that came later counts from a later one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
from psycopg.rows import DictRow

from gi_monitor import clock


def present(connection: psycopg.Connection[DictRow]) -> datetime:
    """Now, or the last moment of the ledger where the clock is behind it: what counted then counts."""
    return max(clock.now(), _last(connection))


def following(connection: psycopg.Connection[DictRow]) -> datetime:
    """Now, or just after the last moment of the ledger where the clock is behind it: something changes what counts."""
    now, last = clock.now(), _last(connection)
    return now if now >= last else last + timedelta(microseconds=1)


def _last(connection: psycopg.Connection[DictRow]) -> datetime:
    row = connection.execute("select max(greatest(known_from, known_to)) as last from ledger.known").fetchone()
    return (row and row["last"]) or datetime.min.replace(tzinfo=clock.AMSTERDAM)
