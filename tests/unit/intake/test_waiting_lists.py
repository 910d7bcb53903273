"""One definition of who waits for a worker, for intake, the warehouse and its gate (spec 2.2, W1)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gi_monitor import contracts
from gi_monitor.intake import derived
from gi_monitor.settings import PROJECT


def test_the_two_lists_of_the_specification_and_no_other() -> None:
    assert derived.waiting_lists() == ["wachtlijst", "doorstroomlijst"]


def test_a_list_that_nothing_says_it_of_is_no_waiting_for_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    known = contracts.load()
    lists = known.codes["lijst"]
    new = replace(lists["passende_hulp"], code="nieuwe_lijst")
    more = replace(known, codes={**known.codes, "lijst": {**lists, "nieuwe_lijst": new}})
    monkeypatch.setattr(contracts, "load", lambda: more)
    assert derived.waiting_lists() == ["wachtlijst", "doorstroomlijst"]


def test_sql_asks_the_code_list_too() -> None:
    sql = (PROJECT / "dbt_project/models/core/facts/fct_waitlist.sql").read_text(encoding="utf-8")
    assert f"code.family = '{derived._AWAITS_WORKER}'" in sql
    for path in (PROJECT / "dbt_project/models").rglob("*.sql"):
        assert not re.search(r"'(doorstroomlijst|wachtlijst)'", path.read_text(encoding="utf-8")), path


def test_no_limit_of_the_specification_stands_in_sql() -> None:
    relief = (PROJECT / "dbt_project/models/marts/relief.sql").read_text(encoding="utf-8")
    assert not re.search(r"abs\(\w+\) < [\d.]+", relief)
    for path in (PROJECT / "dbt_project/models/core/outcomes").glob("*.sql"):
        assert "15 months" not in path.read_text(encoding="utf-8")
