"""dbt in one process of its own for all it is asked, so that it is imported and reads the project only once."""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.rows import DictRow

from gi_monitor import settings
from gi_monitor.warehouse.connection import parameters

_log = logging.getLogger(__name__)
_NEEDED = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH"),
    *("PYTHONPATH", "PYTHONHOME", "GI_MONITOR_HOME", "GI_MONITOR_DATA", "GI_MONITOR_MODE"),
)


class BuildError(RuntimeError):
    """A build did not succeed; the message names every node that failed and what it said."""


class Dbt:
    """The process; made by ``running``."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        self._process = process
        self._errors = errors

    def run(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run one command of dbt, with more environment than it has. Raises BuildError."""
        request = {"arguments": list(arguments), "places": _places(), "environment": dict(environment)}
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise BuildError(f"dbt has stopped:\n{self._said()}") from None
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise BuildError(f"dbt has stopped:\n{self._said()}")
        problems: list[str] = json.loads(answer)
        if problems:
            raise BuildError("dbt could not build:\n" + "\n".join(problems))

    def _said(self) -> str:
        self._errors.seek(0)
        return self._errors.read().strip()


@contextmanager
def running(lock: psycopg.Connection[DictRow]) -> Iterator[Dbt]:
    """Start dbt, and stop it at the end; ``lock`` holds the lock that it needs for as long as it works."""
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=environment(),
            # Should we be killed, dbt works on; while it holds this socket the lock stays taken.
            pass_fds=[lock.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield Dbt(process, errors)


def target() -> Path:
    """Where dbt leaves what it makes for itself; each database has its own."""
    return settings.load().data / "dbt" / str(parameters("gi_transform")["dbname"]) / "target"


def environment() -> dict[str, str]:
    """The environment of dbt: where the warehouse is and its password, and no other secret.

    A model can read every variable that dbt has. So it gets what a program of this kind needs, by name.
    """
    return {name: os.environ[name] for name in _NEEDED if name in os.environ} | _credentials()


def _credentials() -> dict[str, str]:
    """Where dbt finds the warehouse, with the role in which it works."""
    known = {key: str(value) for key, value in parameters("gi_transform").items()}
    name = {"PGAPPNAME": known.pop("application_name")}
    secret = {"DBT_ENV_SECRET_PASSWORD": known.pop("password", "")}
    database = {"PGDATABASE": known.pop("dbname")}
    return {**{f"PG{key.upper()}": value for key, value in known.items()}, **name, **database, **secret}


def _places() -> list[str]:
    project, made = settings.load().home / "dbt_project", target()
    return [
        *("--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(made)),
        *("--log-path", str(made.parent / "logs"), "--log-level-file", "info", "--no-use-colors", "--no-write-json"),
    ]


def _serve() -> None:
    """Answer each request with what went wrong, a list; what dbt prints goes where errors go."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # It lives for seconds and keeps nearly all it makes: looking for what could be freed takes a tenth of its time.
    gc.disable()
    from dbt.cli.main import dbtRunner

    read: Any = None
    for line in sys.stdin:
        request = json.loads(line)
        os.environ |= request["environment"]
        if read is None:
            read = dbtRunner().invoke(["parse", *request["places"]])
        done = dbtRunner(read.result).invoke([*request["arguments"], *request["places"]]) if read.success else read
        print(json.dumps(_problems(done)), file=answers, flush=True)
    # All is said and written; taking apart what it made would have the step wait for another half second.
    os._exit(0)


def _problems(done: Any) -> list[str]:
    if done.success:
        return []
    nodes = getattr(done.result, "results", [])
    failed = [f"{node.node.unique_id}: {node.message}" for node in nodes if node.status in ("error", "fail")]
    return failed or [str(done.exception or "dbt did not say why: see its log")]


if __name__ == "__main__":
    _serve()
