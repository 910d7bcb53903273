"""Building the warehouse: dbt in one process per build, one build at a time, marts swapped in one transaction.

Specification 4.3 and 4.4. The project is ``dbt_project/``; what dbt writes for itself stays under ``<data>/dbt``.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.rows import DictRow

from gi_monitor import clock, contracts, settings
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect, parameters

_log = logging.getLogger(__name__)

# A test belongs to the core when all it reads is there, and to the marts when anything it reads is.
_CORE = (
    *("--select", "resource_type:seed", "path:models/staging", "path:models/core"),
    *("--indirect-selection", "cautious"),
)
_MARTS = ("--select", "path:models/marts", "path:models/publication")


class BuildError(RuntimeError):
    """A build did not succeed; the message names every node that failed and what it said."""


def seed_and_core(vintage: datetime | None = None) -> None:
    """Build seeds, staging and core as known at ``vintage`` (timezone-aware; default now), and test them.

    Facts only grow: rows of deliveries that they hold already are not read again. Raises BuildError.
    """
    now = clock.now()
    known_at = (vintage or now).astimezone(clock.AMSTERDAM)
    oldest_open = Month.of(known_at.date()) - contracts.load().open_months
    moments = {
        "GI_MONITOR_VINTAGE": known_at.isoformat(),
        "GI_MONITOR_BUILT_AT": now.isoformat(),
        "GI_MONITOR_OLDEST_OPEN_MONTH": oldest_open.start.isoformat(),
    }
    with _one_at_a_time() as session:
        _dbt(_CORE, moments, session)


def forget_facts() -> None:
    """Have the next build read the rows of every delivery again, as after they were changed in place."""
    with _one_at_a_time() as session:
        session.execute("drop table if exists core.fct_caseload, core.fct_waitlist, core.fct_staffing")


def marts() -> None:
    """Build marts and publication from the core, aside from those in use, and test them. Raises BuildError."""
    with _one_at_a_time() as session:
        session.execute("drop schema if exists marts_next, publication_next cascade")
        _dbt(_MARTS, {}, session)


def swap() -> None:
    """Put the marts that were built aside into use, in one transaction; does nothing when there are none.

    Raises BuildError when they are unfinished: ``marts_next.build`` is made last, after every test.
    """
    with _one_at_a_time() as session, session.transaction():
        if not _exists(session, "to_regnamespace('marts_next')"):
            return
        if not _exists(session, "to_regclass('marts_next.build')"):
            raise BuildError("marts_next is unfinished: build the marts again before they are swapped")
        for schema in ("marts", "publication"):
            session.execute(f"drop schema if exists {schema} cascade")
            session.execute(f"alter schema {schema}_next rename to {schema}")


def _exists(session: psycopg.Connection[DictRow], expression: str) -> bool:
    row = session.execute(f"select {expression} is not null as found").fetchone()
    return row is not None and bool(row["found"])


@contextmanager
def _one_at_a_time() -> Iterator[psycopg.Connection[DictRow]]:
    with connect("gi_transform") as session:
        session.autocommit = True
        session.execute("select pg_advisory_lock(hashtext('gi-monitor build'))")
        yield session


def _dbt(arguments: Sequence[str], moments: Mapping[str, str], session: psycopg.Connection[DictRow]) -> None:
    here = settings.load()
    project, work = here.home / "dbt_project", here.data / "dbt" / str(parameters("gi_transform")["dbname"])
    results = work / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", *arguments]
    command += ["--exclude-resource-type", "unit_test", "--project-dir", str(project), "--profiles-dir", str(project)]
    command += ["--target-path", str(work / "target"), "--log-path", str(work / "logs"), "--log-level-file", "info"]
    finished = subprocess.run(
        command,
        env={**os.environ, **credentials(), **moments},
        # Should we be killed, dbt works on; while it holds our session's socket the lock stays taken.
        pass_fds=[session.fileno()],
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        raise BuildError(_what_failed(results, finished.stdout))
    _log.info("dbt: %s", finished.stdout.strip().rsplit("\n", 1)[-1])


def credentials() -> dict[str, str]:
    """The environment in which dbt finds the warehouse; its role is the profile's."""
    known = {key: str(value) for key, value in parameters("gi_transform").items() if key != "options"}
    secret = {"DBT_ENV_SECRET_PASSWORD": known.pop("password", "")}
    database = {"PGDATABASE": known.pop("dbname")}
    return {**{f"PG{key.upper()}": value for key, value in known.items()}, **database, **secret}


def _what_failed(results: Path, output: str) -> str:
    if not results.exists():
        return f"dbt did not get to building:\n{output.partition('Encountered an error:')[2].strip() or output.strip()}"
    nodes = json.loads(results.read_text())["results"]
    failed = [f"{node['unique_id']}: {node['message']}" for node in nodes if node["status"] in ("error", "fail")]
    return "dbt could not build:\n" + "\n".join(failed)
