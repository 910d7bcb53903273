"""The receipt as a workbook: what a data steward works through."""

from __future__ import annotations

from collections.abc import Iterator

from gi_monitor import documents
from gi_monitor.clock import AMSTERDAM
from gi_monitor.documents import day, number
from gi_monitor.intake.receipt import specification
from gi_monitor.intake.receipt.book import LAST_ROW, Book
from gi_monitor.intake.receipt.content import Receipt
from gi_monitor.intake.receipt.wording import NO_FIGURE, OUTCOMES, line, rarity
from gi_monitor.rule_pages import SEVERITIES


def workbook(receipt: Receipt) -> bytes:
    """The sheets Samenvatting, Per regel, Bevindingen and Spiegel; the same receipt gives the same bytes."""
    book = Book(receipt.title, documents.SYNTHETIC if receipt.synthetic else "", receipt.received_at)
    _summary(book, receipt)
    _rules(book, receipt)
    _findings(book, receipt)
    _mirror(book, receipt)
    return book.finished()


def _summary(book: Book, receipt: Receipt) -> None:
    sheet = book.sheet("Samenvatting", [24, 18, 18, 60])
    sheet.line(receipt.title, "title", 20)
    sheet.line(f"Status: {receipt.state_label}", "title", 20)
    sheet.line(receipt.next_step, height=48)
    if receipt.specification:
        sheet.line(specification.in_words(receipt.specification), height=48)
    sheet.table(
        ["Controletotaal", "U gaf op", "Geteld", "Toegestaan"],
        ((total.name, total.delivered, total.exact, total.allowed) for total in receipt.totals),
    )
    sheet.next_row += 1
    sheet.table(
        ["Bestand", "Rijen aangeleverd", "Rijen terzijde"],
        ((rows.dataset, rows.delivered, rows.set_aside) for rows in receipt.rows),
    )
    sheet.next_row += 1
    if receipt.singling_out:
        sheet.line(rarity(receipt.singling_out), height=48)
    for remark in _remarks(receipt):
        sheet.line(remark)


def _remarks(receipt: Receipt) -> Iterator[str]:
    received = receipt.received_at.astimezone(AMSTERDAM)
    what = "gecontroleerd" if receipt.trial else "ontvangen"
    yield f"Volgnummer {receipt.sequence_number}, {what} op {day(received)} om {received:%H:%M}"
    if receipt.content_sha256:
        yield f"Controlegetal (sha256): {receipt.content_sha256}"
    for use in receipt.used_in:
        yield f"Gebruikt in uitgave {use.release_id}, versie {use.version}"
    if len(receipt.findings) > _room(receipt):
        yield (
            f"Het blad Bevindingen toont de eerste {number(_room(receipt))} van {number(len(receipt.findings))} "
            "bevindingen: meer rijen kan een werkblad niet hebben. Het JSON-bestand heeft ze alle."
        )


def _rules(book: Book, receipt: Receipt) -> None:
    book.sheet("Per regel", [8, 22, 20, 9, 32, 90]).list(
        ["Regel", "Ernst", "Uitkomst", "Aantal", "Waarom niet", "Wat er mis is en wat u doet"],
        (
            (a.rule, SEVERITIES[a.severity], OUTCOMES[a.outcome], a.failures, a.reason, a.sentence)
            for a in receipt.rules
        ),
    )


def _findings(book: Book, receipt: Receipt) -> None:
    book.sheet("Bevindingen", [8, 22, 12, 8, 30, 28, 90]).list(
        ["Regel", "Ernst", "Bestand", "Rij", "Kolom", "Waarde", "Melding"],
        (
            (f.rule, SEVERITIES[f.severity], f.dataset, f.row, f.column, f.value, f.message)
            for f in receipt.findings[: _room(receipt)]
        ),
    )


def _room(receipt: Receipt) -> int:
    """How many findings fit on a sheet, below its header and the mark of made-up data."""
    return LAST_ROW - (2 if receipt.synthetic else 1)


def _mirror(book: Book, receipt: Receipt) -> None:
    figures = [line(figure) for figure in receipt.mirror]
    book.sheet("Spiegel", [10, 60, 34, 12, 24]).list(
        ["Indicator", "Wat", "Uitsplitsing", "Waarde", "Eenheid"],
        ((f.indicator, f.name, f.category, NO_FIGURE if f.value is None else f.value, f.unit) for f in figures),
    )
