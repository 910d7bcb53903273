"""All datasets in one table, told apart by a column that names the dataset of each row."""

from __future__ import annotations

from gi_monitor.dialects.columns import columns_of, own_names
from gi_monitor.dialects.sheet import Grid, UnreadableError
from gi_monitor.institutions.dialect import DELIVERED, Dialect, RecordType


def select(grid: Grid, record_type: RecordType, dialect: Dialect, delivered_as: str) -> Grid:
    """The rows of one dataset, under its own columns and every column that should not be there.

    That is a column that no dataset has, or one of another dataset in which a row of this one has content. Raises
    UnreadableError when the record type is missing or unknown somewhere.
    """
    types = _types(grid, record_type)
    own = grid.with_rows([each == record_type.values[delivered_as] for each in types])
    mine = set(own_names(dialect, columns_of(delivered_as)).values())
    others = {name for dataset in DELIVERED for name in own_names(dialect, columns_of(dataset)).values()} - mine
    return own.with_columns(
        [
            name != record_type.column and (name not in others or any(map(str.strip, column)))
            for name, column in zip(own.header, own.columns, strict=True)
        ]
    )


def _types(grid: Grid, record_type: RecordType) -> list[str]:
    if not grid.numbers:
        return []
    if record_type.column not in grid.header:
        raise UnreadableError(f"de kolom {record_type.column} met het recordtype ontbreekt")
    types = [cell.strip() for cell in grid.columns[grid.header.index(record_type.column)]]
    for number, each in zip(grid.numbers, types, strict=True):
        if each not in record_type.values.values():
            raise UnreadableError(f"rij {number} heeft een recordtype dat niet is afgesproken")
    return types
