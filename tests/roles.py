"""What each database role may do, found out by trying, and what ``docs/security.md`` says of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from typing import get_args

import psycopg
from psycopg import sql

from gi_monitor import settings
from gi_monitor.warehouse import connection
from gi_monitor.warehouse.connection import Role

ROLES: tuple[str, ...] = get_args(Role)
_DOCUMENT = settings.PROJECT / "docs" / "security.md"
_HEADER = "| table | " + " | ".join(f"`{role}`" for role in ROLES) + " |"
_OURS = ("ledger", "landing", "quality", "release", "staging", "core", "marts", "publication")
_TRIES = {
    "read": "select {columns} from {table} limit 0",
    "add": "insert into {table} default values",
    "change": "update {table} set {changes} where false",
    "delete": "delete from {table} where false",
}
_BY_COLUMN = ("read", "change")
Rights = dict[tuple[str, str], set[str]]
"""By role and table, as ``read`` or, where it may some columns alone, ``read (state received_at)``."""


def found() -> Rights:
    """What a login that has one role can do to each table and view, by doing it and taking it back."""
    columns = _columns()
    rights: Rights = {}
    for role in ROLES:
        with login_of(role) as login:
            for table, names in columns.items():
                rights[role, table] = set(_can(login, table, names))
    return rights


def documented(tables: set[str]) -> Rights:
    """What the document says of these tables: the first row that names one, by a pattern, is about it."""
    text = _DOCUMENT.read_text(encoding="utf-8")
    _, _, body = text.partition(_HEADER)
    rows = [line.strip("|\n ").split(" | ") for line in body.split("\n\n")[0].splitlines()[2:]]
    patterns = [(pattern, cells) for named, *cells in rows for pattern in re.findall("`([^`]+)`", named)]
    rights: Rights = {}
    for table in tables:
        cells = next((cells for pattern, cells in patterns if fnmatch(table, pattern)), None)
        assert cells, f"{_DOCUMENT.name} does not say who may do what to {table}"
        for role, cell in zip(ROLES, cells, strict=True):
            rights[role, table] = set() if cell == "–" else set(cell.split(", "))
    unused = {pattern for pattern, _ in patterns if not any(fnmatch(table, pattern) for table in tables)}
    assert not unused, f"{_DOCUMENT.name} names what there is not: {unused}"
    return rights


def _columns() -> dict[str, list[str]]:
    """The tables and views of the warehouse without partitions, each with its columns."""
    with psycopg.connect(connection.url()) as owner:
        rows = owner.execute(
            """
            select format('%%s.%%s', relnamespace::regnamespace, relname), array_agg(attname::text order by attnum)
            from pg_class inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
            where relnamespace::regnamespace::text = any(%s) and relkind in ('r', 'p', 'v') and not relispartition
                and attidentity <> 'a' and attgenerated = ''
            group by 1
            """,
            [list(_OURS)],
        )
        return dict(rows.fetchall())


@contextmanager
def login_of(*roles: str) -> Iterator[psycopg.Connection]:
    """A connection of a new login that is granted these roles; its name is ``login.info.user``."""
    name, password = f"login_{uuid.uuid4().hex}", uuid.uuid4().hex
    with psycopg.connect(connection.url(), autocommit=True) as owner:
        owner.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(password)))
        for role in roles:
            owner.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(name)))
        try:
            with psycopg.connect(connection.url(), user=name, password=password, autocommit=True) as login:
                yield login
        finally:
            owner.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def _can(login: psycopg.Connection, table: str, columns: list[str]) -> Iterator[str]:
    """What the database lets it do."""
    for verb in _TRIES:
        if _lets(login, verb, table, columns):
            yield verb
        elif verb in _BY_COLUMN and (some := [each for each in columns if _lets(login, verb, table, [each])]):
            yield f"{verb} ({' '.join(some)})"


def _lets(login: psycopg.Connection, verb: str, table: str, columns: list[str]) -> bool:
    names = [sql.Identifier(each) for each in columns]
    tried = sql.SQL(_TRIES[verb]).format(  # type: ignore[arg-type]
        table=sql.Identifier(*table.split(".")),
        columns=sql.SQL(", ").join(names),
        changes=sql.SQL(", ").join(sql.SQL("{0} = {0}").format(name) for name in names),
    )
    try:
        with login.transaction(force_rollback=True):
            login.execute(tried)
    except psycopg.errors.IntegrityError:
        return True  # It may; an empty row does not fit.
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.ObjectNotInPrerequisiteState,  # a view that nobody can write through
        psycopg.errors.FeatureNotSupported,
        psycopg.errors.GeneratedAlways,
    ):
        return False
    return True
