"""A login that may read the marts and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg import sql

from gi_monitor.warehouse import connection

PASSWORD = "only_for_this_test"


@contextmanager
def analyst() -> Iterator[sa.URL]:
    """Yield the address at which a person who is only an analyst logs in to the warehouse of the settings."""
    login, owner = f"analyst_{uuid.uuid4().hex}", connection.url()
    name = sql.Identifier(login)
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(sql.SQL("create role {} login password {}").format(name, sql.Literal(PASSWORD)))
        try:
            admin.execute(sql.SQL("grant gi_analyst to {}").format(name))
            yield sa.make_url(owner).set(username=login, password=PASSWORD)
        finally:
            admin.execute(sql.SQL("drop role {}").format(name))
