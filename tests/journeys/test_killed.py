"""Commands that are killed at any moment: starting again ends in the same tables."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shapes import EXAMPLE
from tests.tables import tables

MONTHS = ("2023-07", "2023-08")
"""One of them was delivered twice by one institution."""
SHARES = (0.2, 0.4, 0.6, 0.7, 0.8, 0.9)
"""Of the time that a command takes undisturbed, after which it is killed; its start takes the first third."""


def run(command: list[str], lifetime: float | None = None) -> bool:
    """Run a command, kill it and its children after ``lifetime`` seconds, and return whether it ended by itself."""
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


def seconds(command: list[str]) -> float:
    """Run a command to its end, and return how long that took."""
    began = time.monotonic()
    assert run(command)
    return time.monotonic() - began


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands from delivered files to marts."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    for gi_code in ("haagrijn", "waddenkust"):
        for month in MONTHS:
            shutil.copytree(EXAMPLE / "deliveries" / gi_code / month, tmp_path / "delivered" / gi_code / month)
    return [["deliver", str(tmp_path / "delivered")], ["build"]]


def test_killed_at_any_moment_and_started_again_the_tables_are_those_of_an_undisturbed_run(
    commands: list[list[str]], warehouse: Path, another_warehouse: Callable[[], None]
) -> None:
    taken = [seconds(command) for command in commands]
    undisturbed = tables()
    assert len(undisturbed[-1]) > 1000

    another_warehouse()
    shutil.rmtree(warehouse / "inbox")
    killed = 0
    for command, undisturbed_seconds in zip(commands, taken, strict=True):
        killed += sum(not run(command, share * undisturbed_seconds) for share in SHARES)
        assert run(command)

    assert killed >= 4
    assert tables() == undisturbed
