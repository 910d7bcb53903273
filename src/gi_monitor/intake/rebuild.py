"""Other hashes for all keys, from the archived bytes, after the hash secret was changed (spec 1.5)."""

from __future__ import annotations

import logging
from datetime import date

from gi_monitor import clock, institutions
from gi_monitor.intake import archive, landing, ledger, pseudonyms
from gi_monitor.intake.archive import ArchiveError
from gi_monitor.intake.judgement import Judgement, judge
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection
from gi_monitor.warehouse.connection import connect

_log = logging.getLogger(__name__)


class RebuildError(RuntimeError):
    """Some deliveries keep their hashes; the message names each with the reason and the remedy."""


def hash_again() -> int:
    """Hash the keys of every delivery whose rows another secret hashed; of how many.

    Each is judged again by its own day and must give the very rows that it has; nothing but keys changes. One
    transaction per delivery: started again, it goes on where it stopped. Raises RebuildError after all others are done.
    """
    with connect("gi_intake") as connection:
        secret_id = pseudonyms.secret_id()
        waiting = ledger.select(connection, "hash_secret_id <> %s", [secret_id])
    problems = []
    for number, delivery in enumerate(waiting, start=1):
        try:
            _hash_again(delivery)
        except (RebuildError, ArchiveError) as error:
            problems.append(str(error))
        _log.info("%d of %d: delivery %d", number, len(waiting), delivery.delivery_id)
    if problems:
        raise RebuildError("\n".join(problems))
    return len(waiting)


def _hash_again(delivery: Delivery) -> None:
    with connect("gi_intake") as connection:
        ledger.lock(connection, delivery.gi_code)
        before = landing.without_keys(connection, delivery)
        landing.remove_rows(connection, delivery)
        landing.load_rows(connection, delivery, _judge(connection, delivery), pseudonyms.of(delivery.gi_code))
        if landing.without_keys(connection, delivery) != before:
            raise RebuildError(
                f"delivery {delivery.delivery_id} ({delivery.place.path}) would give other rows than it has: rebuild"
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
    return judge(files, delivery.place, known[delivery.gi_code], today=_judged_on(connection, delivery), reopened=True)


def _judged_on(connection: Connection, delivery: Delivery) -> date:
    row = connection.execute(
        "select min(changed_at) as moment from ledger.state_change where delivery_id = %s and from_state = 'received'",
        [delivery.delivery_id],
    ).fetchone()
    assert row is not None
    day: date = row["moment"].astimezone(clock.AMSTERDAM).date()
    return day
