"""A workbook of Excel, with real dates, numbers and (with labels true and false) booleans."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import CalamineWorkbook
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from gi_monitor.dialects import workbook
from gi_monitor.dialects.around import of_document
from gi_monitor.dialects.packaging import MAX_PACKED, member, over_a_limit, unzip, zipped
from gi_monitor.dialects.sheet import MAX_CELLS, Beside, Grid, UnreadableError
from gi_monitor.dialects.table import MARK, Part, Table
from gi_monitor.dialects.values import Cell, to_text
from gi_monitor.institutions.dialect import XlsxDialect

_MAX_SHARED = 2**30
"""More bytes than this are never made of texts that a workbook holds once and shows in many cells."""
_EPOCH = date(1899, 12, 30)
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s/>]")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")


def parse(content: bytes, dialect: XlsxDialect) -> Callable[[str], Grid]:
    """Rows numbered as in the sheet. Macros are never run."""
    with _panics_are_errors():
        book = CalamineWorkbook.from_filelike(io.BytesIO(_checked(content)))

    def grid(dataset: str) -> Grid:
        name = workbook.sheet_of(dataset, book.sheet_names, dialect)
        with _panics_are_errors():
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        rows = ((number, [to_text(cell, dialect) for cell in row]) for number, row in enumerate(cells, start=1))
        return workbook.grid(rows, dialect.title_rows)

    return grid


@contextmanager
def _panics_are_errors() -> Iterator[None]:
    """A panic of the Rust library is no Exception to Python."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise UnreadableError("de werkmap is beschadigd") from None
        raise


def _checked(content: bytes) -> bytes:
    """The same workbook, packed anew, so that calamine sees exactly what was held to the limits here.

    Calamine keeps every cell between the first and the last one, and a copy of a shared text for each cell that has it.
    Where that takes more memory than there is it ends the process (tafia/calamine issue 693), and no error is raised:
    the cells, and the text in them, are counted before it sees them.
    """
    with unzip(content) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_PACKED:
            raise over_a_limit("uitgepakt te groot")
        members = {name: member(archive, name) for name in archive.namelist()}
    cells = max(map(_area, members.values()), default=0)
    longest = max((len(text) for part in members.values() for text in _SHARED.split(part)[1:]), default=0)
    if cells > MAX_CELLS or cells * longest > _MAX_SHARED:
        raise over_a_limit("te veel cellen")
    return zipped(members, stored=members)


def _area(sheet: bytes) -> int:
    """At most so many cells lie between the corners of a sheet; a row or cell may leave out its own place."""
    rows, places = _ROW.split(sheet)[1:], set(_PLACE.findall(sheet))
    last_row = max((int(row) for _, row in places), default=0)
    last_column = max((_number(name) for name in {name for name, _ in places}), default=0)
    longest_row = max((len(_CELL.findall(row)) for row in rows), default=0)
    return (len(rows) + last_row) * (longest_row + last_column)


def _number(letters: bytes) -> int:
    """A column's number from its name: A is 1, AA is 27; the last one there can be is XFD."""
    if len(letters) > len("XFD"):
        return MAX_CELLS + 1
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("@")
    return number


def beside(content: bytes, _dialect: XlsxDialect) -> Iterator[Beside]:
    """Every text in the workbook, on whatever sheet, shown or hidden."""
    return of_document(content)


def write(part: Part, dialect: XlsxDialect) -> bytes:
    """A sheet per table under the titles; what the document says of itself is fixed, so that bytes repeat."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": MARK, "created": datetime.combine(part.month.reference_date, time())})
        date_format = book.add_format({"num_format": "dd-mm-yyyy"})
        for name, table in workbook.sheets(part, dialect).items():
            _fill(book.add_worksheet(name), part.titles(dialect.title_rows), table, date_format)
    return content.getvalue()


def _fill(sheet: Worksheet, titles: tuple[str, ...], table: Table, date_format: Format) -> None:
    for row, title in enumerate(titles):
        sheet.write_string(row, 0, title)
    for number, (name, column) in enumerate(zip(table.header, table.columns, strict=True)):
        sheet.write_string(len(titles), number, name)
        for row, cell in enumerate(column, start=len(titles) + 1):
            _put(sheet, row, number, cell, date_format)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, date_format: Format) -> None:
    match cell:
        case None:
            return
        case str():
            sheet.write_string(row, column, cell)
        case bool():
            sheet.write_boolean(row, column, cell)
        case date():
            sheet.write_number(row, column, (cell - _EPOCH).days, date_format)
        case _:
            sheet.write_number(row, column, float(cell))
