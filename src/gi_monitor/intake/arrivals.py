"""Taking in deliveries: screen and judge in memory, archive and load (spec 1).

Each step asks the inbox or the ledger what is undone for an institution and does all of it, one
transaction per delivery, so it can be run twice or killed at any moment.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from gi_monitor import clock, contracts, institutions, logs, secrets
from gi_monitor.intake import (
    archive,
    digests,
    expectations,
    ledger,
    looks,
    mirror,
    pseudonyms,
    standing,
    transport,
)
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.pseudonyms import Pseudonyms
from gi_monitor.intake.state_changes import Connection
from gi_monitor.intake.transport import Place, TooLargeError, Transport, TransportError
from gi_monitor.month import Month
from gi_monitor.secrets import SecretError
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    from gi_monitor.intake.judgement import Judgement

_log = logging.getLogger(__name__)
_DECISIVE = {"rejected": ("reject",), "rejected_privacy": ("reject",), "on_hold": ("hold",)}
"""The severities that led to a state."""


def take_over(gi_code: str) -> list[Delivery]:
    """Judge every complete new delivery in the inbox, and what waits to be judged again; those that now count.

    A delivery is screened and judged in memory before anything of it is written (spec 1.3): one that is refused for
    privacy leaves nothing behind, in the inbox neither. Raises TransportError, after the others were taken over, when
    one of them could not be read.
    """
    with connect("gi_intake") as connection:
        ledger.register(connection, institutions.load())
        seen = looks.begin(connection, gi_code)
    taken: list[Delivery | None] = []
    problems: list[str] = []
    with transport.connect(institutions.find(gi_code)) as inbox:
        new = {place: now for place, now in inbox.complete().items() if seen.get(place) != now}
        _make_room({place.month for place in new})
        for place, now in new.items():
            try:
                taken.append(_take(inbox, place, now))
                problem = None
            except TransportError as error:
                problems.append(problem := str(error))
            with connect("gi_intake") as connection:
                looks.note(connection, place, now, problem)
    counting = [delivery for delivery in taken if delivery is not None] + judge_received(gi_code)
    if problems:
        raise TransportError(f"{len(problems)} of {len(new)} new deliveries could not be taken: {'; '.join(problems)}")
    return counting


def _make_room(months: set[Month]) -> None:
    """Make what months that may be delivered need, before a delivery is read beside the month before it.

    Made while rows are read, it has institutions that are first with a month wait for each other for ever.
    """
    ended = Month.of(clock.today())
    with connect("gi_intake") as connection:
        for month in sorted(month for month in months if ended - contracts.load().open_months <= month < ended):
            connection.execute("select landing.ensure_month(%s)", [month.start])


def _take(inbox: Transport, place: Place, signature: str) -> Delivery | None:
    """Take a delivery over unless these bytes are known; it, when it counts from now on. Raises TransportError."""
    try:
        files = inbox.read(place)
    except TooLargeError:
        _refuse_unread(place, digests.of_unread(signature))
        return None
    sha256 = digests.of_files(files)
    with archive.arriving(place.gi_code) as (connection, arrived):
        known = ledger.known(connection, place, digests.of_delivery(sha256))
        delivery = known or _receive(connection, place, files, sha256, arrived)
    if delivery.state == "rejected_privacy":
        inbox.remove(place)
    return delivery if known is None and delivery.state.startswith("accepted") else None


def _receive(
    connection: Connection, place: Place, files: Mapping[str, bytes], sha256: Mapping[str, str], arrived: list[int]
) -> Delivery:
    delivery = ledger.receive(connection, place, digests.of_delivery(sha256))
    arrived.append(delivery.delivery_id)
    with logs.about(delivery_id=delivery.delivery_id):
        return _judge_new(connection, delivery, files, sha256)


def _judge_new(
    connection: Connection, delivery: Delivery, files: Mapping[str, bytes], sha256: Mapping[str, str]
) -> Delivery:
    from gi_monitor.intake import privacy

    judgement = _judgement(connection, delivery, files)
    kept = privacy.may_be_kept(files, judgement.manifest, judgement.findings)
    archive.store(connection, delivery.delivery_id, {name: files[name] for name in kept})
    refused = judgement.state == "rejected_privacy"
    ledger.list_files(
        connection,
        delivery,
        # A name can be what the delivery was refused for.
        [
            (f"bestand {number}" if refused else name, sha256[name], len(files[name]), name in kept)
            for number, name in enumerate(sorted(files), start=1)
        ],
    )
    return _record(connection, delivery, judgement)


def _refuse_unread(place: Place, content_sha256: str) -> None:
    """Reject a delivery that is too large to be read, so that the institution is told; nothing of it is kept."""
    from gi_monitor.intake.judgement import too_large

    with archive.arriving(place.gi_code) as (connection, arrived):
        if ledger.known(connection, place, content_sha256) is None:
            delivery = ledger.receive(connection, place, content_sha256)
            arrived.append(delivery.delivery_id)
            archive.store(connection, delivery.delivery_id, {})
            _record(connection, delivery, too_large())


def judge_received(gi_code: str) -> list[Delivery]:
    """Judge archived bytes that wait to be judged again; the deliveries that now count."""
    with connect("gi_intake") as connection:
        waiting = ledger.received(connection, gi_code)
    judged = (_judge(gi_code, delivery.delivery_id) for delivery in waiting)
    return [delivery for delivery in judged if delivery.state.startswith("accepted")]


def _judge(gi_code: str, delivery_id: int) -> Delivery:
    with logs.about(delivery_id=delivery_id), archive.changing(gi_code) as connection:
        delivery = ledger.find(connection, delivery_id)
        if delivery.state != "received":
            return delivery
        return _record(connection, delivery, _judgement(connection, delivery, archive.fetch(connection, delivery_id)))


def _judgement(connection: Connection, delivery: Delivery, files: Mapping[str, bytes]) -> Judgement:
    # Imported here, and below: pandas takes longer than writing a receipt.
    from gi_monitor.intake import landing
    from gi_monitor.intake.judgement import judge

    return judge(
        files,
        delivery.place,
        institutions.load()[delivery.gi_code],
        today=clock.today(),
        last_sequence=ledger.last_sequence(connection, delivery),
        reopened=ledger.is_reopened(connection, delivery),
        previous=landing.previous(connection, delivery, _hashes(connection, delivery)),
    )


def _record(connection: Connection, delivery: Delivery, judgement: Judgement) -> Delivery:
    """Load what was judged and change the delivery's state, in the caller's transaction."""
    from gi_monitor.intake import landing

    landing.load(connection, delivery, judgement, _hashes(connection, delivery))
    ledger.describe(connection, delivery, _facts(judgement))
    standing.settle(connection, delivery, judgement.state, _cause(judgement))
    _log.info("delivery %d is %s with %d findings", delivery.delivery_id, judgement.state, len(judgement.findings))
    return ledger.find(connection, delivery.delivery_id)


def _hashes(connection: Connection, delivery: Delivery) -> Pseudonyms:
    hashes = pseudonyms.of(delivery.gi_code)
    if pseudonyms.hashed_by(connection) - {hashes.secret_id}:
        raise SecretError(
            f"the keys of earlier deliveries were hashed with another secret than {secrets.variable('keys')}:"
            " configure that one again, or replace it everywhere with `gi-monitor rebuild`"
        )
    return hashes


def _facts(judgement: Judgement) -> dict[str, object]:
    manifest = judgement.manifest
    totals = manifest.control_totals if manifest else None
    rarity = judgement.singling_out
    return {
        "specification": judgement.specification,
        # What its version does not ask is no more there than what the institution cannot report.
        "unavailable": sorted(manifest.unavailable | contracts.read_as(manifest.specification).not_yet)
        if manifest
        else [],
        "vacancies_fte": manifest.vacancies_fte if manifest else None,
        "control_totals": totals
        and {
            "maatregelen_actief": totals.measures_running,
            "kinderen_wachtend": totals.children_waiting,
            "fte_caseload": float(totals.fte_caseload),
        },
        "counted_totals": {
            **{name: str(interval) for name, interval in judgement.counted.items()},
            "rows": {name: len(rows) for name, rows in judgement.accepted.items()},
        },
        "row_counts": {name: asdict(counts) for name, counts in judgement.row_counts.items()},
        "mirror": mirror.to_json(judgement.mirror),
        "smallest_class": rarity and rarity.k,
        "small_class_share": rarity and rarity.small_share,
    }


def _cause(judgement: Judgement) -> str:
    decisive = _DECISIVE.get(judgement.state, ("row", "warn"))
    failed = {found.rule for found in judgement.findings if found.severity in decisive}
    unanswered = {answer.rule for answer in judgement.outcomes if answer.outcome == "NOT_RUN"}
    parts = [f"rules failed: {', '.join(sorted(failed))}"] if failed else []
    parts += [f"rules not run: {', '.join(sorted(unanswered))}"] if unanswered else []
    return "; ".join(parts) or "all rules passed"


def note_expectations() -> None:
    """Mark, for all institutions, which months are expected and which are late."""
    with connect("gi_intake") as connection:
        ledger.register(connection, institutions.load())
        known = ledger.gi_codes(connection)
    for gi_code in known:
        with archive.changing(gi_code) as connection:
            expectations.note_all(connection, gi_code)
            archive.keep_missing(connection, gi_code)
