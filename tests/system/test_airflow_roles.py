"""What each Airflow role may do by the REST API is what docs/security.md says, by trying."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gi_monitor import settings
from gi_monitor.local import airflow as local
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.rest import Client
from tests.running import running_airflow

_ROLES = ("op", "user", "viewer")
_HEADER = "| by role in Airflow | `op` | `user` | `viewer` | nobody |"
_TRIES = {
    "look at runs": ("GET", "dags/~/dagRuns"),
    "start a run": ("POST", "dags/unknown/dagRuns"),
    "answer a question": ("PATCH", "dags/unknown/dagRuns/run/taskInstances/task/-1/hitlDetails"),
    "clear a task": ("POST", "dags/unknown/clearTaskInstances"),
    "pause a DAG": ("PATCH", "dags/unknown"),
    "read connections": ("GET", "connections"),
    "change connections": ("POST", "connections"),
    "change variables": ("POST", "variables"),
}


@pytest.fixture
def airflow(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    """An Airflow with somebody of each role, called by it, beside its administrator."""
    monkeypatch.setattr(local, "USERS", {"admin": "admin", **{role: role for role in _ROLES}})
    with running_airflow(warehouse) as here:
        yield here


def test_each_role_may_do_what_the_document_says(airflow: Airflow) -> None:
    clients = [*(airflow.client(role) for role in _ROLES), None]
    found = {
        what: ["yes" if _may(airflow, client, method, path) else "no" for client in clients]
        for what, (method, path) in _TRIES.items()
    }
    assert found == _documented()


def _may(airflow: Airflow, client: Client | None, method: str, path: str) -> bool:
    """Whether Airflow goes on to look for what is asked, which is not there."""
    request = urllib.request.Request(f"{airflow.url}/api/v2/{path}", method=method, data=b"{}")
    request.add_header("Content-Type", "application/json")
    if client is not None:
        request.add_header("Authorization", f"Bearer {client.token}")
    try:
        with urllib.request.urlopen(request, timeout=30):
            return True
    except urllib.error.HTTPError as error:
        return error.code not in (401, 403)


def _documented() -> dict[str, list[str]]:
    text = (settings.PROJECT / "docs" / "security.md").read_text(encoding="utf-8")
    lines = text.partition(_HEADER)[2].split("\n\n")[0].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines]
    return {what: cells for what, *cells in rows}
