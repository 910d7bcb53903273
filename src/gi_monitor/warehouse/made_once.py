"""What the rows of facts and aggregates were made of: they are only added to, so old rows keep what old code made.

The comment of schema ``core`` names the SQL, parameters, holidays and code lists that made its first rows.
"""

from __future__ import annotations

import hashlib

import psycopg
from psycopg.rows import DictRow

from gi_monitor import settings

_UNKNOWN = "unknown"
_MADE_OF = (
    "dbt_project/models/core/**/*.sql",
    "dbt_project/models/staging/*.sql",
    "dbt_project/macros/*.sql",
    "dbt_project/seeds/parameters.csv",
    "contracts/code_lists.csv",
    "contracts/holidays.csv",
)


def source() -> str:
    """Name the code and the reference data that rows are made of now."""
    home, content = settings.load().home, hashlib.sha256()
    for path in sorted(path for pattern in _MADE_OF for path in home.glob(pattern)):
        content.update(f"{path.relative_to(home)}\n".encode() + path.read_bytes())
    return content.hexdigest()[:12]


def source_of_rows(connection: psycopg.Connection[DictRow]) -> str:
    """Name what the rows in the core were made of: the current source where there are none."""
    found = connection.execute(
        """
        select
            exists (select from pg_tables where schemaname = 'core' and tablename ~ '^(fct|agg)_') as has_rows,
            substring(obj_description(to_regnamespace('core'), 'pg_namespace') from 'Rows of ([0-9a-z]+)') as noted
        """
    ).fetchone()
    assert found is not None
    return (found["noted"] or _UNKNOWN) if found["has_rows"] else source()


def are_stale(connection: psycopg.Connection[DictRow]) -> bool:
    """Whether the core may hold rows that other code or reference data made than there is now."""
    return source_of_rows(connection) != source()
