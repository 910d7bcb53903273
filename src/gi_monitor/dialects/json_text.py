"""JSON as an institution writes it: an object per row, numbers with every digit they were given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gi_monitor.dialects.sheet import Grid, UnreadableError, from_records
from gi_monitor.dialects.table import Part
from gi_monitor.dialects.values import Cell, to_text
from gi_monitor.institutions.dialect import Dialect


def decoder(dialect: Dialect) -> json.JSONDecoder:
    """Reads numbers as text in the dialect's own form. Raises UnreadableError for a key that stands twice."""
    return json.JSONDecoder(
        object_pairs_hook=_object,
        parse_int=str,
        parse_constant=str,
        parse_float=lambda number: number.replace(".", dialect.decimal),
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableError("een object heeft twee keer dezelfde naam")
    return found


def grid(rows: Sequence[object], numbers: Sequence[int], dialect: Dialect) -> Grid:
    """The rows. Raises UnreadableError for one that is not an object with single values."""
    records = []
    for number, row in zip(numbers, rows, strict=True):
        if not isinstance(row, Mapping):
            raise UnreadableError(f"rij {number} is geen object")
        records.append({name: to_text(value, dialect) for name, value in row.items()})
    return from_records(records, numbers)


def texts(value: object) -> Iterator[str]:
    """Every text and number in a value, however deep, and the names among them."""
    stack = [value]
    while stack:
        match stack.pop():
            case dict() as names:
                stack += [*names.keys(), *names.values()]
            case list() as values:
                stack += values
            case None | bool():
                pass
            case single:
                yield str(single)


def objects(part: Part, dialect: Dialect) -> list[str]:
    """The rows as objects; with a record type each has the columns of its own dataset alone."""

    def value(cell: Cell) -> object:
        return float(cell) if isinstance(cell, Decimal) else to_text(cell, dialect)

    return [
        json.dumps(dict(zip(table.header, row, strict=True)), ensure_ascii=False, default=value)
        for table in part.tables.values()
        for row in table.rows()
    ]
