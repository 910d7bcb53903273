"""Two runs side by side, from their folders: no facts and no database are needed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from gi_monitor.scenario.files import ScenarioError
from gi_monitor.scenario.folder import FORECAST, RUN

_KEY = ["month", "institution", "quantity"]


def compare(first: Path, second: Path) -> pd.DataFrame:
    """Per institution and quantity, at the last month that both reach: median and interval of each, and the difference.

    Raises ScenarioError when one is no run, or they have no month in common.
    """
    merged = _forecast(first).merge(_forecast(second), on=_KEY, suffixes=("_a", "_b"))
    if merged.empty:
        raise ScenarioError(f"{first} and {second} have no month in common: run them from origins nearer each other")
    last: pd.DataFrame = merged[merged["month"] == merged["month"].max()]
    difference = (last["p50_b"] - last["p50_a"]).round(1)
    return last.assign(difference=difference).reset_index(drop=True)


def same_facts(first: Path, second: Path) -> bool:
    """Whether both runs rest on the same facts, so that the difference is that of the scenarios alone."""
    return _facts(first) == _facts(second)


def _forecast(folder: Path) -> pd.DataFrame:
    return pd.read_csv(_file(folder, FORECAST))[[*_KEY, "p10", "p50", "p90"]]


def _facts(folder: Path) -> str:
    sha256: str = json.loads(_file(folder, RUN).read_text(encoding="utf-8"))["facts_sha256"]
    return sha256


def _file(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        raise ScenarioError(f"{folder} holds no {name}: name a folder that `gi-monitor scenario run` wrote")
    return folder / name
