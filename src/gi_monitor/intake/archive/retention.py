"""The end of the retention term, or an earlier one: data keys are destroyed, and the bytes with them (spec 1.5)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from gi_monitor import clock, contracts
from gi_monitor.intake import ledger
from gi_monitor.intake.archive import files, keys
from gi_monitor.intake.archive.journal import changing, require_own
from gi_monitor.intake.archive.keys import ArchiveError
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection, StateChange, note
from gi_monitor.warehouse.connection import connect

_log = logging.getLogger(__name__)


def due(connection: Connection) -> list[Delivery]:
    """Deliveries that arrived longer ago than the retention term, and whose bytes can still be had.

    One whose bytes wait to be judged is not among them.
    """
    return ledger.select(
        connection,
        """
        received_at < %s - make_interval(years => %s)
        and delivery_id in (select delivery_id from ledger.data_key where destroyed_at is null)
        and not exists (
            select from ledger.delivery as judged
            where coalesce(judged.recheck_of, judged.delivery_id) = delivery.delivery_id and judged.state = 'received'
        )
        """,
        [clock.now(), contracts.load().retention_years],
    )


def destroy(connection: Connection, delivery: Delivery, cause: str) -> None:
    """Destroy the data key of a delivery before its term, and so that of every other judgement of its bytes.

    Raises PurgedError when that was done already, ArchiveError when there are no bytes or they wait to be judged.
    """
    arrived = ledger.find(connection, keys.kept(connection, delivery.delivery_id)["delivery_id"])
    waits = ledger.select(
        connection, "coalesce(recheck_of, delivery_id) = %s and state = 'received'", [arrived.delivery_id]
    )
    if waits:
        raise ArchiveError(f"the bytes of delivery {delivery.delivery_id} wait to be judged: take in first")
    _destroy(connection, arrived, cause)


def purge() -> list[Delivery]:
    """Destroy the data keys of the deliveries that are due, then remove all bytes without one; those deliveries.

    Killed in between, the bytes that are left cannot be read, and the next time removes them.
    """
    cause = f"received more than {contracts.load().retention_years} years ago: data key destroyed"
    with connect("gi_intake") as connection:
        known = ledger.gi_codes(connection)
    purged = []
    for gi_code in known:
        with changing(gi_code) as connection:
            for delivery in due(connection):
                if delivery.gi_code == gi_code:
                    _destroy(connection, delivery, cause)
                    purged.append(delivery)
    remove_unreadable()
    return purged


@contextmanager
def arriving(gi_code: str) -> Iterator[tuple[Connection, list[int]]]:
    """Open a transaction of ``changing`` in which deliveries arrive; the caller adds each number to the list.

    When it fails, what it wrote in the archive is removed as soon as the ledger says that nothing was recorded. What a
    killed process or a database that is away leaves behind, ``remove_unreadable`` removes.
    """
    arrived: list[int] = []
    try:
        with changing(gi_code) as connection:
            yield connection, arrived
    except Exception:
        with suppress(psycopg.OperationalError):
            _remove_unrecorded(gi_code, arrived)
        raise


def _remove_unrecorded(gi_code: str, delivery_ids: list[int]) -> None:
    with connect("gi_intake") as connection:
        # A commit whose outcome is unknown may still be under way: it keeps this lock until it is over.
        ledger.lock(connection, gi_code)
        recorded = connection.execute(
            "select delivery_id from ledger.delivery where delivery_id = any(%s)", [delivery_ids]
        ).fetchall()
        files.remove(set(delivery_ids) - {row["delivery_id"] for row in recorded})


def remove_unreadable() -> None:
    """Remove from the archive what no data key is kept of: deliveries that were purged or never recorded.

    Raises ArchiveError when the archive belongs to another database.
    """
    with connect("gi_intake") as connection:
        require_own(connection)
        if not _unreadable(connection):
            return
        # What a delivery that is taken in just now has in the archive is not recorded yet.
        for gi_code in ledger.gi_codes(connection):
            ledger.lock(connection, gi_code)
        files.remove(_unreadable(connection))


def _unreadable(connection: Connection) -> set[int]:
    """The deliveries without a data key of which the archive has something."""
    return {row["number"] for row in connection.execute(_WITHOUT_KEY)} & files.present()


# The numbers of deliveries that were not recorded among them; of later numbers this ledger knows nothing.
_WITHOUT_KEY = """
select number from generate_series(1, (select max(delivery_id) from ledger.delivery)) as number
where not exists (
    select from ledger.delivery as judged
    inner join ledger.data_key as kept on kept.delivery_id = coalesce(judged.recheck_of, judged.delivery_id)
    where judged.delivery_id = number and kept.destroyed_at is null
)
"""


def _destroy(connection: Connection, delivery: Delivery, cause: str) -> None:
    connection.execute(
        "update ledger.data_key set wrapped = null, destroyed_at = %s where delivery_id = %s",
        [clock.now(), delivery.delivery_id],
    )
    connection.execute(
        "update ledger.delivery set hash_secret_id = null where coalesce(recheck_of, delivery_id) = %s",
        [delivery.delivery_id],
    )
    note(connection, StateChange(delivery.gi_code, delivery.month, "purged", cause, delivery.delivery_id))
    _log.info("delivery %d purged", delivery.delivery_id)
