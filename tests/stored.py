"""All that the database holds, as text, for tests that look for what must not be there."""

from __future__ import annotations

import psycopg
from psycopg import sql

from gi_monitor.warehouse import connection

_TABLES = """
select oid::regclass::text as name from pg_class
where relkind in ('r', 'p') and not relispartition and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
"""


def tables() -> dict[str, str]:
    """Every table of every schema, as its owner sees it."""
    with psycopg.connect(connection.url()) as owner:
        names = [name for (name,) in owner.execute(_TABLES)]
        return {name: _text(owner, name) for name in names}


def _text(owner: psycopg.Connection, name: str) -> str:
    query = sql.SQL("select each::text from {} as each").format(sql.Identifier(*name.split(".")))
    return "\n".join(row for (row,) in owner.execute(query))


def found_in(values: set[str]) -> dict[str, set[str]]:
    """Which of the values stand in which table."""
    held = {name: {value for value in values if value in text} for name, text in tables().items()}
    return {name: found for name, found in held.items() if found}
