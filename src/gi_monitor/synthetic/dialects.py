"""Canonical frames in an institution's own dialect: the inverse of reading one (spec 1.2)."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import TypeVar

import pandas as pd
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from gi_monitor import contracts
from gi_monitor.contracts import Column
from gi_monitor.institutions import DelimitedDialect, Dialect, Institution, WorkbookDialect
from gi_monitor.month import Month
from gi_monitor.synthetic.frames import Frames

MARK = "verzonnen gegevens / synthetic data"
FILE_MARK = "verzonnen-gegevens"

Cell = TypeVar("Cell", str, str | float)

_EXCEL_EPOCH = date(1899, 12, 30)


def encode(institution: Institution, month: Month, frames: Frames) -> dict[str, tuple[str, bytes]]:
    """File name and bytes of each dataset; a workbook is the same file three times.

    A cell that is not what its column holds (a planted defect) is written as it stands.
    """
    dialect = institution.dialect
    if isinstance(dialect, WorkbookDialect):
        file = (dialect.workbook, _workbook(dialect, institution.name, month, frames))
        return dict.fromkeys(frames, file)
    return {
        dataset: (f"{dataset}_{FILE_MARK}.{dialect.extension}", _delimited(dialect, dataset, frame))
        for dataset, frame in frames.items()
    }


def _delimited(dialect: DelimitedDialect, dataset: str, frame: pd.DataFrame) -> bytes:
    columns = _columns(dataset)
    own = [_translated(frame[name], _text(dialect, columns.get(name))) for name in frame.columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.delimiter)
    writer.writerow(dialect.columns.get(name, name) for name in frame.columns)
    writer.writerows(zip(*own, strict=True))
    return text.getvalue().encode(dialect.encoding)


def _columns(dataset: str) -> dict[str, Column]:
    every = contracts.load()
    return {column.name: column for column in every.datasets[every.dataset_delivered_as(dataset)].columns}


def _translated(values: pd.Series[str], translate: Callable[[str], Cell] | None) -> list[str] | list[Cell]:
    cells: list[str] = values.tolist()
    if translate is None:
        return cells
    known = {cell: translate(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _text(dialect: Dialect, column: Column | None) -> Callable[[str], str] | None:
    """How the cells of a column are written as text; None: as they are."""
    if column is None or column.type in ("key", "integer"):
        return None
    if column.type == "date":
        return _day_first if dialect.date == "dd-mm-jjjj" else None
    if column.type == "decimal":
        return lambda value: value.replace(".", dialect.decimal)
    labels = _labels(dialect, column)
    return lambda value: labels.get(value, value)


def _labels(dialect: Dialect, column: Column) -> dict[str, str]:
    """The institution's own label of each code, and of J and N."""
    own = dialect.flags if column.type == "flag" else dialect.codes.get(column.list or "", {})
    return {meaning: label for label, meaning in own.items()}


@cache
def _day_first(value: str) -> str:
    day = _date(value)
    return value if day is None else f"{day:%d-%m-%Y}"


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _workbook(dialect: WorkbookDialect, name: str, month: Month, frames: Frames) -> bytes:
    """One sheet per dataset under title rows that say what this is; the created date is fixed to repeat the bytes."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": MARK, "created": datetime.combine(month.reference_date, datetime.min.time())})
        date_format = book.add_format({"num_format": "dd-mm-yyyy"})
        for dataset, frame in frames.items():
            sheet = book.add_worksheet(dialect.sheets[dataset])  # type: ignore[index]
            for row, title in enumerate([MARK, name, f"verslagmaand {month}"][: dialect.title_rows]):
                sheet.write_string(row, 0, title)
            _fill(sheet, dialect, dataset, frame, date_format)
    return content.getvalue()


def _fill(sheet: Worksheet, dialect: WorkbookDialect, dataset: str, frame: pd.DataFrame, date_format: Format) -> None:
    columns = _columns(dataset)
    for number, name in enumerate(frame.columns):
        sheet.write_string(dialect.title_rows, number, dialect.columns.get(name, name))
        column = columns.get(name)
        cells = _translated(frame[name], _cell(dialect, column))
        cell_format = date_format if column and column.type == "date" else None
        for row, cell in enumerate(cells, start=dialect.title_rows + 1):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, number, cell)
            else:
                sheet.write_number(row, number, cell, cell_format)


def _cell(dialect: WorkbookDialect, column: Column | None) -> Callable[[str], str | float] | None:
    """How the cells of a column are written in a sheet: dates and numbers as such."""
    if column is not None and column.type == "date":
        return _serial
    if column is not None and column.type in ("integer", "decimal"):
        return _number
    return _text(dialect, column)


@cache
def _serial(value: str) -> str | float:
    day = _date(value)
    return value if day is None else (day - _EXCEL_EPOCH).days


def _number(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value
