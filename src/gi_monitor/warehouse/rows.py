"""Rows of tables as text and back, whatever their types; also in a later version that has more columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

_BATCH = 1000


def written(
    connection: psycopg.Connection[DictRow], tables: Mapping[LiteralString, LiteralString], values: Mapping[str, Any]
) -> str:
    """The rows of some tables, one line each; ``tables`` maps a table to the condition on its rows, parents first."""
    return "".join(
        f"{table}\t{row['row']}\n"
        for table, condition in tables.items()
        for row in connection.execute(
            sql.SQL("select to_jsonb(each)::text as row from {} as each where {} order by each").format(
                _named(table), sql.SQL(condition)
            ),
            values,
        )
    )


def put_back(connection: psycopg.Connection[DictRow], text: str) -> None:
    """Insert what was ``written``, with the numbers that the rows had."""
    # Not splitlines: what else ends a line may stand in a text.
    lines = (line.split("\t", 1) for line in text.split("\n") if line)
    for table, rows in groupby(lines, key=lambda line: line[0]):
        for batch in _batches([row for _, row in rows]):
            # Columns that the rows lack are younger than they are, and keep their default.
            columns = sql.SQL(", ").join(map(sql.Identifier, json.loads(batch[0])))
            insert = sql.SQL(
                "insert into {table} ({columns}) overriding system value"
                " select {columns} from json_populate_recordset(null::{table}, %s::json)"
            )
            connection.execute(insert.format(table=_named(table), columns=columns), [f"[{','.join(batch)}]"])


def remove_all(connection: psycopg.Connection[DictRow], tables: Iterable[str]) -> None:
    """Remove all rows of these tables, and of those that refer to them."""
    connection.execute(sql.SQL("truncate {} cascade").format(sql.SQL(", ").join(map(_named, tables))))


def count_on(connection: psycopg.Connection[DictRow]) -> None:
    """Have every table whose rows are numbered go on behind the highest number that it holds."""
    for row in connection.execute(_NUMBERED).fetchall():
        go_on = sql.SQL("select setval(%s, (select max({column}) from {table}))")
        connection.execute(
            go_on.format(column=sql.Identifier(row["column"]), table=_named(row["table"])), [row["sequence"]]
        )


_NUMBERED = """
select attrelid::regclass::text as table, attname as column,
    pg_get_serial_sequence(attrelid::regclass::text, attname) as sequence
from pg_attribute where attidentity = 'a'
"""


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def _batches(rows: list[str]) -> Iterator[list[str]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
