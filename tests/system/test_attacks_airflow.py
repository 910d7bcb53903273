"""Who approves a candidate or decides a hold by Airflow is who answered; nobody gets around it by the REST API."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gi_monitor import settings
from gi_monitor.local import airflow as local
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.release import candidate
from gi_monitor.release.pages import document, rendering
from tests.attacks import SUCCEEDS, Attempt, listed, surprises
from tests.databases import new_database
from tests.inbox import INSTITUTIONS, rows
from tests.prepared import Shelf, copy_folder
from tests.running import answer, running_airflow, status
from tests.unit.release.conftest import READY, Gate, World

_PATIENCE_SECONDS = 180
_ROLES = ("op", "user", "viewer")
_USERS = {"admin": "admin", **{role: role for role in _ROLES}, "mallory": "user", "robin": "user"}
_ON_HOLD = "delivery_5_1"
"""The run that asks about the delivery on hold, as docs/security/attacks.md names it."""
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


@pytest.fixture(scope="module")
def world(cluster: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A warehouse that is ready for release, with a candidate of mallory's and a delivery on hold."""
    template, prepared = Shelf(cluster, shared / "prepared").get(READY)
    data = tmp_path_factory.mktemp("data")
    copy_folder(prepared, data)
    with new_database(cluster, template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GI_MONITOR_DATA", str(data))
        patch.setenv("GI_MONITOR_DATABASE_URL", url)
        patch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
        for name, value in READY.settings.items():
            patch.setenv(name, value)
        patch.setattr(rendering, "draw", lambda chart, size, locale: "<svg></svg>")
        patch.setattr(document, "pdf", lambda pages, say, edition, drawn: b"%PDF")
        candidate.prepare(made_by="mallory", judge=Gate())
        world = World(data)
        assert f"delivery_{world.deliver('haagrijn', '2024-11', state='on_hold')}_{held()}" == _ON_HOLD
        yield world


def held() -> int:
    """Note that delivery 5 is on hold; the number of the note."""
    noted = """
        insert into ledger.state_change
            (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at, cause, who)
        values ('haagrijn', '2024-11-01', 5, 'received', 'on_hold', now(), 'rules failed: H02', session_user)
        returning change_id
    """
    [(change,)] = rows(noted)
    return int(change)


@pytest.fixture(scope="module")
def airflow(world: World) -> Iterator[Airflow]:
    """An Airflow with somebody of each role, called by it, and two more of one role."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "USERS", _USERS)
        with running_airflow(world.data) as here:
            yield here


def reached(what: Callable[[], Any]) -> Any:
    assert wait_until(lambda: bool(what()), _PATIENCE_SECONDS, pause=0.5), "it never came"
    return what()


def answered(airflow: Airflow, user: str, dag: str, option: str, reason: str, done: Callable[[], Any]) -> None:
    """Answer what a DAG asks until something is done: a busy Airflow can lose an answer and ask again."""

    def respond() -> bool:
        client = airflow.client(user)
        for question in client.questions(dag):
            client.answer(question, option, reason)
        return bool(done())

    reached(respond)


def in_state(airflow: Airflow, dag: str, state: str) -> bool:
    return any(run["state"] == state for run in airflow.client("admin").dag_runs(dag))


def refusal(airflow: Airflow, attempt: Attempt) -> str:
    """Return the status by which Airflow refuses an attempt; that of the first item that a bulk request names."""
    method, _, request = attempt.how.partition(" ")
    path, _, body = request.partition(" ")
    path = path if path.startswith("/") else f"/api/v2/{path}"
    code, content = answer(airflow, token(airflow, attempt.who), method, path, json.loads(body or "null"))
    for outcome in content.values() if method == "PATCH" and isinstance(content, dict) else ():
        if isinstance(outcome, dict) and outcome.get("errors"):
            return str(outcome["errors"][0]["status_code"])
    return SUCCEEDS if code in range(200, 300) else str(code)


def token(airflow: Airflow, who: str) -> str | None:
    """Return what somebody shows with a request; the forger's is not signed."""
    if who == "nobody":
        return None
    if who != "forger":
        return airflow.client(who).token
    parts = (
        {"alg": "none", "typ": "JWT"},
        {"sub": "admin", "role": "admin", "exp": 4102444800, "aud": "apache-airflow"},
    )
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def tried(airflow: Airflow, *, about_the_hold: bool) -> dict[str, str]:
    """What came of the attempts that the document lists, where it is not what it says."""
    attempts = [attempt for attempt in listed("Airflow") if (_ON_HOLD in attempt.how) == about_the_hold]
    return surprises(attempts, lambda attempt: refusal(airflow, attempt))


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
    return {what: cells for what, *cells in (line.strip("| ").split(" | ") for line in lines)}


def test_a_maker_does_not_get_his_candidate_approved_under_another_name(world: World, airflow: Airflow) -> None:
    airflow.client("op").trigger("releases")
    approvals = "select approver, decision from release.approval order by 1"

    # His answer is his own, and refused.
    answered(airflow, "mallory", "release", "Goedkeuren", "nagekeken", lambda: in_state(airflow, "release", "failed"))
    assert world.query(approvals) == []
    assert tried(airflow, about_the_hold=False) == {}
    assert world.query(approvals) == []

    # The administrator clears the task: it asks again, and goes by nothing that was answered before.
    cleared = {"dry_run": False, "dag_run_id": "candidate_1", "task_ids": ["sign_off"], "only_failed": False}
    assert status(airflow, "admin", "POST", "dags/release/clearTaskInstances", cleared) == 200
    question = reached(lambda: airflow.client("robin").questions("release"))[0]
    [(content_hash,)] = world.query("select content_hash from release.candidate")
    assert question["subject"] == f"Kandidaat 1 van 2024-T3 ({str(content_hash)[:12]}): vrijgeven?"
    answered(airflow, "robin", "release", "Goedkeuren", "gezien", lambda: world.query(approvals))
    assert world.query(approvals) == [("robin", "approved")]


def test_a_hold_is_decided_by_who_answered_and_is_asked_again_when_it_could_not_be_recorded(
    world: World, airflow: Airflow
) -> None:
    decided = "select who, to_state, cause from ledger.state_change where from_state = 'on_hold'"
    airflow.client("op").trigger("holds")

    # An answer without a reason is not recorded.
    answered(airflow, "mallory", "hold", "Laten meetellen", "", lambda: in_state(airflow, "hold", "failed"))
    assert rows(decided) == []
    assert tried(airflow, about_the_hold=True) == {}

    # The next sweep asks again, in the same run.
    airflow.client("op").trigger("holds")
    answered(airflow, "robin", "hold", "Laten meetellen", "krimp is gemeld", lambda: rows(decided))
    assert rows(decided) == [("robin", "accepted_with_findings", "decision: krimp is gemeld")]
    assert [each["dag_run_id"] for each in airflow.client("op").dag_runs("hold")] == [_ON_HOLD]
