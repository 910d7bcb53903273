"""A scenario is never part of a release, also when one was run beside it."""

from __future__ import annotations

import csv
import shutil

import pandas as pd

from gi_monitor import indicators
from gi_monitor.release import candidate
from gi_monitor.scenario.folder import FORECAST, FORECAST_STATUS
from tests.unit.release.conftest import Gate, World
from tests.unit.release.test_nothing_exact import texts


def test_no_file_of_a_release_holds_a_forecast(world: World, gate: Gate) -> None:
    forecast = pd.DataFrame({"month": ["2025-01"], "institution": ["NL"], "status": [FORECAST_STATUS]})
    for place in (world.data, world.data / "candidates", world.data / "releases"):
        (place / "scenario").mkdir(parents=True)
        forecast.to_csv(place / "scenario" / FORECAST, index=False)

    prepared = candidate.prepare(made_by="airflow", judge=gate)

    assert prepared.state == "candidate", prepared.reason
    folder = world.data / "candidates" / "2024-T3-1.0.0-1"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) > 20
    for path in files:
        assert path.name != FORECAST
        assert not any("scenario" in text.lower() for text in texts(path)), path
    with (folder / "public" / "data" / "observations.csv").open(encoding="utf-8", newline="") as file:
        seen = {row["status"] for row in csv.DictReader(file)}
    assert seen and seen <= set(indicators.load().vocabulary.statuses)
    assert FORECAST_STATUS not in indicators.load().vocabulary.statuses
    shutil.rmtree(world.data / "scenario")
