"""The receipt an institution gets back for every delivery, for machines, for a spreadsheet and on paper (spec 1.4)."""

from __future__ import annotations

from pathlib import Path

from gi_monitor import atomic, rule_pages
from gi_monitor.intake.receipt import as_html, as_json, as_xlsx
from gi_monitor.intake.receipt.content import Receipt
from gi_monitor.intake.receipt.sources import of_judgement, of_ledger

__all__ = ["Receipt", "of_judgement", "of_ledger", "write"]


def write(receipt: Receipt, folder: Path, stem: str = "ontvangstbewijs") -> None:
    """Write ``<stem>.xlsx``, ``.html`` and, when both are there, ``.json``; each replaces an earlier one whole.

    The page links to the rule pages: beside a trial in ``regels/``, else in the institution's ``regels/``, two
    folders up.
    """
    rules = "regels/" if receipt.trial else "../../regels/"
    rule_pages.write_html(folder / rules)
    atomic.write(folder / f"{stem}.xlsx", as_xlsx.workbook(receipt))
    atomic.write(folder / f"{stem}.html", as_html.page(receipt, rules).encode())
    atomic.write(folder / f"{stem}.json", as_json.document(receipt))
