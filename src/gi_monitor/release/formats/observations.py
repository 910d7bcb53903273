"""Observations as CSV and as Parquet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from gi_monitor.disclosure.observation import COLUMNS, Observation

_DECIMAL = pa.decimal128(14, 2)
_TYPES = {
    "reference_date": pa.date32(),
    "value": _DECIMAL,
    "numerator": _DECIMAL,
    "denominator": _DECIMAL,
    "gi_reported": pa.int32(),
    "gi_expected": pa.int32(),
}
_cells = attrgetter(*COLUMNS)
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])


def write(folder: Path, rows: Sequence[Observation], marks: Mapping[str, str]) -> None:
    """``observations.csv`` and ``.parquet`` with the columns of spec 2.5; ``marks`` go into the Parquet's metadata."""
    folder.mkdir(parents=True)
    write_csv(folder / "observations.csv", rows)
    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    table = pa.table(columns, schema=_SCHEMA).replace_schema_metadata(dict(marks))
    pq.write_table(table, folder / "observations.parquet")


def write_csv(path: Path, rows: Iterable[Observation]) -> None:
    """The rows with the columns of spec 2.5, numbers with all their decimals."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_text(cell) for cell in _cells(row)] for row in rows)


def read_csv(path: Path) -> list[Observation]:
    """What ``write_csv`` wrote. Raises KeyError or ValueError for a file of another shape."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Observation(**{name: _READ.get(name, str)(row[name]) for name in COLUMNS}) for row in csv.DictReader(file)
        ]


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


_READ: Mapping[str, Callable[[str], Any]] = {
    "reference_date": date.fromisoformat,
    "value": _number,
    "numerator": _number,
    "denominator": _number,
    "gi_reported": int,
    "gi_expected": int,
}


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)
