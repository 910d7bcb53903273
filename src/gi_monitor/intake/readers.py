"""Reading a dataset in an institution's dialect into cells of text (spec 1.2).

A reader returns what stands in the file, nothing interpreted: a header and rows of text, each with the
number the institution sees. Whatever cannot be read raises UnreadableError, never anything else.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from gi_monitor.institutions import DelimitedDialect, Dialect, WorkbookDialect


class UnreadableError(ValueError):
    """The bytes are not what the dialect says; the message says how, without repeating content."""


@dataclass(frozen=True)
class Sheet:
    """Cells of text as delivered. ``cells`` has the header's own names; ``numbers`` are row numbers in the file."""

    header: tuple[str, ...]
    cells: pd.DataFrame
    numbers: pd.Series[int]


def read(content: bytes, dialect: Dialect, delivered_as: str) -> Sheet:
    """Read one dataset. Raises UnreadableError."""
    try:
        if isinstance(dialect, WorkbookDialect):
            return _workbook(content, dialect, delivered_as)
        return _delimited(content, dialect)
    except UnreadableError:
        raise
    except Exception as error:  # a parser may raise anything on foreign bytes; none of it is our failure
        raise UnreadableError(f"het bestand is geen geldig {dialect.format}-bestand ({type(error).__name__})") from None


def _sheet(rows: list[list[str]], numbers: list[int]) -> Sheet:
    """The first row is the header; blank rows are skipped but keep their number."""
    if not rows:
        raise UnreadableError("het bestand is leeg: zelfs de kopregel ontbreekt")
    header = tuple(cell.strip() for cell in rows[0])
    body = [(number, row) for number, row in zip(numbers[1:], rows[1:], strict=True) if any(row)]
    uneven = next((number for number, row in body if len(row) != len(header)), None)
    if uneven is not None:
        raise UnreadableError(f"rij {uneven} heeft meer of minder velden dan de kopregel: het bestand lijkt afgebroken")
    cells = pd.DataFrame([row for _, row in body], columns=range(len(header)), dtype="str")
    return Sheet(header, cells, pd.Series([number for number, _ in body], dtype="int64"))


def _delimited(content: bytes, dialect: DelimitedDialect) -> Sheet:
    try:
        text = content.decode(dialect.encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"geen {dialect.encoding}: byte {error.start} past niet in deze tekenset") from None
    rows, numbers, line = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True)
    for row in reader:
        rows.append(row)
        numbers.append(line)
        line = reader.line_num + 1
    return _sheet(rows, numbers)


def _workbook(content: bytes, dialect: WorkbookDialect, delivered_as: str) -> Sheet:
    with pd.ExcelFile(io.BytesIO(content), engine="calamine") as workbook:
        sheet = next(own for name, own in dialect.sheets.items() if name == delivered_as)
        if sheet not in workbook.sheet_names:
            raise UnreadableError(f"het werkblad {sheet} ontbreekt in de werkmap")
        grid = pd.read_excel(
            workbook, sheet_name=sheet, header=None, skiprows=dialect.title_rows, dtype=object, na_filter=False
        )
    rows = grid.map(_text).to_numpy().tolist()
    return _sheet(rows, list(range(dialect.title_rows + 1, dialect.title_rows + 1 + len(rows))))


def _text(cell: object) -> str:
    """A spreadsheet cell as text: real dates as ISO dates, whole numbers without a fraction."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return "" if cell is None else str(cell)
