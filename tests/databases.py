"""Databases of a test's own, on the server of the whole run."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from gi_monitor.warehouse import embedded


@contextmanager
def new_database(cluster: Path, template: str = "gi_monitor") -> Iterator[str]:
    """The URL of a database that is dropped when the block ends: an empty migrated warehouse, or from this template."""
    database = f"test_{uuid.uuid4().hex}"
    name = sql.Identifier(database)
    with psycopg.connect(embedded.url(cluster, "postgres"), autocommit=True) as connection:
        copied = sql.Identifier(template)
        connection.execute(sql.SQL("create database {} template {} owner gi_monitor").format(name, copied))
        # A template passes on everything but the rights on the database itself.
        connection.execute(sql.SQL("grant create on database {} to gi_transform").format(name))
        try:
            yield embedded.url(cluster, database=database)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
