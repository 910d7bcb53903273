"""Taking in deliveries: fetch and archive, judge and load, send the receipt (spec 1).

Each step asks the inbox or the ledger what is undone for an institution and does all of it, one
transaction per delivery, so it can be run twice or killed at any moment.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from gi_monitor import clock, institutions, rule_pages
from gi_monitor.intake import archive, expectations, ledger, looks, mirror, receipt, standing, transport
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection
from gi_monitor.intake.transport import Place, Transport, TransportError
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    from gi_monitor.intake.judgement import Judgement

_log = logging.getLogger(__name__)


def fetch(gi_code: str) -> None:
    """Archive every complete delivery of an institution that is new or changed.

    Raises TransportError, after the others were archived, when one of them could not be read.
    """
    with connect("gi_intake") as connection:
        ledger.register(connection, institutions.load())
        taken = looks.begin(connection, gi_code)
    with transport.connect(institutions.find(gi_code)) as inbox:
        new = {place: now for place, now in inbox.complete().items() if taken.get(place) != now}
        problems = [problem for place, now in new.items() if (problem := _take(inbox, place, now))]
    if problems:
        raise TransportError(f"{len(problems)} of {len(new)} new deliveries could not be taken: {'; '.join(problems)}")


def _take(inbox: Transport, place: Place, signature: str) -> str | None:
    """Read and archive a delivery; what kept us from it, if anything did."""
    try:
        files, problem = inbox.read(place), None
    except TransportError as error:
        files, problem = {}, str(error)
    with connect("gi_intake") as connection:
        ledger.lock(connection, place.gi_code)
        if problem is None:
            _receive(connection, place, files)
        looks.note(connection, place, signature, problem)
    return problem


def _receive(connection: Connection, place: Place, files: Mapping[str, bytes]) -> None:
    archived = {name: (archive.store(content), len(content)) for name, content in files.items()}
    content_sha256 = archive.content_sha256({name: sha256 for name, (sha256, _) in archived.items()})
    if not ledger.is_known(connection, place, content_sha256):
        delivery_id = ledger.receive(connection, place, content_sha256, archived)
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
        judgement = judge(
            _archived_files(connection, delivery),
            delivery.place,
            institutions.load()[delivery.gi_code],
            today=clock.today(),
            last_sequence=ledger.last_sequence(connection, delivery),
            reopened=ledger.is_reopened(connection, delivery),
            previous=landing.previous(connection, delivery),
        )
        landing.load(connection, delivery, judgement)
        ledger.describe(connection, delivery, _facts(judgement))
        standing.settle(connection, delivery, judgement.state, _cause(judgement))
        _log.info("delivery %d is %s with %d findings", delivery_id, judgement.state, len(judgement.findings))
        return delivery if judgement.state.startswith("accepted") else None


def _archived_files(connection: Connection, delivery: Delivery) -> dict[str, bytes]:
    rows = connection.execute(
        "select name, sha256 from ledger.delivery_file where delivery_id = %s", [delivery.delivery_id]
    )
    return {row["name"]: archive.fetch(row["sha256"]) for row in rows}


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
    """Send every receipt that was not sent yet; how many. Raises TransportError."""
    with connect("gi_intake") as connection:
        # Nothing changes state between what a receipt says and the note that it was sent.
        ledger.lock(connection, gi_code)
        waiting = ledger.without_receipt(connection, gi_code)
        if waiting:
            with transport.connect(institutions.find(gi_code)) as outbox:
                _send_rule_pages(connection, outbox, gi_code)
                for delivery in waiting:
                    _send_receipt(connection, outbox, delivery)
    return len(waiting)


def _send_rule_pages(connection: Connection, outbox: Transport, gi_code: str) -> None:
    """The pages to which receipts link, when they are others than the institution has."""
    pages = rule_pages.html()
    digest = hashlib.sha256(b"".join(pages.values())).hexdigest()
    changed = connection.execute(
        """
        update ledger.institution set rule_pages_sha256 = %(digest)s
        where gi_code = %(gi_code)s and rule_pages_sha256 is distinct from %(digest)s
        """,
        {"gi_code": gi_code, "digest": digest},
    )
    if changed.rowcount:
        for name, content in pages.items():
            outbox.send(f"regels/{name}", content)


def _send_receipt(connection: Connection, outbox: Transport, delivery: Delivery) -> None:
    content = receipt.of_ledger(connection, delivery)
    for name, form in receipt.forms(content, _stem(connection, delivery)).items():
        outbox.send(f"{delivery.place.name}/{name}", form)
    ledger.receipt_sent(connection, delivery)


def _stem(connection: Connection, delivery: Delivery) -> str:
    """Other bytes that came in the same place get a receipt beside the first one's."""
    nth = ledger.nth_of_its_place(connection, delivery)
    return "ontvangstbewijs" if nth == 1 else f"ontvangstbewijs-{nth}"


def note_expectations() -> None:
    """Mark, for all institutions, which months are expected and which are late."""
    with connect("gi_intake") as connection:
        ledger.register(connection, institutions.load())
        expectations.note_all(connection)
