"""All that a database holds, as text, for tests that look for what must not be there."""

from __future__ import annotations

from collections.abc import Collection

import psycopg
from psycopg import sql

from gi_monitor.warehouse import connection

_TABLES = """
select oid::regclass::text as name from pg_class
where relkind in ('r', 'p') and not relispartition and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
"""


def tables(url: str | None = None) -> dict[str, str]:
    """Every table of every schema, as its owner sees it; of the warehouse, or of another database."""
    with psycopg.connect(url or connection.url()) as owner:
        names = [name for (name,) in owner.execute(_TABLES)]
        return {name: _text(owner, name) for name in names}


def _text(owner: psycopg.Connection, name: str) -> str:
    query = sql.SQL("select each::text from {} as each").format(sql.Identifier(*name.split(".")))
    return "\n".join(row for (row,) in owner.execute(query))


def found_in(values: Collection[str], url: str | None = None) -> dict[str, set[str]]:
    """Which of the values stand in which table, as they are or as the bytes of text."""
    held = {
        name: {value for value in values if value in text or value.encode().hex() in text}
        for name, text in tables(url).items()
    }
    return {name: found for name, found in held.items() if found}
