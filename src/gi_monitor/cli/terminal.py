"""What every command writes to: a console, and the answer of a query as a table."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from gi_monitor.warehouse.connection import Role

_WIDE = 240
console = Console(width=None if sys.stdout.isatty() else _WIDE)

Reason = Annotated[str, typer.Option(help="Why; kept in the ledger.")]


def show(role: Role, sql: str, values: dict[str, Any] | None = None, *, as_csv: bool = False) -> None:
    """Ask the database as a role may, and print the answer as a table or as CSV."""
    # Imported here: a command that needs no database must run where no driver is installed.
    from gi_monitor.warehouse.connection import connect

    with connect(role) as connection:
        cursor = connection.execute(sql.encode(), values)
        columns = [column.name for column in cursor.description or []]
        rows = [list(row.values()) for row in cursor]
    table(columns, rows, as_csv=as_csv)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, as_csv: bool = False) -> None:
    """Print rows as a table or as CSV."""
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([columns, *rows])
        return
    drawn = Table(*columns)
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(drawn)
