"""Single values: from canonical text to what an institution's file holds, and from its text to typed values.

Writing makes *cells* (a date is a date, a number a number), which a format keeps as such or writes as text; reading
gives text in the dialect's own form whatever the format, which is then parsed by what the column holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

from gi_monitor.contracts import Column
from gi_monitor.dialects import dates
from gi_monitor.dialects.sheet import UnreadableError
from gi_monitor.institutions.dialect import Dialect

Cell = str | bool | int | Decimal | date | None
BOOLEANS = {"true": True, "false": False}
"""A flag label that a format with booleans keeps as one."""

_KEY = r"[A-Za-z][A-Za-z0-9_-]{7,63}"
_CANONICAL_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")
_SPREADSHEET_DIGITS = 15
"""What a spreadsheet shows; it keeps a sum such as 0.1 + 0.2 with noise behind them."""


def to_cells(canonical: list[str], column: Column | None, dialect: Dialect) -> list[Cell]:
    """The cells of a column; one that is not what the column holds (a planted defect) stays the text it is."""
    convert = _TO_CELL.get(column.type if column else "key", _same)
    known = {text: convert(text, column, dialect) for text in set(canonical)}
    return [known[text] for text in canonical]


def _same(text: str, _column: Column | None, _dialect: Dialect) -> Cell:
    return text or None


def _date_cell(text: str, _column: Column | None, dialect: Dialect) -> Cell:
    if not text:
        return dialect.empty_date or None
    return dates.read(text, "jjjj-mm-dd") or text


def _number_cell(text: str, _column: Column | None, _dialect: Dialect) -> Cell:
    if _CANONICAL_NUMBER.fullmatch(text) is None:
        return text or None
    return Decimal(text) if "." in text else int(text)


def _code_cell(text: str, column: Column | None, dialect: Dialect) -> Cell:
    return _label(dialect.codes.get(str(column and column.list), {}), text) or None


def _flag_cell(text: str, _column: Column | None, dialect: Dialect) -> Cell:
    label = _label(dialect.flags, text)
    return BOOLEANS.get(label, label or None)


def _label(meanings: Mapping[str, str], meaning: str) -> str:
    """The first label with that meaning."""
    return next((label for label, means in meanings.items() if means == meaning), meaning)


_TO_CELL: Mapping[str, Callable[[str, Column | None, Dialect], Cell]] = {
    "date": _date_cell,
    "integer": _number_cell,
    "decimal": _number_cell,
    "code": _code_cell,
    "flag": _flag_cell,
}


def to_text(cell: object, dialect: Dialect) -> str:
    """A cell as text in the dialect's own form. Raises UnreadableError for what is not one value."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, (bool, int)):
        return str(cell).lower()
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", dialect.decimal)
    if isinstance(cell, float):
        return f"{cell:.{_SPREADSHEET_DIGITS}g}".replace(".", dialect.decimal)
    return _date_text(cell, dialect)


def _date_text(cell: object, dialect: Dialect) -> str:
    if isinstance(cell, datetime):
        return dates.write(cell.date(), dialect.date) if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return dates.write(cell, dialect.date)
    raise UnreadableError(f"een cel bevat geen losse waarde ({type(cell).__name__})")


def parse(cells: pd.Series[str], column: Column, dialect: Dialect) -> pd.Series[Any]:
    """Typed values, missing where the text is empty or not what the column holds."""
    return _PARSERS[column.type](cells, column, dialect)


def without_empty_dates(cells: pd.Series[str], column: Column, dialect: Dialect) -> pd.Series[str]:
    """Empty where the dialect has a sign for a date that is empty."""
    if column.type != "date" or not dialect.empty_date:
        return cells
    return cells.mask(cells == dialect.empty_date, "")


def _dates(cells: pd.Series[str], _column: Column, dialect: Dialect) -> pd.Series[Any]:
    codes, texts = pd.factorize(cells)
    # By way of Arrow: numpy takes thirty times as long over the days of Python.
    days = pa.array([dates.read(text, dialect.date) for text in texts.tolist()], pa.date32())
    return pd.Series(days.to_numpy(zero_copy_only=False).astype("datetime64[s]")[codes], cells.index)


def _codes(cells: pd.Series[str], column: Column, dialect: Dialect) -> pd.Series[Any]:
    labels = dialect.codes.get(str(column.list), {}).items()
    own = {label: code for label, code in labels if code in column.codes}
    return _looked_up(cells, {code: code for code in column.codes} | own)


def _flags(cells: pd.Series[str], _column: Column, dialect: Dialect) -> pd.Series[Any]:
    return _looked_up(cells, dialect.flags)


def _looked_up(cells: pd.Series[str], meanings: Mapping[str, str]) -> pd.Series[Any]:
    codes, texts = pd.factorize(cells)
    values = pd.array([meanings.get(text) for text in texts], dtype="str")
    return pd.Series(values.take(codes), cells.index)


def _keys(cells: pd.Series[str], _column: Column, _dialect: Dialect) -> pd.Series[Any]:
    return cells.where(cells.str.fullmatch(_KEY))


def _numbers(cells: pd.Series[str], column: Column, dialect: Dialect) -> pd.Series[Any]:
    sign = re.escape(dialect.decimal)
    fraction = rf"({sign}[0-9]{{1,{column.decimals}}}0*)?" if column.decimals else ""
    text = cells.where(cells.str.fullmatch(rf"-?[0-9]{{1,9}}{fraction}"))
    return pd.to_numeric(text.str.replace(dialect.decimal, ".", regex=False)).astype("float64")


_PARSERS: Mapping[str, Callable[[pd.Series[str], Column, Dialect], pd.Series[Any]]] = {
    "date": _dates,
    "code": _codes,
    "flag": _flags,
    "key": _keys,
    "integer": _numbers,
    "decimal": _numbers,
}
