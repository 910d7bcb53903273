"""Taking in deliveries: fetch and archive, judge and load, send the receipt (spec 1).

Each step asks the inbox or the ledger what is undone for an institution and does all of it, one
transaction per delivery, so it can be run twice or killed at any moment.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from gi_monitor import clock, institutions, secrets, settings
from gi_monitor.intake import archive, digests, expectations, ledger, mirror, pseudonyms, receipt, standing, transport
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.pseudonyms import Pseudonyms
from gi_monitor.intake.state_changes import Connection
from gi_monitor.secrets import SecretError
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    from gi_monitor.intake.judgement import Judgement

_log = logging.getLogger(__name__)


def fetch(gi_code: str) -> list[int]:
    """Archive every complete delivery in the inbox that is new; the ids of all that wait to be judged."""
    with connect("gi_intake") as connection:
        ledger.register(connection, institutions.load())
    for place in transport.complete_deliveries(gi_code):
        files = transport.read(place)
        with connect("gi_intake") as connection:
            ledger.lock(connection, gi_code)
            _receive(connection, place, files)
    with connect("gi_intake") as connection:
        return [delivery.delivery_id for delivery in ledger.received(connection, gi_code)]


def _receive(connection: Connection, place: transport.Place, files: Mapping[str, bytes]) -> None:
    sha256 = digests.of_files(files)
    content_sha256 = digests.of_delivery(sha256)
    if not ledger.is_known(connection, place, content_sha256):
        sizes = {name: (sha256[name], len(content)) for name, content in files.items()}
        delivery_id = ledger.receive(connection, place, content_sha256, sizes)
        archive.store(connection, delivery_id, files)
        _log.info("delivery %d received: %s", delivery_id, place.path)


def judge_received(gi_code: str) -> list[Delivery]:
    """Judge and load what waits; the deliveries that now count."""
    with connect("gi_intake") as connection:
        waiting = ledger.received(connection, gi_code)
    return [accepted for delivery in waiting if (accepted := _judge(delivery.delivery_id)) is not None]


def _judge(delivery_id: int) -> Delivery | None:
    # Imported here: pandas takes longer than archiving a delivery or writing its receipt.
    from gi_monitor.intake import landing
    from gi_monitor.intake.judgement import judge

    with connect("gi_intake") as connection:
        ledger.lock(connection, ledger.find(connection, delivery_id).gi_code)
        delivery = ledger.find(connection, delivery_id)
        if delivery.state != "received":
            return None
        hashes = _hashes(connection, delivery)
        judgement = judge(
            archive.fetch(connection, delivery_id),
            delivery.place,
            institutions.load()[delivery.gi_code],
            today=clock.today(),
            last_sequence=ledger.last_sequence(connection, delivery),
            reopened=ledger.is_reopened(connection, delivery),
            previous=landing.previous(connection, delivery, hashes),
        )
        landing.load(connection, delivery, judgement, hashes)
        ledger.describe(connection, delivery, _facts(judgement))
        standing.settle(connection, delivery, judgement.state, _cause(judgement))
        _log.info("delivery %d is %s with %d findings", delivery_id, judgement.state, len(judgement.findings))
        return delivery if judgement.state.startswith("accepted") else None


def _hashes(connection: Connection, delivery: Delivery) -> Pseudonyms:
    hashes = pseudonyms.of(delivery.gi_code)
    if ledger.hashed_by(connection) - {hashes.secret_id}:
        raise SecretError(
            f"the keys of earlier deliveries were hashed with another secret than {secrets.variable('keys')}:"
            " configure that one again, or replace it everywhere with `gi-monitor rebuild`"
        )
    return hashes


def _facts(judgement: Judgement) -> dict[str, object]:
    manifest = judgement.manifest
    totals = manifest.control_totals if manifest else None
    return {
        "unavailable": sorted(manifest.unavailable) if manifest else [],
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
    }


def _cause(judgement: Judgement) -> str:
    decisive = {"rejected": ("reject",), "on_hold": ("hold",)}.get(judgement.state, ("row", "warn"))
    failed = {found.rule for found in judgement.findings if found.severity in decisive}
    unanswered = {answer.rule for answer in judgement.outcomes if answer.outcome == "NOT_RUN"}
    parts = [f"rules failed: {', '.join(sorted(failed))}"] if failed else []
    parts += [f"rules not run: {', '.join(sorted(unanswered))}"] if unanswered else []
    return "; ".join(parts) or "all rules passed"


def send_receipts(gi_code: str) -> int:
    """Write every receipt that was not sent yet; how many."""
    with connect("gi_intake") as connection:
        # Nothing changes state between what a receipt says and the note that it was sent.
        ledger.lock(connection, gi_code)
        waiting = ledger.without_receipt(connection, gi_code)
        for delivery in waiting:
            folder = settings.load().outbox / delivery.place.path
            receipt.write(receipt.of_ledger(connection, delivery), folder, _stem(connection, delivery))
            ledger.receipt_sent(connection, delivery)
    return len(waiting)


def _stem(connection: Connection, delivery: Delivery) -> str:
    """Other bytes that came in the same place get a receipt beside the first one's."""
    nth = ledger.nth_of_its_place(connection, delivery)
    return "ontvangstbewijs" if nth == 1 else f"ontvangstbewijs-{nth}"


def note_expectations() -> None:
    """Mark, for all institutions, which months are expected and which are late."""
    with connect("gi_intake") as connection:
        ledger.register(connection, institutions.load())
        expectations.note_all(connection)
