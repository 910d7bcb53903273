"""The database server of a test run, and databases of a test's own on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from gi_monitor.warehouse import embedded

_NOTHING_TO_LOSE = ("fsync", "synchronous_commit", "full_page_writes")


def without_durability(data: Path) -> None:
    """Start the embedded server under ``data``, and let it not wait for the disk: no test outlives its server."""
    embedded.ensure_running(data)
    with psycopg.connect(embedded.url(data, "postgres"), autocommit=True) as connection:
        for setting in _NOTHING_TO_LOSE:
            connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
        connection.execute("select pg_reload_conf()")


@contextmanager
def new_database(cluster: Path, template: str = "gi_monitor") -> Iterator[str]:
    """Yield the URL of a database that is dropped when the block ends.

    It is an empty migrated warehouse, or a copy of another ``template``. Each process of the run uses the same few
    names again, because what dbt has parsed holds for one database name.
    """
    with psycopg.connect(embedded.url(cluster, "postgres"), autocommit=True) as connection:
        database = _free_name(connection)
        create_database(connection, database, template)
        try:
            yield embedded.url(cluster, database=database)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(database)))


def create_database(connection: psycopg.Connection, database: str, template: str = "gi_monitor") -> None:
    """Create a database from a template, with the rights that a template does not pass on."""
    name, copied = sql.Identifier(database), sql.Identifier(template)
    connection.execute(sql.SQL("create database {} template {} owner gi_monitor").format(name, copied))
    connection.execute(sql.SQL("grant create on database {} to gi_transform").format(name))


def _free_name(connection: psycopg.Connection) -> str:
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    taken = {name for (name,) in connection.execute("select datname from pg_database")}
    return next(name for number in range(100) if (name := f"test_{process}_{number}") not in taken)
