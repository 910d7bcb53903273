"""Losing the database, and looking at whether another one became the same."""

from __future__ import annotations

from collections.abc import Callable

from gi_monitor.warehouse.connection import connect_as_owner
from tests import stored


def lose(another_warehouse: Callable[[], None]) -> None:
    """From now on there is another database, empty and migrated, beside the same data folder."""
    another_warehouse()
    with connect_as_owner() as connection:
        # The databases of a test run are copies of one, which shares out its archive.
        connection.execute("update ledger.archive set archive_id = gen_random_uuid()")


def tables(*schemas: str) -> dict[str, list[str]]:
    """The rows of every table of some schemas, in no order of the database's own."""
    held = stored.tables()
    return {name: sorted(rows.splitlines()) for name, rows in held.items() if name.split(".")[0] in schemas}
