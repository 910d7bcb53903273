"""Whoever is killed, whenever: starting again ends in the same tables (issue: bad input)."""

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tables import tables

EXAMPLE = Path(__file__).parents[1] / "worked_example"
COMMANDS = [["deliver", str(EXAMPLE / "deliveries")], ["build"]]


def run(command: list[str], lifetime: float | None) -> bool:
    """Run a command and kill it with all its children after ``lifetime`` seconds; whether it ended by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gi_monitor", *command], start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        assert process.wait(timeout=lifetime) == 0
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def test_killed_at_any_moment_and_started_again_the_tables_are_those_of_an_undisturbed_run(
    warehouse: Path, another_warehouse: Any
) -> None:
    for command in COMMANDS:
        assert run(command, lifetime=None)
    undisturbed = tables()
    assert len(undisturbed[-1]) > 1000

    another_warehouse()
    shutil.rmtree(warehouse / "inbox")
    moments, killed = random.Random(2023), 0
    for command in COMMANDS:
        lifetime = 1.0
        while not run(command, lifetime):
            killed += 1
            lifetime += moments.uniform(0.3, 2.5)

    assert killed >= 4
    assert tables() == undisturbed
