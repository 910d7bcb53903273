"""Scenarios over real marts: what they rest on is what the monitor says, and the commands and the notebook work."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gi_monitor.scenario import facts
from gi_monitor.scenario.quantities import observed
from gi_monitor.warehouse import build
from gi_monitor.warehouse.connection import connect
from tests.made_up import made_up
from tests.recompute import warehouse as stored
from tests.recompute.accepted import of_folder
from tests.unit.scenario.made_up import history

DOCS = Path(__file__).parents[2] / "docs"
SCALE = 0.05
_FIGURES = """
select period as month, institution,
    case indicator when 'C1' then 'measures' when 'C3' then 'workload' when 'C4' then 'assigned_workload' else 'fte' end
        as quantity,
    value as said
from marts.observations
where breakdown = 'total' and value is not null
    and (indicator, component) in (('C1', 'count'), ('C3', 'value'), ('C4', 'value'), ('S2', 'fte'))
"""


@pytest.fixture
def marts(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marts of 27 months of thirteen small institutions, as if their deliveries had been accepted."""
    folder = made_up(SCALE, canonical=True)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2027-01-01T00:00:00+00:00")
    stored.load(of_folder(folder / "deliveries"))
    with build.building() as builder:
        builder.seed_and_core()
        builder.marts()
        builder.swap()


def gi_monitor(*arguments: str) -> str:
    command = [sys.executable, "-m", "gi_monitor", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("marts")
def test_scenarios_over_the_marts(tmp_path: Path) -> None:
    """One warehouse serves all: it takes a minute to build."""
    what_it_rests_on_is_what_the_monitor_says()
    what_it_rests_on_is_what_was_simulated()
    the_commands_say_what_they_did(tmp_path)
    the_notebook_runs()


def what_it_rests_on_is_what_the_monitor_says() -> None:
    with connect("gi_analyst") as connection:
        figures = pd.DataFrame(connection.execute(_FIGURES).fetchall())
    both = observed(facts.read()).merge(figures, on=["month", "institution", "quantity"])

    assert len(both) == 4 * 27 * 14
    assert (both["value"] - both["said"].astype(float)).abs().max() < 1e-9


def what_it_rests_on_is_what_was_simulated() -> None:
    """So that what tests find over the simulated population holds for the marts."""
    known, simulated = facts.read(), history(seed=2023, scale=SCALE)
    stocks = ("delivered", "running", "trainees", "workers", "qualified", "fte", "waiting")

    assert [name for name in stocks if not np.array_equal(getattr(known, name), getattr(simulated, name))] == []
    assert known.sha256 == simulated.sha256


def the_commands_say_what_they_did(tmp_path: Path) -> None:
    quick = tmp_path / "quick.yml"
    quick.write_text("name: proef\nseed: 1\npaths: 100\nhorizon: 4\nlevers: {hires: 2}\n", encoding="utf-8")
    first, second = str(tmp_path / "first"), str(tmp_path / "second")

    assert "index.html says what proef gives; not to be published" in gi_monitor(
        "scenario", "run", str(quick), "--out", first
    )
    gi_monitor("scenario", "run", f"{first}/scenario.yml", "--out", second)
    compared = gi_monitor("scenario", "compare", first, second, "--csv").splitlines()
    assert len(compared) == 1 + 14 * 5
    assert {line.split(",")[-1] for line in compared[1:]} == {"0.0"}
    tested = gi_monitor("scenario", "backtest", "--csv").splitlines()
    assert tested[0] == "quantity,share,months"
    assert {line.split(",")[0] for line in tested[1:]} >= {"workload", "waiting"}


def the_notebook_runs() -> None:
    """Every code cell, in order, as a kernel would; it is kept without outputs."""
    notebook = json.loads((DOCS / "scenario.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(DOCS)
        names: dict[str, Any] = {}
        shown = [_run_cell("".join(cell["source"]), names) for cell in code]

    assert sum(hasattr(value, "_repr_mimebundle_") for value in shown) == 2
    assert any(isinstance(value, pd.DataFrame) and "workload" in value.columns for value in shown)


def _run_cell(source: str, names: dict[str, Any]) -> object:
    """What a notebook shows under a cell: the value of its last line."""
    parsed = ast.parse(source)
    last = parsed.body.pop() if isinstance(parsed.body[-1], ast.Expr) else None
    exec(compile(parsed, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None
