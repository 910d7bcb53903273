"""A workbook whose texts are only ever texts: no spreadsheet evaluates a delivered value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from gi_monitor.intake.receipt.wording import visible

LAST_ROW = 1_048_576
"""Excel's own limit."""

Cell = str | int | Decimal | None


class Sheet:
    """A sheet that is filled from above; ``next_row`` is the first free row, counted from 0."""

    def __init__(self, sheet: Worksheet, formats: Mapping[str, Format], widths: Sequence[int]) -> None:
        self._sheet, self._formats, self._columns = sheet, formats, len(widths)
        self.next_row = 0
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def row(self, cells: Iterable[Cell], style: str = "text") -> None:
        """Cells side by side: each text a quoted string (``'``), which stays one when somebody edits it."""
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self.next_row, column, visible(cell), self._formats[style])
            elif cell is not None:
                number = self._formats["whole" if cell == int(cell) else "decimal"]
                self._sheet.write_number(self.next_row, column, cell, number)
        self.next_row += 1

    def line(self, text: str, style: str = "text", height: int = 15) -> None:
        """One text over the whole width; ``height`` in points, as a merged cell does not grow by itself."""
        self._sheet.set_row(self.next_row, height)
        self._sheet.merge_range(self.next_row, 0, self.next_row, self._columns - 1, "", self._formats[style])
        self.row([text], style)

    def table(self, header: Iterable[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A table with its header."""
        self.row(header, "header")
        for cells in rows:
            self.row(cells)

    def list(self, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A table that is the rest of the sheet: its header frozen and repeated in print, with a filter."""
        top = self.next_row
        self.table(header, rows)
        self._sheet.freeze_panes(top + 1, 0)
        self._sheet.repeat_rows(top)
        self._sheet.autofilter(top, 0, self.next_row - 1, len(header) - 1)


class Book:
    """A workbook in memory, so that delivered values leave no temporary files; ``mark`` stands on every sheet."""

    def __init__(self, title: str, mark: str, created: datetime) -> None:
        self._content = BytesIO()
        self._workbook = xlsxwriter.Workbook(self._content, {"in_memory": True})
        self._workbook.set_properties(
            {"title": title, "comments": mark, "created": created.astimezone(UTC).replace(tzinfo=None)}
        )
        self._mark = mark
        self._formats = {
            "text": self._format(),
            "header": self._format(bold=True, bottom=1, bg_color="#E4E9EF"),
            "title": self._format(bold=True, font_size=14),
            "mark": self._format(bold=True, font_color="#801650"),
            "whole": self._format(num_format="0"),
            "decimal": self._format(num_format="0.00"),
        }

    def _format(self, **properties: object) -> Format:
        return self._workbook.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True, **properties})

    def sheet(self, name: str, widths: Sequence[int]) -> Sheet:
        """A new sheet with columns of these widths, in characters."""
        worksheet = self._workbook.add_worksheet(name)
        worksheet.set_footer(f"&L{self._mark}&R&A, &P van &N")
        sheet = Sheet(worksheet, self._formats, widths)
        if self._mark:
            sheet.line(self._mark, "mark")
        return sheet

    def finished(self) -> bytes:
        """The file."""
        self._workbook.close()
        return self._content.getvalue()
