"""What a real Airflow says of a run that fails or is not done in time arrives in a mailbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gi_monitor import settings
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from tests.inbox import INSTITUTIONS
from tests.running import running_airflow
from tests.servers.mailbox import Mailbox

_PATIENCE_SECONDS = 180
_DAG = """
from datetime import timedelta
from airflow.sdk import DAG, task
from gi_monitor.orchestration.failures import DEFAULTS, within

with DAG("fails", default_args={**DEFAULTS, "retries": 0}):
    @task
    def take():
        raise ValueError("Key (naam)=(Jansen) already exists")
    take()

with DAG("hangs", deadline=within(timedelta(seconds=1)), default_args=DEFAULTS):
    @task.short_circuit(retries=50, retry_delay=timedelta(seconds=2))
    def wait():
        raise OSError("not yet")
    wait()
"""


@pytest.fixture
def airflow(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    """An Airflow with a DAG that fails and one that is never done."""
    home = tmp_path / "project"
    (home / "dags").mkdir(parents=True)
    (home / "dags" / "wrong.py").write_text(_DAG)
    shutil.copytree(INSTITUTIONS, home / "institutions")
    shutil.copy2(settings.PROJECT / "institutions" / "_team.yml", home / "institutions")
    monkeypatch.setenv("GI_MONITOR_HOME", str(home))
    monkeypatch.delenv("GI_MONITOR_INSTITUTIONS", raising=False)
    with running_airflow(warehouse) as here:
        yield here


def test_whoever_keeps_it_running_hears_of_a_run_that_fails_or_is_overdue(mailbox: Mailbox, airflow: Airflow) -> None:
    for dag_id in ("fails", "hangs"):
        airflow.client("dana").trigger(dag_id)

    assert wait_until(lambda: len(mailbox.mails) == 2, _PATIENCE_SECONDS, pause=0.5), "they never came"

    told = {mail["Subject"]: mail.get_content() for mail in mailbox.to("beheer@gi-monitor.example")}
    assert set(told) == {"GI-monitor: fails gaat niet goed", "GI-monitor: hangs gaat niet goed"}
    assert "fails: taak take mislukt (ValueError)" in told["GI-monitor: fails gaat niet goed"]
    assert "hangs: een run is niet klaar binnen 0 minuten" in told["GI-monitor: hangs gaat niet goed"]
    for content in told.values():
        assert f"{airflow.url}/dags/" in content
        assert "Jansen" not in content
