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

from gi_monitor.warehouse.connection import Role, connect

EXAMPLE = Path(__file__).parents[1] / "worked_example"
COMMANDS = [["deliver", str(EXAMPLE / "deliveries")], ["build"]]
TABLES: list[tuple[Role, str]] = [
    ("gi_intake", "select gi_code, reporting_month, sequence_number, state, content_sha256 from ledger.delivery"),
    ("gi_intake", "select gi_code, reporting_month, state from ledger.expectation"),
    (
        "gi_intake",
        "select gi_code, sequence_number, k.known_to is null from ledger.known as k"
        " join ledger.delivery using (delivery_id, gi_code)",
    ),
    *[
        (
            "gi_intake",
            f"select d.gi_code, d.sequence_number, l.* from landing.{dataset} as l"
            " join ledger.delivery as d using (delivery_id)",
        )
        for dataset in ("caseload", "waitlist", "staffing")
    ],
    (
        "gi_intake",
        "select gi_code, d.reporting_month, sequence_number, rule, f.row_number, column_name"
        " from quality.finding as f join ledger.delivery as d using (delivery_id)",
    ),
    ("gi_analyst", "select * from marts.observations"),
]


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


def tables() -> list[list[str]]:
    found = []
    for role, query in TABLES:
        with connect(role) as connection:
            found.append(
                sorted(str([v for k, v in row.items() if k != "delivery_id"]) for row in connection.execute(query))
            )
    return found


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
