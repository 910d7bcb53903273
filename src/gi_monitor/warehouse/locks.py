"""Locks on what one process does at a time, as rows of ``ledger.lock`` that only the role of the work can take.

A lock ends with its transaction, so a killed process leaves none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from psycopg.rows import DictRow

from gi_monitor.warehouse.connection import Role, connect

PATIENCE = timedelta(minutes=15)
"""Longer than any step holds a lock, but ``gi-monitor rebuild``."""


class LockError(RuntimeError):
    """Something else holds a lock for too long; the message names it."""


@contextmanager
def held(role: Role, name: str) -> Iterator[psycopg.Connection[DictRow]]:
    """Hold a lock until the block ends, by a connection that does nothing else; raises LockError."""
    with connect(role) as holder:
        take(holder, role, name)
        yield holder


def take(connection: psycopg.Connection[DictRow], role: Role, name: str) -> None:
    """Hold a lock until the transaction of ``connection`` ends; raises LockError after ``PATIENCE``."""
    try:
        connection.execute("select ledger.take_lock(%s, %s)", [name, PATIENCE])
    except psycopg.errors.LockNotAvailable:
        raise LockError(
            f'waited {PATIENCE} for the lock "{name}", which is held by {_holder(role, name)};'
            " let it finish, or end it with pg_terminate_backend, and do this again"
        ) from None


def _holder(role: Role, name: str) -> str:
    with connect(role) as another:
        row = another.execute("select ledger.lock_holder(%s) as holder", [name]).fetchone()
    return (row and row["holder"]) or "nobody any more"
