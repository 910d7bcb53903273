"""The worked example on Debian's own PostgreSQL server: 15, the oldest that we say will do, where Debian is 12."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from gi_monitor import steps
from gi_monitor.warehouse.connection import connect
from gi_monitor.warehouse.migrate import migrate
from tests.dbt.comparison import compare, expected

EXAMPLE = Path(__file__).parents[1] / "worked_example"


def _is_closed(folder: Path) -> bool:
    return not folder.stat().st_mode & stat.S_IXOTH


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a login that may create roles and owns an empty database."""
    folder = tmp_path_factory.mktemp("server")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail("Debian's PostgreSQL is missing: `make test-system` installs it (apt-get install postgresql)")
    programs = found[0].parent
    as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_server:
        for path in takewhile(_is_closed, (folder, *folder.parents)):
            path.chmod(0o755)
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [*as_server, str(programs / program), f"--pgdata={folder / 'cluster'}", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run("initdb", "--username=postgres", "--auth=trust", "--locale=C", "--encoding=UTF8")
    options = f"--port={port} --listen-addresses=127.0.0.1 --unix-socket-directories={folder}"
    run("pg_ctl", "--wait", "--timeout=300", f"--log={folder / 'log'}", f"--options={options}", "start")
    address = f"127.0.0.1:{port}"
    with psycopg.connect(f"postgresql://postgres@{address}/postgres", autocommit=True) as owner:
        owner.execute("create role gi_monitor login createrole")
        owner.execute("create database gi_monitor owner gi_monitor")
    yield f"postgresql://gi_monitor@{address}/gi_monitor"
    run("pg_ctl", "--wait", "--mode=immediate", "stop")


def test_the_worked_example_comes_out(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_DATABASE_URL", server)
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    shutil.copytree(EXAMPLE / "deliveries", tmp_path / "inbox")
    migrate()

    for gi_code in ("haagrijn", "waddenkust"):
        steps.take_in(gi_code)
    steps.standardise()

    with connect("gi_analyst") as analyst:
        found = pd.DataFrame(analyst.execute("select * from marts.observations").fetchall())
    assert compare(found, expected()) == []
