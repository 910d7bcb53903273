"""Each line of a log says which delivery or release it is about, on the command line and in Airflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop

_AIRFLOW = """
import logging
from airflow.sdk.log import configure_logging
from gi_monitor import logs
configure_logging(json_output=True)
with logs.about(release_id="2024-T1"):
    logging.getLogger("gi_monitor").warning("it waits for %s", "haagrijn")
"""


def run(*command: str) -> list[dict[str, object]]:
    """The lines that a process logs."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True, env=os.environ.copy())
    return [json.loads(line) for line in (done.stderr + done.stdout).splitlines() if line.startswith("{")]


def test_a_delivery_is_named_on_every_line_about_it(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    drop(warehouse, files(good_rows()))

    lines = run("-m", "gi_monitor", "--verbose", "take-in", "haagrijn")

    [judged] = [line for line in lines if line["event"] == "delivery 1 is accepted with 0 findings"]
    assert (judged["delivery_id"], judged["level"], judged["logger"]) == (1, "info", "gi_monitor.intake.arrivals")
    [told] = [line for line in lines if "nobody is told" in str(line["event"])]
    assert "delivery_id" not in told


def test_airflow_writes_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    [line] = run("-c", _AIRFLOW)
    assert (line["event"], line["release_id"]) == ("it waits for haagrijn", "2024-T1")
