"""``tables.xlsx``: the tables for Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date
from decimal import Decimal
from math import ceil
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from gi_monitor.release.formats.about import About
from gi_monitor.release.formats.tables import Cell, Sheet

_LINE = 15
"""The height of a line, in points."""


def write(path: Path, sheets: Iterable[Sheet], about: About) -> None:
    """Write the workbook; each table is marked up as one, with its header, so that screen readers say it."""
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": about.title_nl,
                "author": about.catalogue.publisher.name,
                "comments": about.mark,
                "created": about.published.astimezone(UTC).replace(tzinfo=None),
            }
        )
        formats = _Formats(book)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name), sheet, formats, about)


class _Formats:
    """The formats of cells: texts wrap, numbers show the decimals that they have."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.header = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.numbers = [
            book.add_format({"num_format": form, "valign": "top"}) for form in ("#,##0", "#,##0.0", "#,##0.00")
        ]

    def number(self, value: Decimal | int) -> Format:
        return self.numbers[max(0, -int(Decimal(value).as_tuple().exponent))]


def _fill(page: Worksheet, sheet: Sheet, formats: _Formats, about: About) -> None:
    for row, line in enumerate(sheet.lines):
        page.write_string(row, 0, line, formats.title)
    top, table = len(sheet.lines), sheet.table
    for row, cells in enumerate(table.rows, start=top + 1):
        for column, cell in enumerate(cells):
            _write(page, row, column, cell, formats)
        page.set_row(row, _LINE * _lines(cells, table.widths))
    for column, width in enumerate(table.widths):
        page.set_column(column, column, width)
    page.add_table(
        top, 0, top + len(table.rows), len(table.header) - 1,
        {
            "name": f"Tabel_{sheet.name}",
            "columns": [{"header": name, "header_format": formats.header} for name in table.header],
            "style": "Table Style Light 1",
            "banded_rows": False,
        },
    )  # fmt: skip
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{about.mark}&R&A, &P / &N")


def _lines(cells: Sequence[Cell], widths: Sequence[int]) -> int:
    """How many lines the longest text of a row takes; not every program makes a row that wraps higher by itself."""
    return max(
        1, *(ceil(len(cell) / width) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str))
    )


def _write(page: Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell, formats.text)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.date)
    elif cell is not None:
        page.write_number(row, column, cell, formats.number(cell))
