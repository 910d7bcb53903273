"""Who approves a candidate or decides a hold by Airflow is who answered; nobody gets around it by the REST API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gi_monitor.local import airflow as local
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.release import candidate
from tests.inbox import INSTITUTIONS, rows
from tests.running import running_airflow, status
from tests.unit.release.conftest import Gate, World, gate, undrawn, world

__all__ = ["gate", "undrawn", "world"]

_PATIENCE_SECONDS = 180
_USERS = {"admin": "admin", "dana": "op", "mallory": "user", "robin": "user", "vera": "viewer"}
_APPROVED = {
    "chosen_options": ["Goedkeuren"],
    "params_input": {"reden": "nagekeken"},
    "responded_at": "2025-01-20T10:00:00Z",
    "responded_by_user": {"id": "robin", "name": "robin"},
}
_RUN = "dags/{dag}/dagRuns/{run}"
_TASK = f"{_RUN}/taskInstances/{{task}}"
_WRITES: dict[str, tuple[str, str, Any]] = {
    "rewrite the answer": ("PATCH", f"{_TASK}/xcomEntries/return_value", {"value": _APPROVED, "map_index": -1}),
    "add an answer": ("POST", f"{_TASK}/xcomEntries", {"key": "return_value", "value": _APPROVED, "map_index": -1}),
    "delete the answer": ("DELETE", f"{_TASK}/xcomEntries/return_value", None),
    "clear the task": ("POST", "dags/{dag}/clearTaskInstances", {"dry_run": False, "dag_run_id": "{run}"}),
    "clear tasks of all DAGs": ("POST", "dags/~/clearTaskInstances", {"dry_run": False}),
    "mark the task": ("PATCH", _TASK, {"new_state": "success"}),
    "mark tasks of all DAGs": ("PATCH", "dags/~/dagRuns/~/taskInstances", {"actions": []}),
    "mark the run": ("PATCH", _RUN, {"state": "success"}),
    "clear the run": ("POST", f"{_RUN}/clear", {"dry_run": False}),
    "delete the run": ("DELETE", _RUN, None),
    "start a run of one's own": ("POST", "dags/{dag}/dagRuns", {"logical_date": None, "conf": {"candidate_id": 1}}),
    "delete the DAG": ("DELETE", "dags/{dag}", None),
    "set a variable": ("POST", "variables", {"key": "responded_by", "value": "robin"}),
}
_BY_THE_ADMINISTRATOR = {"rewrite the answer", "add an answer", "delete the answer"}


@pytest.fixture
def airflow(world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    """An Airflow with two users of one role, of whom one made the candidate that waits."""
    candidate.prepare(made_by="mallory", judge=gate)
    monkeypatch.setattr(local, "USERS", _USERS)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    with running_airflow(world.data) as here:
        yield here


def reached(what: Callable[[], Any]) -> Any:
    assert wait_until(lambda: bool(what()), _PATIENCE_SECONDS, pause=0.5), "it never came"
    return what()


def answered(airflow: Airflow, user: str, dag: str, option: str, reason: str, done: Callable[[], Any]) -> None:
    """Answer what a DAG asks until something is done: a busy Airflow can lose an answer and ask again."""

    def answer() -> bool:
        client = airflow.client(user)
        for question in client.questions(dag):
            client.answer(question, option, reason)
        return bool(done())

    reached(answer)


def in_state(airflow: Airflow, dag: str, state: str) -> bool:
    return any(run["state"] == state for run in airflow.client("admin").dag_runs(dag))


def tried(airflow: Airflow, user: str, dag: str, run: str, task: str) -> dict[str, int]:
    """What the REST API answers a user to every write that could change a decision."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        return value.format(dag=dag, run=run, task=task) if isinstance(value, str) else value

    return {
        what: status(airflow, user, method, filled(path), filled(body))
        for what, (method, path, body) in _WRITES.items()
        if user != "admin" or what in _BY_THE_ADMINISTRATOR
    }


def test_a_maker_does_not_get_his_candidate_approved_under_another_name(world: World, airflow: Airflow) -> None:
    airflow.client("dana").trigger("releases")
    approvals = "select approver, decision from release.approval order by 1"

    # His answer is his own, and refused.
    answered(airflow, "mallory", "release", "Goedkeuren", "nagekeken", lambda: in_state(airflow, "release", "failed"))
    assert world.query(approvals) == []
    for user in _USERS:
        codes = tried(airflow, user, "release", "candidate_1", "sign_off")
        assert set(codes.values()) == {403}, (user, codes)
    assert status(airflow, None, "GET", "dags/release/dagRuns") == 401
    assert world.query(approvals) == []

    # The administrator clears the task: it asks again, and goes by nothing that was answered before.
    cleared = {"dry_run": False, "dag_run_id": "candidate_1", "task_ids": ["sign_off"], "only_failed": False}
    assert status(airflow, "admin", "POST", "dags/release/clearTaskInstances", cleared) == 200
    question = reached(lambda: airflow.client("robin").questions("release"))[0]
    [(content_hash,)] = world.query("select content_hash from release.candidate")
    assert question["subject"] == f"Kandidaat 1 van 2024-T3 ({str(content_hash)[:12]}): vrijgeven?"
    task = "dags/release/dagRuns/candidate_1/taskInstances/sign_off"
    assert status(airflow, "vera", "PATCH", f"{task}/-1/hitlDetails", {"chosen_options": ["Goedkeuren"]}) == 403
    answered(airflow, "robin", "release", "Goedkeuren", "gezien", lambda: world.query(approvals))
    assert world.query(approvals) == [("robin", "approved")]

    # What was answered is answered.
    again = {"chosen_options": ["Afwijzen"], "params_input": {"reden": "toch niet"}}
    assert status(airflow, "mallory", "PATCH", f"{task}/-1/hitlDetails", again) == 409
    assert status(airflow, "robin", "GET", "dags/release/dagRuns") == 200


def test_a_hold_is_decided_by_who_answered_and_is_asked_again_when_it_could_not_be_recorded(
    world: World, airflow: Airflow
) -> None:
    held = world.deliver("haagrijn", "2024-11", state="on_hold")
    with_hold = f"""
        insert into ledger.state_change
            (gi_code, reporting_month, delivery_id, from_state, to_state, changed_at, cause, who)
        values ('haagrijn', '2024-11-01', {held}, 'received', 'on_hold', now(), 'rules failed: H02', session_user)
        returning change_id
    """
    [(change,)] = rows(with_hold)
    decided = "select who, to_state, cause from ledger.state_change where from_state = 'on_hold'"
    airflow.client("dana").trigger("holds")
    run = f"delivery_{held}_{change}"

    # An answer without a reason is not recorded.
    answered(airflow, "mallory", "hold", "Laten meetellen", "", lambda: in_state(airflow, "hold", "failed"))
    assert rows(decided) == []
    for user in _USERS:
        codes = tried(airflow, user, "hold", run, "decide")
        assert set(codes.values()) == {403}, (user, codes)

    # The next sweep asks again, in the same run.
    airflow.client("dana").trigger("holds")
    answered(airflow, "robin", "hold", "Laten meetellen", "krimp is gemeld", lambda: rows(decided))
    assert rows(decided) == [("robin", "accepted_with_findings", "decision: krimp is gemeld")]
    assert [each["dag_run_id"] for each in airflow.client("dana").dag_runs("hold")] == [run]
