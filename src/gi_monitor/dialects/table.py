"""What goes into one file of an institution: its tables, and what the file says about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from gi_monitor.dialects.columns import columns_of
from gi_monitor.dialects.values import Cell, to_cells, to_text
from gi_monitor.institutions.dialect import Dialect
from gi_monitor.month import Month

MARK = "verzonnen gegevens / synthetic data"


@dataclass(frozen=True)
class Table:
    """One dataset in the institution's own words. ``types`` has what each column holds, as the contract calls it."""

    header: tuple[str, ...]
    types: tuple[str, ...]
    columns: tuple[list[Cell], ...]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows, cell by cell."""
        return zip(*self.columns, strict=True)

    def text(self, dialect: Dialect) -> Iterator[list[str]]:
        """The rows as text in the dialect's own forms."""
        return ([to_text(cell, dialect) for cell in row] for row in self.rows())


@dataclass(frozen=True)
class Part:
    """What one file holds: tables by delivered name, and whose they are of which month."""

    tables: Mapping[str, Table]
    owner: str
    month: Month

    def titles(self, rows: int) -> tuple[str, ...]:
        """As many title rows as there should be, blank when the words run out."""
        return (MARK, self.owner, f"verslagmaand {self.month}", *[""] * rows)[:rows]

    def table(self) -> Table:
        """All tables as one: the columns of each, and the rows of one after those of the other."""
        tables = self.tables.values()
        types = {name: of for table in tables for name, of in zip(table.header, table.types, strict=True)}
        by_name = [dict(zip(table.header, table.columns, strict=True)) for table in tables]
        empty = [[None] * len(table.columns[0]) for table in tables]
        columns = (
            [cell for own, none in zip(by_name, empty, strict=True) for cell in own.get(name, none)] for name in types
        )
        return Table(tuple(types), tuple(types.values()), tuple(columns))


def table_of(frame: pd.DataFrame, delivered_as: str, dialect: Dialect) -> Table:
    """A canonical frame in the institution's own words; a column that the contract does not know stays as it is."""
    known = {column.name: column for column in columns_of(delivered_as)}
    names = [str(name) for name in frame.columns]
    columns = [to_cells(frame[name].tolist(), known.get(name), dialect) for name in names]
    header = [dialect.columns.get(name, name) for name in names]
    types = [known[name].type if name in known else "key" for name in names]
    if dialect.record_type is not None:
        header.insert(0, dialect.record_type.column)
        types.insert(0, "key")
        columns.insert(0, [dialect.record_type.values[delivered_as]] * len(frame))
    return Table(tuple(header), tuple(types), tuple(columns))
