"""Building the warehouse: dbt in one process per build, one build at a time, marts swapped in one transaction.

Specification 4.3 and 4.4. The project is ``dbt_project/``; what dbt writes for itself stays under ``<data>/dbt``.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
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
# What a build makes once per pair or set of deliveries, and so may lack for those that counted at another vintage.
_LOOK = (
    *("--select", "path:models/core/look", "agg_measure_change+", "path:models/core/outcomes"),
    *("path:models/marts", "path:models/publication", "--no-partial-parse"),
)


class BuildError(RuntimeError):
    """A build did not succeed; the message names every node that failed and what it said."""


def seed_and_core(vintage: datetime | None = None) -> None:
    """Build seeds, staging and core as known at ``vintage`` (timezone-aware; default now), and test them.

    What is made of a delivery, or of an institution's deliveries up to a month, is made once. Raises BuildError.
    """
    with _one_at_a_time() as session:
        _dbt(_CORE, _moments(vintage or clock.now()), session)


def look(vintage: datetime) -> str:
    """Build the marts as known at ``vintage`` (timezone-aware) beside those in use; the name of their schema.

    The tables are those of ``marts``, for the same readers; a look at the same moment replaces the one before.
    Raises BuildError.
    """
    name = vintage.astimezone(UTC).strftime("%Y%m%dt%H%M%Sz")
    with _one_at_a_time() as session:
        _drop(session, name)
        _dbt(_LOOK, {**_moments(vintage), "GI_MONITOR_LOOK": name}, session)
    return f"marts_{name}"


def drop_look(schema: str) -> None:
    """Drop what ``look`` built."""
    with _one_at_a_time() as session:
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
    with _one_at_a_time() as session:
        for table in session.execute(f"{made_once} and tablename ~ '^(fct|agg)_'").fetchall():
            session.execute(f"drop table {table['name']} cascade")


def marts() -> None:
    """Build marts and publication from the core, aside from those in use, and test them. Raises BuildError."""
    with _one_at_a_time() as session:
        _drop(session, "next")
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


def describe(file: Path) -> None:
    """Write what the warehouse holds as one HTML file: tables, columns, tests, lineage. Raises BuildError."""
    with _one_at_a_time() as session:
        finished = _run(["docs", "generate", "--static", "--no-partial-parse"], {"GI_MONITOR_LOOK": ""}, session)
    if finished.returncode != 0:
        raise BuildError(f"dbt could not describe the warehouse:\n{finished.stdout.strip()}")
    shutil.copyfile(_target() / "static_index.html", file)


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
    results = _target() / "run_results.json"
    results.unlink(missing_ok=True)
    finished = _run(["build", "--exclude-resource-type", "unit_test", *arguments], moments, session)
    if finished.returncode != 0:
        raise BuildError(_what_failed(results, finished.stdout))
    _log.info("dbt: %s", finished.stdout.strip().rsplit("\n", 1)[-1])


def _target() -> Path:
    return settings.load().data / "dbt" / str(parameters("gi_transform")["dbname"]) / "target"


def _run(
    arguments: Sequence[str], moments: Mapping[str, str], session: psycopg.Connection[DictRow]
) -> subprocess.CompletedProcess[str]:
    project, target = settings.load().home / "dbt_project", _target()
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    command += ["--target-path", str(target), "--log-path", str(target.parent / "logs"), "--log-level-file", "info"]
    return subprocess.run(
        command,
        env={**os.environ, **credentials(), **moments},
        # Should we be killed, dbt works on; while it holds our session's socket the lock stays taken.
        pass_fds=[session.fileno()],
        capture_output=True,
        text=True,
        check=False,
    )


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
