"""What each Airflow role may do by the REST API is what docs/security.md says, by trying."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gi_monitor import settings
from gi_monitor.local import airflow as local
from gi_monitor.local.airflow import Airflow
from tests.running import running_airflow, status

_ROLES = ("op", "user", "viewer")
_HEADER = "| by role in Airflow | `op` | `user` | `viewer` | nobody |"
_TRIES = {
    "look at runs": ("GET", "dags/~/dagRuns"),
    "start a run": ("POST", "dags/unknown/dagRuns"),
    "answer a question": ("PATCH", "dags/unknown/dagRuns/run/taskInstances/task/-1/hitlDetails"),
    "answer a question by its own DAG": ("PATCH", "dags/release/dagRuns/run/taskInstances/sign_off/-1/hitlDetails"),
    "start a question": ("POST", "dags/release/dagRuns"),
    "clear a task": ("POST", "dags/unknown/clearTaskInstances"),
    "mark a task": ("PATCH", "dags/unknown/dagRuns/run/taskInstances/task"),
    "clear or mark a question": ("POST", "dags/release/clearTaskInstances"),
    "clear tasks of all DAGs": ("POST", "dags/~/clearTaskInstances"),
    "delete a run": ("DELETE", "dags/unknown/dagRuns/run"),
    "write an XCom": ("POST", "dags/unknown/dagRuns/run/taskInstances/task/xcomEntries"),
    "rewrite an XCom": ("PATCH", "dags/unknown/dagRuns/run/taskInstances/task/xcomEntries/key"),
    "remember something for a task": ("PUT", "dags/unknown/dagRuns/run/taskInstances/task/state-store/key"),
    "send an event": ("POST", "assets/events"),
    "pause a DAG": ("PATCH", "dags/unknown"),
    "read connections": ("GET", "connections"),
    "change connections": ("POST", "connections"),
    "read variables": ("GET", "variables"),
    "change variables": ("POST", "variables"),
}


@pytest.fixture
def airflow(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    """An Airflow with somebody of each role, called by it, beside its administrator."""
    monkeypatch.setattr(local, "USERS", {"admin": "admin", **{role: role for role in _ROLES}})
    with running_airflow(warehouse) as here:
        yield here


def test_each_role_may_do_what_the_document_says(airflow: Airflow) -> None:
    found = {
        what: ["yes" if _may(airflow, user, method, path) else "no" for user in (*_ROLES, None)]
        for what, (method, path) in _TRIES.items()
    }
    assert found == _documented()


def _may(airflow: Airflow, user: str | None, method: str, path: str) -> bool:
    """Whether Airflow goes on to look for what is asked, which is not there."""
    return status(airflow, user, method, path) not in (401, 403)


def _documented() -> dict[str, list[str]]:
    text = (settings.PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
    lines = text.partition(_HEADER)[2].split("\n\n")[0].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines]
    return {what: cells for what, *cells in rows}
