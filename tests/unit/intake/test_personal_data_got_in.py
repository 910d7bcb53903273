"""A name where a code should be, which no rule on privacy can tell from one: "Personal data got in" of the runbooks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gi_monitor.cli import app
from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop, rows, states, take_in
from tests.stored import found_in

NAME = "Achterberg-Zandstra"
WHY = ("--reason", "een naam in een kolom voor codes")


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def _run(*command: str) -> None:
    answer = CliRunner().invoke(app, list(command))
    assert answer.exit_code == 0, answer.output


def _holding_the_name(data: Path) -> set[str]:
    paths = (path for path in data.rglob("*") if path.is_file() and "postgres" not in path.parts)
    return {str(path.relative_to(data).parts[0]) for path in paths if NAME.encode() in path.read_bytes()}


def test_after_the_runbook_nothing_of_it_is_left(warehouse: Path) -> None:
    spoilt = good_rows()
    spoilt["caseload"][0]["provincie"] = NAME
    delivered = drop(warehouse, files(spoilt))
    take_in()
    assert states() == [(1, "accepted_with_findings")]
    assert _holding_the_name(warehouse) == {"inbox", "outbox"}
    assert found_in({NAME}) == {}, "tables never had it: the cell is hashed, the finding sealed"

    _run("deliveries", "withdraw", "1", *WHY)
    _run("archive", "destroy", "1", *WHY)
    shutil.rmtree(delivered)
    shutil.rmtree(warehouse / "outbox" / "haagrijn" / "2024-04" / "1")
    drop(warehouse, files(good_rows(), volgnummer=2), 2)
    take_in()

    assert _holding_the_name(warehouse) == set()
    assert states() == [(1, "withdrawn"), (2, "accepted")]
    assert rows("select to_state, cause from ledger.state_change where to_state = 'purged'") == [
        ("purged", f"data key destroyed before its term: {WHY[1]}")
    ]
