"""Faults of one machine: whatever fails is said, nothing is half, and the same again ends in the same tables."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gi_monitor import steps
from gi_monitor.intake.transport import TransportError, folder
from gi_monitor.local.processes import wait_until
from gi_monitor.warehouse import connection, embedded
from gi_monitor.warehouse.migrate import migrate
from tests.databases import new_database
from tests.inbox import INSTITUTIONS, drop, rows, states
from tests.tables import tables

EXAMPLE = INSTITUTIONS.parent / "deliveries"


SETTINGS = {
    "GI_MONITOR_INSTITUTIONS": str(INSTITUTIONS),
    "GI_MONITOR_NOW": "2024-05-10T10:00:00+02:00",
    "GI_MONITOR_SECRET_KEYS": "iWyDXd0MU8G1FNTcHSZcWp8bTiOSKjrjm3VT8nVSYUk=",
}


@pytest.fixture(autouse=True)
def same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of two institutions, one month of one of them twice."""
    folder = tmp_path_factory.mktemp("delivered")
    for gi_code in ("haagrijn", "waddenkust"):
        for month in ("2023-07", "2023-08"):
            shutil.copytree(EXAMPLE / gi_code / month, folder / gi_code / month)
    return folder


@pytest.fixture(scope="module")
def undisturbed(cluster: Path, delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[list[str]]]:
    """The tables after an undisturbed run."""
    with new_database(cluster) as url, pytest.MonkeyPatch.context() as patch:
        here = {"GI_MONITOR_DATA": str(tmp_path_factory.mktemp("undisturbed")), "GI_MONITOR_DATABASE_URL": url}
        for name, value in {**SETTINGS, **here}.items():
            patch.setenv(name, value)
        for command in (["deliver", str(delivered)], ["build"]):
            assert run(*command).returncode == 0
        yield tables()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a server of this test alone, which no step starts by itself."""
    with small_disk(tmp_path / "own", megabytes=400) as data:
        monkeypatch.setenv("GI_MONITOR_DATA", str(data))
        monkeypatch.delenv("GI_MONITOR_DATABASE_URL", raising=False)
        migrate()
        monkeypatch.setenv("GI_MONITOR_DATABASE_URL", embedded.url(data))
        try:
            yield data
        finally:
            embedded.stop(data)


@contextmanager
def small_disk(place: Path, megabytes: float) -> Iterator[Path]:
    """A disk of its own until the block ends."""
    if os.geteuid() != 0:
        pytest.fail("needs root, who may mount a disk")
    place.mkdir(parents=True)
    size = f"size={int(megabytes * 1024)}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def start(*command: str) -> subprocess.Popen[str]:
    """A command as an operator gives it."""
    words = [sys.executable, "-m", "gi_monitor", *command]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    process = start(*command)
    out, said = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, said)


def of_august(sequence_number: int, **manifest: Any) -> dict[str, bytes]:
    """What haagrijn delivered about August 2023, the second time something else; with these fields in its manifest."""
    folder = EXAMPLE / "haagrijn" / "2023-08" / str(sequence_number)
    content = {path.name: path.read_bytes() for path in folder.iterdir()}
    described = json.loads(content["levering.json"])
    return {**content, "levering.json": json.dumps({**described, **manifest}).encode()}


def reached(what: Callable[[], Any]) -> None:
    assert wait_until(lambda: bool(what()), 60), "it never came"


def crash(data: Path) -> None:
    """Kill the server; the next start recovers it."""
    pid = int((data / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    reached(lambda: not Path(f"/proc/{pid}").exists())


def failure(process: subprocess.Popen[str]) -> str:
    """What a command says that could not do its work."""
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in said
    return said


def rows_wait() -> list[Any]:
    """Whether a load waits to write its rows."""
    with psycopg.connect(connection.url()) as owner:
        return owner.execute(
            "select from pg_locks where relation = 'landing.caseload'::regclass and not granted"
        ).fetchall()


def marts_are_being_built() -> list[Any]:
    with psycopg.connect(connection.url()) as owner:
        return owner.execute("select where to_regnamespace('marts_next') is not null").fetchall()


@pytest.mark.parametrize("end", [crash, embedded.stop], ids=["killed", "restarted"])
def test_a_database_that_goes_away_in_the_middle_of_a_load_and_of_a_build(
    server: Path, delivered: Path, undisturbed: list[list[str]], end: Callable[[Path], None]
) -> None:
    with closing(psycopg.connect(connection.url())) as holder:  # which goes away too, without a commit
        holder.execute("lock table landing.caseload in share mode")
        loading = start("deliver", str(delivered))
        reached(rows_wait)
        end(server)
        assert "when the database is well again, repeat this" in failure(loading)
    embedded.ensure_running(server)
    assert rows("select from ledger.delivery") == []
    assert run("deliver", str(delivered)).returncode == 0

    building = start("build")
    reached(marts_are_being_built)
    end(server)
    assert "gi-monitor: " in failure(building)
    embedded.ensure_running(server)
    assert run("build").returncode == 0
    assert tables() == undisturbed


def test_a_database_whose_disk_is_full(server: Path, delivered: Path, undisturbed: list[list[str]]) -> None:
    filler = server / "filler"

    def fill() -> None:
        free = os.statvfs(server)
        subprocess.run(["fallocate", "-l", str(free.f_bavail * free.f_frsize), filler], check=True)

    for command in (["deliver", str(delivered)], ["build"]):
        fill()
        done = run(*command)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "No space left on device" in done.stderr
        filler.unlink()
        embedded.ensure_running(server)
        assert run(*command).returncode == 0
    assert tables() == undisturbed


def test_an_archive_whose_disk_is_full(undisturbed: list[list[str]], delivered: Path, warehouse: Path) -> None:
    with small_disk(warehouse / "archive", megabytes=0.06) as archive:
        done = run("deliver", str(delivered))
        assert done.returncode == 2
        assert f"the archive cannot be written: No space left on device in {archive}" in done.stderr
        assert 0 < len(rows("select from ledger.delivery")) < 5
        assert not [path for path in archive.rglob(".*")], "a half file"

        subprocess.run(["mount", "-o", "remount,size=8m", archive], check=True)
        for command in (["deliver", str(delivered)], ["build"]):
            assert run(*command).returncode == 0
        assert tables() == undisturbed


def test_a_delivery_that_is_replaced_while_it_is_read_is_taken_as_one_or_as_the_other(
    warehouse: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, right = of_august(1), of_august(2, volgnummer=1)
    drop(warehouse, right, month="2023-08")
    steps.take_in("haagrijn")
    steps.standardise()
    undisturbed = tables()

    another_warehouse()
    drop(warehouse, wrong, month="2023-08")
    content, read = folder.Folder._content, []

    def replaced_after_the_first(self: folder.Folder, *asked: Any) -> bytes:
        found = content(self, *asked)
        read.append(asked)
        if len(read) == 1:
            drop(warehouse, right, month="2023-08")
        return found

    monkeypatch.setattr(folder.Folder, "_content", replaced_after_the_first)
    with pytest.raises(TransportError, match="still arriving, so it is left for the next look"):
        steps.take_in("haagrijn")
    assert states() == []
    steps.take_in("haagrijn")
    steps.standardise()
    assert tables() == undisturbed


def test_a_clock_that_is_set_back_an_hour_keeps_the_order_of_deliveries(
    warehouse: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deliver(sequence_number: int) -> None:
        drop(warehouse, of_august(sequence_number), sequence_number, month="2023-08")
        steps.take_in("haagrijn")

    deliver(1)
    deliver(2)
    steps.standardise()
    observations = tables()[-1]

    another_warehouse()
    shutil.rmtree(warehouse / "inbox")
    deliver(1)
    steps.standardise()
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T09:00:00+02:00")
    deliver(2)
    assert steps.standardise() == ["2023-08"]
    assert steps.undone() == []
    assert tables()[-1] == observations
    known = "select sequence_number, known_to is null as counts from ledger.known join ledger.delivery"
    assert rows(f"{known} using (delivery_id) order by known_from") == [(1, False), (2, True)]
