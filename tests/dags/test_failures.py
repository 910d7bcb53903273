"""What Airflow says of a run that goes wrong reaches whoever keeps it running, and says no value."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk.definitions.deadline import DeadlineReference

from gi_monitor import notices
from gi_monitor.orchestration import connections, failures


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What the operator was told; Airflow keeps no connection."""

    async def find(_name: str) -> None:
        return None

    monkeypatch.setattr(connections, "_find", find)
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example/")
    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(notices, "tell_failing", lambda *words: said.append(words))
    return said


def refused() -> Exception:
    try:
        raise ValueError("Key (naam)=(Jansen) already exists")
    except ValueError as cause:
        refusal = RuntimeError("the row of Jansen")
        refusal.__cause__ = cause
        return refusal


def test_a_failed_task_is_told_by_the_kind_of_its_error_alone(told: list[tuple[str, ...]]) -> None:
    task = SimpleNamespace(dag_id="publish", task_id="publish", log_url="https://airflow.example/log")
    failures.TellOperator()({"ti": task, "exception": refused()})
    failures.TellOperator()({"ti": task, "exception": OSError("Jansen")})
    assert told == [
        ("publish", "publish: taak publish mislukt (ValueError)", "https://airflow.example/log"),
        ("publish", "publish: taak publish mislukt (OSError)", "https://airflow.example/log"),
    ]


def test_a_run_that_is_not_done_in_time_is_told(told: list[tuple[str, ...]]) -> None:
    alert = failures.within(timedelta(hours=1))
    assert (alert.reference, alert.interval) == (DeadlineReference.DAGRUN_QUEUED_AT, timedelta(hours=1))
    run = {"dag_id": "standardise", "dag_run_id": "manual__2024-05-10T10:00:00+00:00"}

    asyncio.run(failures.tell_overdue(**alert.callback.kwargs, context={"dag_run": run}))

    link = "https://airflow.example/dags/standardise/runs/manual__2024-05-10T10%3A00%3A00%2B00%3A00"
    assert told == [("standardise", "standardise: een run is niet klaar binnen 60 minuten", link)]
    assert alert.callback.path == "gi_monitor.orchestration.failures.tell_overdue"
