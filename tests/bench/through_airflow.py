"""From a delivery in the inbox to marts that show it, through a real Airflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

import psutil

from gi_monitor import steps
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect
from tests.bench.measure import Parts
from tests.bench.stages import at, deliver_again, landed

_PATIENCE_SECONDS = 300
_PAUSED = "release"


def start(clock: str) -> tuple[int, Parts]:
    """All of Airflow, until it has done a task; a release, whose audit would be done beside what follows, waits."""
    at(clock)
    here = Airflow.here()
    here.start()
    pause = [sys.executable, "-m", "airflow", "dags", "pause", "--yes", _PAUSED]
    subprocess.run(pause, env=here.environment(), check=True, capture_output=True)
    client = here.client("dana")
    client.trigger("publish")
    _reach("a first task", lambda: client.dag_runs("publish")[0]["state"] == "success")
    return 0, {}


def refresh(folder: Path, gi_codes: Collection[str], month: Month) -> tuple[int, Parts]:
    """The rows of a month once more, of each of these institutions; the parts are what tasks took, added up."""
    before, since = landed(), datetime.now(UTC)
    for gi_code in gi_codes:
        deliver_again(folder, gi_code, month)
    _reach("all in the marts", lambda: _counting(month) >= set(gi_codes) and not steps.undone())
    return landed() - before, _tasks(since)


def stop() -> None:
    """End all of it."""
    Airflow.here().stop()


def memory_at_rest() -> int:
    """MiB that all processes of Airflow have together, once none works; what they share counts once."""
    here, busy = Airflow.here(), ("queued", "running")
    client = here.client("dana")

    def rests() -> bool:
        return not any(run["state"] in busy for run in client.dag_runs("~") if run["dag_id"] != _PAUSED)

    _reach("rest", rests)
    sessions = {json.loads(path.read_text())["pid"] for path in (here.home / "processes").glob("*.json")}
    members = (process for process in psutil.process_iter() if os.getsid(process.pid) in sessions)
    return sum(process.memory_full_info().pss for process in members) // 2**20


def _reach(what: str, reached: Callable[[], bool]) -> None:
    if not wait_until(reached, _PATIENCE_SECONDS, pause=0.1):
        raise TimeoutError(f"{what}: not there after {_PATIENCE_SECONDS} s, see {Airflow.here().home / 'logs'}")


def _counting(month: Month) -> set[str]:
    with connect("gi_quality") as connection:
        known = connection.execute(
            "select gi_code from ledger.known inner join ledger.delivery using (delivery_id, gi_code, reporting_month)"
            " where known_to is null and sequence_number = 2 and reporting_month = %s",
            [month.start],
        )
        return {row["gi_code"] for row in known}


def _tasks(since: datetime) -> Parts:
    """Seconds per task of the runs that began ``since``, the start of its process among them."""
    client, spent = Airflow.here().client("dana"), dict[str, float]()
    for run in client.dag_runs("~"):
        if run["start_date"] and datetime.fromisoformat(run["start_date"]) > since:
            for task in client.task_instances(run["dag_id"], run["dag_run_id"]):
                name = f"{run['dag_id'].split('_')[0]} {task['task_id']}"
                spent[name] = spent.get(name, 0.0) + (task["duration"] or 0.0)
    return spent
