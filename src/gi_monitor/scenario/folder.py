"""A run as a folder: the scenario as it was run, its tables, and a page that says what it supposes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import yaml

from gi_monitor import atomic, documents, institutions
from gi_monitor.scenario import charts, files
from gi_monitor.scenario.backtest import coverage
from gi_monitor.scenario.quantities import NATIONAL
from gi_monitor.scenario.results import Result

SCENARIO, FORECAST, RUN = "scenario.yml", "forecast.csv", "run.json"
FORECAST_STATUS = "f"
"""Stands on every row, so that none is ever taken for an observation, which has no such status."""
_STEPS = {"measures": 5.0, "waiting": 5.0, "fte": 1.0, "workload": 0.1, "assigned_workload": 0.1}
"""Forecasts are rounded coarser than what is observed: they are not known more precisely."""
_HERE = Path(__file__).parent
_OF_AN_INSTITUTION = ("workload", "waiting")


def write(result: Result, folder: Path) -> None:
    """Write a run; the same scenario over the same facts gives the same files."""
    said = rounded(result.forecast, ["p10", "p50", "p90", "without_levers"]).assign(status=FORECAST_STATUS)
    given = rounded(result.levers, ["p10", "p50", "p90", "change"]).assign(status=FORECAST_STATUS)
    tested = coverage(result.backtest).set_index("quantity")["share"].round(3)
    described = {"facts_sha256": result.facts_sha256, "backtest": tested.to_dict()}
    contents = {
        SCENARIO: files.text(result.scenario),
        FORECAST: said.to_csv(index=False, lineterminator="\n"),
        "levers.csv": given.to_csv(index=False, lineterminator="\n"),
        "queue.csv": result.queue.round(2).to_csv(index=False, lineterminator="\n"),
        "backtest.csv": result.backtest.to_csv(index=False, lineterminator="\n", float_format="%.4g"),
        RUN: json.dumps(described, indent=2) + "\n",
        "index.html": _page(result, given),
    }
    for name, content in contents.items():
        atomic.write(folder / name, content.encode())


def rounded(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The columns rounded to what their quantity allows."""
    step = rows["quantity"].map(_STEPS)
    return rows.assign(**{name: ((rows[name] / step).round() * step).round(1) for name in columns})


def _page(result: Result, given: pd.DataFrame) -> str:
    known = institutions.load()
    codes = sorted(set(result.forecast["institution"]) - {NATIONAL})
    drawn = {
        NATIONAL: [charts.svg(charts.fan(result, NATIONAL, quantity)) for quantity in charts.TITLES],
        **{gi: [charts.svg(charts.fan(result, gi, quantity)) for quantity in _OF_AN_INSTITUTION] for gi in codes},
    }
    names = {gi: known[gi].name if gi in known else gi for gi in codes} | {NATIONAL: "Nederland / the Netherlands"}
    national = given[given["institution"] == NATIONAL]
    return documents.render(
        _HERE / "scenario.html.j2",
        scenario=result.scenario,
        mark=documents.SYNTHETIC if any(known[gi].synthetic for gi in codes if gi in known) else "",
        names=names,
        charts=drawn,
        titles=charts.TITLES,
        levers=[national[national["lever"] == lever].set_index("quantity") for lever in national["lever"].unique()],
        queue=result.queue.round(1).to_dict("records"),
        assumptions=yaml.safe_load((_HERE / "assumptions.yml").read_text(encoding="utf-8")),
        levers_as_file=files.text(result.scenario),
    )
