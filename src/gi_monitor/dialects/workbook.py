"""What XLSX and ODS share: which sheet holds a dataset, and title rows above the header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gi_monitor.dialects.packaging import over_a_limit
from gi_monitor.dialects.sheet import MAX_CELLS, Grid, UnreadableError, from_rows
from gi_monitor.dialects.table import Part, Table
from gi_monitor.institutions.dialect import WorkbookDialect


def sheet_of(dataset: str, names: Sequence[str], dialect: WorkbookDialect) -> str:
    """The sheet that holds a dataset: the one that the dialect names, else the first."""
    name = dialect.sheets[dataset] if dialect.sheets else names[0]
    if name not in names:
        raise UnreadableError(f"het werkblad {name} ontbreekt in de werkmap")
    return name


def grid(rows: Iterable[tuple[int, list[str]]], title_rows: int) -> Grid:
    """The rows of a sheet, each with its number there, from the header on; short ones are filled up.

    Raises UnreadableError when that takes too many cells.
    """
    table = [(number, row) for number, row in rows if number > title_rows]
    width = max((len(row) for _, row in table), default=0)
    if width * len(table) > MAX_CELLS:
        raise over_a_limit("te veel cellen")
    return from_rows([row + [""] * (width - len(row)) for _, row in table], [number for number, _ in table])


def sheets(part: Part, dialect: WorkbookDialect) -> dict[str, Table]:
    """What is written on which sheet."""
    if dialect.sheets:
        return {dialect.sheets[dataset]: table for dataset, table in part.tables.items()}
    return {"levering": part.table()}
