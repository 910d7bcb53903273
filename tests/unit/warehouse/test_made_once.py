"""Rows that are only added to: the warehouse knows when other code or reference data made them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gi_monitor.settings import PROJECT
from gi_monitor.warehouse import build, made_once
from gi_monitor.warehouse.build import Builder
from gi_monitor.warehouse.connection import connect

CHANGES = {
    "a fact's SQL": "dbt_project/models/core/facts/fct_caseload.sql",
    "an aggregate's SQL": "dbt_project/models/core/aggregates/agg_workload.sql",
    "a macro": "dbt_project/macros/term_class.sql",
    "a parameter": "dbt_project/seeds/parameters.csv",
    "a holiday": "contracts/holidays.csv",
    "a code's family": "contracts/code_lists.csv",
}
ELSEWHERE = ["dbt_project/models/marts/workload.sql", "dbt_project/seeds/release_calendar.csv", "contracts/rules.yml"]


class FakeDbt:
    """Makes one fact, as an incremental model does: where it is not there yet."""

    def __init__(self, session: object) -> None:
        self.session = session

    def run(self, _arguments: Sequence[str], _environment: Mapping[str, str]) -> None:
        self.session.execute("create table if not exists core.fct_caseload ()")  # type: ignore[attr-defined]


@pytest.fixture
def home(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("dbt_project", "contracts"):
        shutil.copytree(PROJECT / folder, tmp_path / "home" / folder, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setenv("GI_MONITOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def build_core() -> None:
    with connect("gi_transform") as session:
        session.autocommit = True
        Builder(session, FakeDbt(session)).seed_and_core()  # type: ignore[arg-type]


def is_stale() -> bool:
    with connect("gi_release") as connection:
        return made_once.are_stale(connection)


def touch(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


@pytest.mark.parametrize("change", CHANGES)
def test_rows_stay_stale_until_they_are_made_again(home: Path, change: str) -> None:
    assert not is_stale()
    build_core()
    assert not is_stale()

    touch(home / CHANGES[change])
    assert is_stale()
    build_core()
    assert is_stale(), "a build adds rows, and old ones stay"

    build.forget()
    build_core()
    assert not is_stale()


@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_no_row_is_made_of_may_change(home: Path, path: str) -> None:
    build_core()
    touch(home / path)
    assert not is_stale()


def test_rows_of_which_nobody_noted_the_source_are_stale(home: Path) -> None:
    build_core()
    with connect("gi_transform") as session:
        session.execute("comment on schema core is 'Standardised facts. Made of 0a1b2c3d4e5f.'")
    assert is_stale()
    build_core()
    assert is_stale()


def test_a_build_that_was_killed_has_noted_what_it_made_rows_of(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(self: FakeDbt, *_: object) -> None:
        self.session.execute("create table core.agg_workload ()")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeDbt, "run", half)
    with pytest.raises(KeyboardInterrupt):
        build_core()
    assert not is_stale()
    touch(home / CHANGES["a holiday"])
    assert is_stale()
