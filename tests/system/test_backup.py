"""Backup, restore and recovery to a moment, by the commands of docs/operators.md, with real servers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gi_monitor import steps
from gi_monitor.intake import decisions
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.connection import connect, connect_as_owner
from gi_monitor.warehouse.migrate import migrate
from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop, states, take_in
from tests.lost import tables
from tests.servers import backup

EXAMPLE = Path(__file__).parents[1] / "worked_example"
OURS = ("ledger", "landing", "quality", "release", "core", "marts", "publication")
Machine = Callable[[str], Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """An empty machine: a data folder with a migrated server of its own. From then on the settings point at it."""
    made: list[Path] = []
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    monkeypatch.delenv("GI_MONITOR_DATABASE_URL", raising=False)

    def make(name: str) -> Path:
        made.append(tmp_path / name)
        monkeypatch.setenv("GI_MONITOR_DATA", str(made[-1]))
        migrate()
        return made[-1]

    yield make
    for data in made:
        embedded.stop(data)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where backups are kept."""
    (tmp_path / "backup").mkdir()
    return tmp_path / "backup"


def test_a_dump_and_a_copy_of_the_folder_make_another_machine_the_same(
    machine: Machine, kept: Path, tmp_path: Path
) -> None:
    old = machine("old")
    shutil.copytree(EXAMPLE / "deliveries", old / "inbox")
    for gi_code in ("haagrijn", "waddenkust"):
        steps.take_in(gi_code)
    steps.standardise()
    before = tables(*OURS)
    backup.dump(old, kept)
    embedded.stop(old)
    shutil.move(old / "secrets", tmp_path / "secrets")
    shutil.rmtree(old)

    new = machine("new")
    shutil.copytree(tmp_path / "secrets", new / "secrets")
    backup.restore(new, kept)

    assert before["marts.observations"] and tables(*OURS) == before
    assert steps.standardise() == [], "what the marts show is what counts"
    steps.recheck(1, reason="de bytes zijn er ook")
    steps.standardise(anew=True)
    with connect("gi_analyst") as analyst:
        assert analyst.execute("select from marts.observations").rowcount == len(before["marts.observations"])


def test_what_came_in_between_the_dump_and_the_copy_comes_in_again(machine: Machine, kept: Path) -> None:
    old = machine("old")
    deliver(old, 1)
    (kept / "later").mkdir()
    backup.dump(old, kept)
    deliver(old, 2)
    backup.dump(old, kept / "later")
    shutil.rmtree(kept / "archive")
    (kept / "later" / "archive").rename(kept / "archive")

    new = machine("new")
    shutil.copytree(old / "secrets", new / "secrets")
    shutil.copytree(old / "inbox", new / "inbox")
    backup.restore(new, kept)

    assert states() == [(1, "accepted")]
    assert take_in() == [2]
    assert states() == [(1, "superseded"), (2, "accepted")]
    steps.recheck(2, reason="de bytes zijn er ook")


def test_a_database_is_recovered_to_a_moment_before_a_wrong_act(machine: Machine, kept: Path) -> None:
    data = machine("machine")
    deliver(data, 1)
    backup.archive_log(data, kept)
    deliver(data, 2)
    before, moment = tables(*OURS), backup.now(data)
    decisions.withdraw(2, reason="vergissing")
    with connect_as_owner() as owner:
        owner.execute("delete from landing.caseload")
    deliver(data, 3)
    assert states() == [(1, "superseded"), (2, "withdrawn"), (3, "accepted")]

    backup.recover(data, kept, moment)

    assert tables(*OURS) == before
    assert states() == [(1, "superseded"), (2, "accepted")]
    [again] = take_in()
    assert states() == [(1, "superseded"), (2, "superseded"), (3, "accepted")], "the third lay in the inbox still"
    steps.recheck(again, reason="de bytes zijn er ook")


def deliver(data: Path, number: int) -> None:
    drop(data, files(good_rows(), volgnummer=number, vacatures_fte=float(number)), sequence_number=number)
    take_in()
