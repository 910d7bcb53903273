"""What a data manager decides: on a hold, a withdrawal, a closed month, another judgement, original bytes (spec 1.4).

Every decision has a reason and is noted with who took it: the database login, or the person that Airflow names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from gi_monitor import clock, institutions
from gi_monitor.intake import archive, ledger, standing
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection, StateChange, note
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect


class DecisionError(ValueError):
    """What was decided cannot be; the message says why."""


def decide(delivery_id: int, *, accept: bool, reason: str, who: str | None = None, hold: int | None = None) -> Delivery:
    """Let a held delivery count, or refuse it.

    ``hold``: the change of state that was asked about, where somebody answers a question. Raises DecisionError when
    the delivery is not on hold, or by another change since, or no reason is given; LookupError when there is none.
    """
    with _deciding(delivery_id, reason) as (connection, delivery):
        if delivery.state != "on_hold":
            raise DecisionError(f"delivery {delivery_id} is {delivery.state}, not on hold: nothing to decide")
        [now] = [each for each in ledger.on_hold(connection) if each.delivery.delivery_id == delivery_id]
        if hold not in (None, now.change_id):
            raise DecisionError(f"delivery {delivery_id} is on hold for another reason since: {now.cause}")
        state = "accepted_with_findings" if accept else "rejected"
        standing.settle(connection, delivery, state, f"decision: {reason}", who=who)
        return ledger.find(connection, delivery_id)


def withdraw(delivery_id: int, *, reason: str) -> Delivery:
    """Let a delivery that counts, or waits for a decision, count no longer; the one before it counts again.

    Raises DecisionError when it neither counts nor is held, or no reason is given, LookupError when there is none.
    """
    with _deciding(delivery_id, reason) as (connection, delivery):
        for older in ledger.same_bytes(connection, delivery):
            standing.change(connection, older, "withdrawn", f"withdrawn: {reason}")
        if delivery.state == "on_hold":
            standing.change(connection, delivery, "withdrawn", f"withdrawn: {reason}")
        elif not standing.retire(connection, delivery, "withdrawn", f"withdrawn: {reason}"):
            raise DecisionError(f"delivery {delivery_id} is {delivery.state} and does not count: nothing to withdraw")
        return ledger.find(connection, delivery_id)


def recheck(delivery_id: int, *, reason: str) -> int:
    """Have the archived bytes of a delivery judged again, as a delivery of its own; its id.

    What counts goes on counting until the new judgement is accepted; a hold moves to it at once.
    Raises DecisionError when it was not judged yet, has a newer judgement or no reason is given, LookupError when
    there is none, archive.ArchiveError when its bytes cannot be had.
    """
    with _deciding(delivery_id, reason) as (connection, delivery):
        if delivery.state in ("received", "withdrawn"):
            raise DecisionError(f"delivery {delivery_id} is {delivery.state}: there is nothing to judge again")
        if newer := ledger.newest_judgement(connection, delivery):
            raise DecisionError(f"delivery {delivery_id} was judged again as {newer.delivery_id}: recheck that one")
        # What cannot be judged would keep what comes after it waiting.
        archive.fetch(connection, delivery_id)
        if not ledger.is_kept_whole(connection, delivery):
            raise DecisionError(f"the bytes of delivery {delivery_id} were not all kept: have it delivered again")
        new_id = ledger.receive_again(connection, delivery, f"recheck of {delivery_id}: {reason}")
        if delivery.state == "on_hold":
            standing.change(connection, delivery, "superseded", f"judged again as delivery {new_id}")
        return new_id


def recheck_month(gi_code: str, month: Month, *, reason: str) -> list[int]:
    """Have what counts in a month, and what waits for a decision there, judged again; the ids of the new deliveries.

    What was judged again for this very reason is left alone, so that who was stopped can begin again. Raises as
    ``recheck``.
    """
    with connect("gi_intake") as connection:
        standing_now = ledger.select(
            connection,
            "gi_code = %s and reporting_month = %s and (state like 'accepted%%' or state = 'on_hold')",
            [gi_code, month.start],
        )
        newest = [ledger.newest_judgement(connection, delivery) or delivery for delivery in standing_now]
        waiting = [
            delivery.delivery_id
            for delivery in newest
            if delivery.state != "received" and not _was_for(connection, delivery, reason)
        ]
    return [recheck(delivery_id, reason=reason) for delivery_id in waiting]


def _was_for(connection: Connection, delivery: Delivery, reason: str) -> bool:
    """Whether a delivery is a recheck for this reason."""
    found = connection.execute(
        "select from ledger.state_change where delivery_id = %s and to_state = 'received'"
        r" and regexp_replace(cause, '^recheck of \d+: ', '') = %s",
        [delivery.delivery_id, reason],
    )
    return found.rowcount > 0


def reopen(gi_code: str, month: Month, *, until: date, reason: str) -> None:
    """Let a closed month be delivered again until a day.

    Raises DecisionError when the day has gone by or no reason is given, LookupError for an unknown institution.
    """
    known = institutions.load()
    if gi_code not in known:
        raise LookupError(f"there is no institution {gi_code}: one of {', '.join(known)}")
    if until < clock.today():
        raise DecisionError(f"{until} has gone by: name a day from {clock.today()} on")
    _reason(reason)
    with archive.changing(gi_code) as connection:
        ledger.register(connection, known)
        connection.execute(
            """
            insert into ledger.reopened_month (gi_code, reporting_month, open_until, reopened_at, reason)
            values (%s, %s, %s, %s, %s)
            """,
            [gi_code, month.start, until, clock.now(), reason],
        )


def restore(delivery_id: int, folder: Path, *, reason: str) -> None:
    """Write the original files of a delivery to a folder, after the ledger says who asked for them and why.

    Raises DecisionError when no reason is given, archive.ArchiveError when they cannot be had or a file is there
    already, LookupError when there is no such delivery; nothing is written then.
    """
    with _deciding(delivery_id, reason) as (connection, delivery):
        files = archive.fetch(connection, delivery_id)
        archive.check_free(folder, files)
        note(connection, StateChange(delivery.gi_code, delivery.month, "restored", reason, delivery_id))
    archive.write_out(files, folder)


def destroy(delivery_id: int, *, reason: str) -> None:
    """Destroy the data key and the bytes of a delivery before the retention term; its rows and figures stay.

    Raises DecisionError when no reason is given, archive.ArchiveError when there are no bytes or they wait to be
    judged, LookupError when there is no such delivery.
    """
    with _deciding(delivery_id, reason) as (connection, delivery):
        archive.destroy(connection, delivery, f"data key destroyed before its term: {reason}")
    archive.remove_unreadable()


@contextmanager
def _deciding(delivery_id: int, reason: str) -> Iterator[tuple[Connection, Delivery]]:
    """The delivery as it is once nobody else decides about its institution."""
    _reason(reason)
    with connect("gi_intake") as connection:
        gi_code = ledger.find(connection, delivery_id).gi_code
    with archive.changing(gi_code) as connection:
        yield connection, ledger.find(connection, delivery_id)


def _reason(reason: str) -> None:
    if not reason.strip():
        raise DecisionError("a decision needs a reason: it is kept in the ledger")
