"""The receipt an institution gets back for every delivery, for machines, for a spreadsheet and on paper (spec 1.4)."""

from __future__ import annotations

from gi_monitor.intake.receipt import as_html, as_json, as_xlsx
from gi_monitor.intake.receipt.content import Receipt
from gi_monitor.intake.receipt.sources import of_judgement, of_ledger

__all__ = ["Receipt", "forms", "of_judgement", "of_ledger"]


def forms(receipt: Receipt, stem: str = "ontvangstbewijs") -> dict[str, bytes]:
    """The receipt by file name, the machine's last: who waits for ``<stem>.json`` finds the others.

    The page links to the rule pages: beside a trial in ``regels/``, else in the institution's ``regels/``, two
    folders up.
    """
    rules = "regels/" if receipt.trial else "../../regels/"
    return {
        f"{stem}.xlsx": as_xlsx.workbook(receipt),
        f"{stem}.html": as_html.page(receipt, rules).encode(),
        f"{stem}.json": as_json.document(receipt),
    }
