"""Sending receipts back, each by the transport over which its delivery came (spec 1.4)."""

from __future__ import annotations

import hashlib
import logging

from gi_monitor import institutions, rule_pages
from gi_monitor.intake import archive, ledger, receipt, transport
from gi_monitor.intake.ledger import Delivery
from gi_monitor.intake.state_changes import Connection
from gi_monitor.intake.transport import Transport, TransportError

_log = logging.getLogger(__name__)


def send_receipts(gi_code: str) -> int:
    """Send every receipt that was not sent yet; how many. Raises TransportError."""
    # Nothing changes state between what a receipt says and the note that it was sent.
    with archive.changing(gi_code) as connection:
        waiting = ledger.without_receipt(connection, gi_code)
        if waiting:
            with transport.connect(institutions.find(gi_code)) as outbox:
                _send_rule_pages(connection, outbox, gi_code)
                for delivery in waiting:
                    _send_receipt(connection, outbox, delivery)
    return len(waiting)


def tell(gi_code: str) -> None:
    """Send receipts now, if the institution can be reached; else the next intake run does."""
    try:
        send_receipts(gi_code)
    except TransportError as error:
        _log.warning("receipts wait for the next run of intake: %s", error)


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
