"""The warehouse from the archive: all of it after the database was lost, other hashes after a change of secret."""

from __future__ import annotations

import logging
from datetime import date

from gi_monitor import clock, institutions
from gi_monitor.intake import archive, landing, ledger, pseudonyms
from gi_monitor.intake.archive import ArchiveError
from gi_monitor.intake.judgement import Judgement, judge
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection
from gi_monitor.warehouse.connection import connect, connect_as_owner

_log = logging.getLogger(__name__)


class RebuildError(RuntimeError):
    """Some deliveries could not be done; the message names each with the reason and the remedy."""


def take_up() -> None:
    """Put what the archive knows into this database, if the one to which the archive belonged was lost.

    All of it or nothing; what is left to do is ``make_rows``. Raises ArchiveError when this database is not empty.
    """
    with connect_as_owner() as connection:
        if not archive.is_of_another_database(connection):
            return
        archive.take_up(connection)
        pseudonyms.lose_rows(connection)
        for delivery in ledger.select(connection, _JUDGED_AND_NOT_PURGED, []):
            archive.put_back(connection, delivery.delivery_id)


_JUDGED_AND_NOT_PURGED = """
state <> 'received'
and coalesce(recheck_of, delivery_id) in (select delivery_id from ledger.data_key where destroyed_at is null)
"""


def make_rows() -> int:
    """Make the rows again of every delivery whose rows were lost or are hashed by another secret; of how many.

    Each is judged again by its own day and must give the very rows that it had; nothing but keys changes. One
    transaction per delivery: started again, it goes on where it stopped. Raises RebuildError after all others are done.
    """
    with connect("gi_intake") as connection:
        waiting = ledger.select(connection, "hash_secret_id <> %s", [pseudonyms.secret_id()])
    problems = []
    for number, delivery in enumerate(waiting, start=1):
        try:
            _make_rows(delivery)
        except (RebuildError, ArchiveError) as error:
            problems.append(str(error))
        _log.info("%d of %d: delivery %d", number, len(waiting), delivery.delivery_id)
    problems += _gone()
    if problems:
        raise RebuildError("\n".join(problems))
    return len(waiting)


def _make_rows(delivery: Delivery) -> None:
    with archive.changing(delivery.gi_code) as connection:
        landing.remove_rows(connection, delivery)
        landing.load_rows(connection, delivery, _judge(connection, delivery), pseudonyms.of(delivery.gi_code))
        if archive.digest_of_rows(connection, delivery.delivery_id) != archive.kept_digest(
            connection, delivery.delivery_id
        ):
            raise RebuildError(
                f"delivery {delivery.delivery_id} ({delivery.place.path}) would give other rows than it had: rebuild"
                " with the institution file and the version of GI-monitor that took it in"
            )


def _judge(connection: Connection, delivery: Delivery) -> Judgement:
    """The judgement of its rows; what the ledger and the month before said of it changes none of them."""
    known = institutions.load()
    if delivery.gi_code not in known:
        raise RebuildError(
            f"delivery {delivery.delivery_id} cannot be read without {delivery.gi_code}.yml: put it back"
        )
    files = archive.fetch(connection, delivery.delivery_id)
    # An institution may have ended since, from a day before the month.
    institution = known[delivery.gi_code].model_copy(update={"valid_from": date.min, "valid_to": None})
    return judge(files, delivery.place, institution, today=_judged_on(connection, delivery), reopened=True)


def _judged_on(connection: Connection, delivery: Delivery) -> date:
    row = connection.execute(
        "select min(changed_at) as moment from ledger.state_change where delivery_id = %s and from_state = 'received'",
        [delivery.delivery_id],
    ).fetchone()
    assert row is not None
    day: date = row["moment"].astimezone(clock.AMSTERDAM).date()
    return day


def _gone() -> list[str]:
    """What is to be said of deliveries that count, but whose rows are lost and whose bytes were purged."""
    with connect("gi_intake") as connection:
        gone = ledger.select(connection, _COUNTS_WITHOUT_ROWS, [])
    return [
        f"delivery {delivery.delivery_id} ({delivery.place.path}) has no rows, and its bytes were purged: restore a"
        " backup of the database, or have it count no longer: `gi-monitor deliveries withdraw`"
        for delivery in gone
    ]


_COUNTS_WITHOUT_ROWS = """
hash_secret_id is null and delivery_id in (select delivery_id from ledger.known where known_to is null)
and not exists (
    select from landing.caseload as held
    where held.reporting_month = delivery.reporting_month and held.delivery_id = delivery.delivery_id
)
"""
