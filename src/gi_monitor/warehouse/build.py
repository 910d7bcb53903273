"""Building the warehouse: one build at a time, marts swapped in one transaction.

Specification 4.3 and 4.4. The project is ``dbt_project/``; what dbt writes for itself stays under ``<data>/dbt``.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from gi_monitor import clock, contracts, settings
from gi_monitor.month import Month
from gi_monitor.warehouse import locks, made_once, moments
from gi_monitor.warehouse.connection import connect
from gi_monitor.warehouse.dbt import BuildError, Dbt, running, target

_BUILD = ("build", "--exclude-resource-type", "unit_test")
# A test belongs to the core when all it reads is there, and to the marts when anything it reads is.
_CORE = (
    *("--select", "resource_type:seed", "path:models/staging", "path:models/core"),
    *("--indirect-selection", "cautious"),
)
# What no delivery changes; the one staging table is a look at the ledger.
_STANDING = ("resource_type:seed", "path:models/core/dimensions", "path:models/staging,config.materialized:view")
_MARTS = ("--select", "path:models/marts", "path:models/publication")
# What stands in the marts whatever periods are made again.
_UNTIMED = ("indicator_component", "lineage", "measure", "post", "stay")
# What a build makes once per pair or set of deliveries, and so may lack for those that counted at another vintage.
_LOOK = (
    *("--select", "path:models/core/look", "agg_measure_change+", "path:models/core/outcomes"),
    *("path:models/marts", "path:models/publication"),
)

_READERS_SECONDS = 60
_SCHEMAS = {
    "core": "Standardised facts, and what is counted of each delivery.",
    "marts": "Figures per period and institution, and facts with coarse dates, for analysts.",
}


class Builder:
    """One build of what is in use, in one process of dbt; made by ``building``."""

    def __init__(self, session: psycopg.Connection[DictRow], process: Dbt) -> None:
        self._session = session
        self._process = process

    def seed_and_core(self, vintage: datetime | None = None) -> None:
        """Build seeds, staging and core as known at ``vintage`` (timezone-aware; default now), and test them.

        What is made of a delivery, or of an institution's deliveries up to a month, is made once; what no delivery
        changes, when something else did. Raises BuildError.
        """
        stood, made_of = _is_made_of(self._session, "core"), self._made_of()
        stands = stood == made_of
        rows = made_once.source_of_rows(self._session)
        # Noted before the first row is there: a build that is killed leaves rows too.
        _note_made_of(self._session, "core", stood, rows)
        self._process.run(
            [*_BUILD, *_CORE, *(("--exclude", *_STANDING) if stands else ())],
            _moments(vintage or moments.present(self._session)) | {"GI_MONITOR_ADDS": ""},
        )
        _note_made_of(self._session, "core", made_of, rows)

    def _made_of(self) -> str:
        """A name for seeds, code and institutions together, which is another when any of them is."""
        home = settings.load().home
        project = sorted(
            path
            for folder in ("dbt_project", "contracts")
            for path in (home / folder).rglob("*")
            if path.suffix in (".csv", ".sql", ".yml")
        )
        content = hashlib.sha256()
        for path in project:
            content.update(f"{path.relative_to(home)}\n".encode() + path.read_bytes())
        for row in self._session.execute("select * from ledger.institution order by gi_code"):
            content.update(repr(row).encode())
        return content.hexdigest()[:12]

    def marts(self) -> None:
        """Build marts and publication from the core, aside from those in use, and test them. Raises BuildError.

        Only of periods to which something happened, where those in use are made of the same seeds, code and
        institutions; else of all, and their schema says of which.
        """
        self.drop_marts()
        if _is_made_of(self._session, "marts") == (made_of := self._made_of()):
            self._process.run([*_BUILD, *_MARTS, "--exclude", *_UNTIMED], {"GI_MONITOR_ADDS": "true"})
        else:
            self._session.execute("create schema marts_next")
            _note_made_of(self._session, "marts_next", made_of)
            self._process.run([*_BUILD, *_MARTS], {"GI_MONITOR_ADDS": ""})

    def drop_marts(self) -> None:
        """Drop what was built aside; those in use stay."""
        _drop(self._session, "next")

    def swap(self) -> None:
        """Put what was built aside into use, in one transaction; does nothing when there is nothing.

        Raises BuildError when it is unfinished: ``marts_next.build`` is made last, after every test; or when somebody
        goes on reading the marts in one transaction.
        """
        session = self._session
        with _readers_named(session), session.transaction():
            session.execute(f"set local lock_timeout = '{_READERS_SECONDS}s'")
            if not _exists(session, "to_regnamespace('marts_next')"):
                return
            if not _exists(session, "to_regclass('marts_next.build')"):
                raise BuildError("marts_next is unfinished: build the marts again before they are swapped")
            if _is_made_of(session, "marts_next"):
                _replace_all(session)
            else:
                _replace_periods(session)


@contextmanager
def _readers_named(session: psycopg.Connection[DictRow]) -> Iterator[None]:
    """Say who reads the marts, where they cannot be replaced for that: an analyst may keep a transaction open."""
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        readers = session.execute(
            """
            select distinct format('process %s of login %s (%s)', pid, usename, application_name) as reader
            from pg_locks inner join pg_stat_activity using (pid) inner join pg_class on pg_class.oid = relation
            where relnamespace::regnamespace::text in ('marts', 'publication') and pid <> pg_backend_pid() and granted
            """
        )
        named = ", ".join(row["reader"] for row in readers) or "nobody any more"
        raise BuildError(
            f"the marts in use stay, because they are being read for longer than {_READERS_SECONDS} seconds by {named}:"
            " let them end their transaction, and build again"
        ) from None


def _replace_all(session: psycopg.Connection[DictRow]) -> None:
    session.execute("drop table if exists marts_next.remade cascade")
    for schema in ("marts", "publication"):
        session.execute(f"drop schema if exists {schema} cascade")
        session.execute(f"alter schema {schema}_next rename to {schema}")


def _replace_periods(session: psycopg.Connection[DictRow]) -> None:
    """Tables without periods are replaced whole; readers go on seeing what was there until the end."""
    remade = "where period in (select period from marts_next.remade)"
    tables = session.execute(
        """
        select schemaname as next, replace(schemaname, '_next', '') as in_use, tablename as name,
            exists (
                select from pg_attribute
                where attrelid = format('%I.%I', schemaname, tablename)::regclass and attname = 'period'
            ) as has_periods
        from pg_tables where schemaname in ('marts_next', 'publication_next') and tablename <> 'remade'
        """
    )
    for table in tables.fetchall():
        where = sql.SQL(remade if table["has_periods"] else "")
        in_use = sql.Identifier(table["in_use"], table["name"])
        made = sql.Identifier(table["next"], table["name"])
        session.execute(sql.SQL("delete from {} {}").format(in_use, where))
        session.execute(sql.SQL("insert into {} select * from {} {}").format(in_use, made, where))
    _drop(session, "next")


def _is_made_of(session: psycopg.Connection[DictRow], schema: str) -> str | None:
    """What ``_note_made_of`` noted, if it did."""
    found = session.execute(
        "select substring(obj_description(to_regnamespace(%s), 'pg_namespace') from 'Made of ([0-9a-f]+)') as made_of",
        [schema],
    ).fetchone()
    assert found is not None
    made_of: str | None = found["made_of"]
    return made_of


def _note_made_of(
    session: psycopg.Connection[DictRow], schema: str, made_of: str | None, rows: str | None = None
) -> None:
    """Note what a schema is made of, and of what the rows that are only added to (see ``made_once``)."""
    says = [_SCHEMAS[schema.removesuffix("_next")]]
    says += [f"Made of {made_of}."] if made_of else []
    says += [f"Rows of {rows}."] if rows else []
    session.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), " ".join(says)))


@contextmanager
def building() -> Iterator[Builder]:
    """Begin a build; others wait until it has ended."""
    with _one_at_a_time() as (session, lock), running(lock) as process:
        yield Builder(session, process)


def look(vintage: datetime) -> str:
    """Build the marts as known at ``vintage`` (timezone-aware) beside those in use; the name of their schema.

    The tables are those of ``marts``, for the same readers; a look at the same moment replaces the one before.
    Raises BuildError.
    """
    name = vintage.astimezone(UTC).strftime("%Y%m%dt%H%M%Sz")
    with _one_at_a_time() as (session, lock):
        _drop(session, name)
        with running(lock) as process:
            process.run([*_BUILD, *_LOOK], _moments(vintage) | _aside(name))
    return f"marts_{name}"


def drop_look(schema: str) -> None:
    """Drop what ``look`` built."""
    with _one_at_a_time() as (session, _):
        _drop(session, schema.removeprefix("marts_"))


def _drop(session: psycopg.Connection[DictRow], name: str) -> None:
    session.execute(f"drop schema if exists marts_{name}, publication_{name} cascade")


def _moments(vintage: datetime) -> dict[str, str]:
    known_at = vintage.astimezone(clock.AMSTERDAM)
    oldest_open = Month.of(known_at.date()) - contracts.load().open_months
    return {
        "GI_MONITOR_VINTAGE": known_at.isoformat(),
        "GI_MONITOR_BUILT_AT": clock.now().isoformat(),
        "GI_MONITOR_OLDEST_OPEN_MONTH": oldest_open.start.isoformat(),
    }


def forget() -> None:
    """Have the next build make everything again from the rows of every delivery.

    For after they were changed in place, or after a change of code or of a parameter that facts keep.
    """
    made_once = "select format('core.%I', tablename) as name from pg_tables where schemaname = 'core'"
    with _one_at_a_time() as (session, _):
        for table in session.execute(f"{made_once} and tablename ~ '^(fct|agg)_'").fetchall():
            session.execute(f"drop table {table['name']} cascade")
        session.execute("delete from quality.judged")
        if _exists(session, "to_regnamespace('marts')"):
            session.execute("comment on schema marts is null")


def describe(file: Path) -> None:
    """Write what the warehouse holds as one HTML file: tables, columns, tests, lineage. Raises BuildError."""
    with _one_at_a_time() as (_, lock), running(lock) as process:
        process.run(["docs", "generate", "--static"], _aside(""))
    shutil.copyfile(target() / "static_index.html", file)


def _aside(name: str) -> dict[str, str]:
    """What has the project read for schemas of another name, which what it remembers of the last time has not."""
    return {"GI_MONITOR_LOOK": name, "DBT_PARTIAL_PARSE": "false"}


def _exists(session: psycopg.Connection[DictRow], expression: str) -> bool:
    row = session.execute(f"select {expression} is not null as found").fetchone()
    return row is not None and bool(row["found"])


@contextmanager
def _one_at_a_time() -> Iterator[tuple[psycopg.Connection[DictRow], psycopg.Connection[DictRow]]]:
    """A session to work with, and the one that holds the lock."""
    with locks.held("gi_transform", "build") as lock, connect("gi_transform") as session:
        session.autocommit = True
        yield session, lock
