"""The worked example as an analyst meets it: built, and a login that may read the marts and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from gi_monitor import settings, steps
from gi_monitor.intake import arrivals
from gi_monitor.warehouse import connection

EXAMPLE = Path(__file__).parent / "worked_example"
LOGIN, PASSWORD = "an_analyst", "only_for_this_test"


@contextmanager
def analyst(monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.URL]:
    """The address at which somebody who is only an analyst logs in, in the warehouse of fixture ``warehouse``."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-21T12:00:00+02:00")
    shutil.copytree(EXAMPLE / "deliveries", settings.load().inbox)
    for gi_code in ("haagrijn", "waddenkust"):
        arrivals.take_over(gi_code)
    steps.standardise()
    owner = connection.url()
    with psycopg.connect(owner, autocommit=True) as admin:
        admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(LOGIN), sql.Literal(PASSWORD)))
        try:
            admin.execute(sql.SQL("grant gi_analyst to {}").format(sql.Identifier(LOGIN)))
            yield sa.make_url(owner).set(username=LOGIN, password=PASSWORD)
        finally:
            admin.execute(sql.SQL("drop role {}").format(sql.Identifier(LOGIN)))
