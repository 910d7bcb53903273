"""The DAG files: what they declare, and that they stay small and light."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "dags"
FILES = sorted(FOLDER.glob("*.py"))
HEAVY = {"pandas", "numpy", "dbt", "great_expectations", "altair", "pyarrow"}

# Airflow reads its configuration when it is imported, so the files are read in a process of their own.
_READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
found = {}
for dag in bag.dags.values():
    condition = getattr(dag.timetable, "asset_condition", None)
    asked = condition.objects if condition else []
    found[dag.dag_id] = {
        "owner": dag.owner, "doc": bool(dag.doc_md), "tags": sorted(dag.tags), "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs, "retries": sorted({task.retries for task in dag.tasks}),
        "assets": [each.name for each in asked], "watched": [w.name for each in asked for w in each.watchers],
        "cron": getattr(getattr(dag.timetable, "timetable", dag.timetable), "expression", None),
        "flow": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
        "rules": {task.task_id: task.trigger_rule for task in dag.tasks if task.trigger_rule != "all_success"},
        "tells": sorted({type(each).__name__ for task in dag.tasks for each in task.on_failure_callback or [None]}),
        "in_time": [alert.interval.total_seconds() / 60 for alert in dag.deadline or []],
        "outlets": {task.task_id: sorted(o.name for o in task.outlets) for task in dag.tasks if task.outlets},
    }
modules = sorted({name.split(".")[0] for name in sys.modules})
print(json.dumps({"dags": found, "modules": modules, "errors": bag.import_errors}))
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every DAG of every file, and the packages that reading them loaded."""
    return read_at("2025-01-10T09:00:00", tmp_path_factory.mktemp("airflow"))


def read_at(moment: str, home: Path) -> dict[str, Any]:
    """The same at another moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(home))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        patch.setenv("GI_MONITOR_NOW", moment)
        patch.delenv("GI_MONITOR_INSTITUTIONS", raising=False)
        done = subprocess.run([sys.executable, "-c", _READ, str(FOLDER)], stdout=subprocess.PIPE, check=True)
    content: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return content


@pytest.fixture(scope="module")
def dags(read: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read["dags"]
    return found


def test_a_task_begins_without_what_only_others_use() -> None:
    heavy = ["pandas", "numpy", "pyarrow", "great_expectations", "dbt", "boto3", "asyncssh"]
    code = f"import sys, gi_monitor.orchestration.stages; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def intakes(dags: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("intake_"): dag for name, dag in dags.items() if name.startswith("intake_")}


def test_airflow_reads_every_file(read: dict[str, Any]) -> None:
    assert read["errors"] == {}
    assert {file.name for file in FILES} == {
        "backfill.py", "hold.py", "intake.py", "publish.py", "release.py", "standardise.py", "waive.py", "watch.py",
    }  # fmt: skip


def test_one_intake_for_each_institution_that_delivers_today_and_one_dag_for_each_further_stage(dags: Any) -> None:
    assert set(dags) - {f"intake_{gi_code}" for gi_code in intakes(dags)} == {
        "backfill",
        "holds",
        "hold",
        "standardise",
        "waive",
        "releases",
        "release",
        "publish",
        "withdraw",
        "watch",
    }
    assert len(intakes(dags)) == 13
    assert "haagrijn" in intakes(dags)
    assert "gooivecht" not in intakes(dags)  # bankrupt in 2021


def test_an_institution_that_ended_keeps_its_intake_until_its_last_month_has_closed(tmp_path: Path) -> None:
    assert "scheldeland" in intakes(read_at("2022-01-10T09:00:00", tmp_path)["dags"])  # its last month is due


def test_every_dag_has_an_owner_and_docs_runs_alone_and_survives_a_killed_task(dags: Any) -> None:
    for name, dag in dags.items():
        assert dag["owner"] not in ("", "airflow"), name
        assert dag["doc"], name
        assert dag["tags"], name
        assert not dag["catchup"], name
        # One run asks one question, and waits: many may wait side by side.
        assert dag["max_active_runs"] == (100 if name in ("hold", "release") else 1), name
        assert min(dag["retries"]) >= 1, name
        assert dag["tells"] == ["TellOperator"], name


def test_a_stage_that_nobody_would_miss_for_hours_has_to_be_done_in_time(dags: Any) -> None:
    assert {name: dag["in_time"] for name, dag in dags.items() if dag["in_time"]} == {
        "standardise": [60],
        "publish": [15],
    }


def test_each_stage_rings_the_bell_that_starts_the_next_and_a_timed_sweep_backs_every_event(dags: Any) -> None:
    for gi_code, dag in intakes(dags).items():
        assert dag["assets"] == [f"inbox_{gi_code}"]
        assert dag["watched"] == [f"watch_{gi_code}"]
        assert dag["outlets"] == {"announce": ["bell_standardise", "deliveries"], "announce_holds": ["bell_hold"]}
        followers = ["announce", "announce_holds", "send_receipts"]
        assert dag["flow"]["take_over"] == ["all_taken_over", *followers]
        assert dag["rules"] == dict.fromkeys(followers, "all_done")
    assert len({dag["cron"] for dag in intakes(dags).values()}) == 13
    started_by = {name: dags[name]["assets"] for name in ("holds", "standardise", "releases", "publish", "watch")}
    assert started_by == {
        "holds": ["bell_hold"],
        "standardise": ["bell_standardise"],
        "releases": ["bell_release"],
        "publish": ["bell_publish"],
        "watch": [],
    }
    assert dags["standardise"]["outlets"] == {
        "standardise": ["bell_hold", "bell_release"],
        "announce": ["warehouse"],
        "announce_corrections": ["warehouse_corrected"],
    }
    assert dags["release"]["outlets"] == {"sign_off": ["bell_publish", "bell_release"]}
    assert dags["waive"]["outlets"] == {"waive": ["bell_release"]}
    assert dags["hold"]["outlets"] == {"decide": ["bell_standardise"]}
    assert dags["backfill"]["outlets"] == {"ring": ["bell_hold", "bell_standardise"]}
    assert dags["backfill"]["rules"] == {"ring": "all_done"}
    by_hand, asking = {"backfill", "waive", "withdraw"}, {"hold", "release"}
    assert {name for name, dag in dags.items() if not dag["cron"]} == by_hand | asking, "sweeps start what asks"


def test_a_question_and_the_record_of_its_answer_are_one_task(dags: Any) -> None:
    """So that no XCom comes between them, which the REST API can rewrite."""
    assert dags["holds"]["flow"] == {"held": ["ask"], "ask": []}
    assert dags["hold"]["flow"] == {"decide": []}
    assert dags["releases"]["flow"] == {"prepare": ["ask"], "ask": []}
    assert dags["release"]["flow"] == {"sign_off": []}
    assert dags["watch"]["flow"] == {
        "note_expectations": ["notify", "remove_orphans", "write_metrics"],
        "notify": [],
        "remove_orphans": [],
        "write_metrics": [],
    }


def test_reading_the_files_loads_nothing_heavy(read: dict[str, Any]) -> None:
    assert HEAVY.isdisjoint(read["modules"])
    assert "gi_monitor" in read["modules"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_is_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 80
