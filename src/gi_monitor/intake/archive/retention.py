"""The end of the retention term, or an earlier one: data keys are destroyed, and the bytes with them (spec 1.5)."""

from __future__ import annotations

import logging

from gi_monitor import clock, contracts
from gi_monitor.intake import ledger
from gi_monitor.intake.archive import files, keys
from gi_monitor.intake.archive.journal import changing
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


def remove_unreadable() -> None:
    """Remove the bytes that no data key is kept of."""
    with connect("gi_intake") as connection:
        # What a delivery that is taken in just now has in the archive is not recorded yet.
        for gi_code in ledger.gi_codes(connection):
            ledger.lock(connection, gi_code)
        files.remove(row["number"] for row in connection.execute(_WITHOUT_KEY))


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
