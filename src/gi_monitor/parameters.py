"""The versioned parameters of the indicators (spec 2): the very tables that the warehouse reads, for intake."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gi_monitor import settings
from gi_monitor.month import Month

Days = npt.NDArray[np.datetime64]


def weights(on: date) -> dict[str, Decimal]:
    """The weight of each type of measure on a day; types with weight 0 are outside the population (spec 2.1)."""
    return {key: Decimal(value) for key, value in _valid("weight", on).items()}


def terms(on: date) -> dict[str, int]:
    """The statutory terms on a day, in days, calendar or working as their names say."""
    return {key: int(value) for key, value in _valid("term", on).items()}


def norm(on: date) -> float:
    """Measures per fte that were agreed to be the most (spec 2.2, C6)."""
    return float(_valid("norm", on)["measures_per_fte"])


def baseline_reference_date() -> date:
    """The day from whose workload the path goes down."""
    return date.fromisoformat(_valid("norm", date.max)["baseline_reference_date"])


def path_reduction(on: date) -> float:
    """How far the path has come down since the baseline, in measures per fte; after its last step an assumed one.

    The steps hold from the day after a reference date. Raises LookupError for a day before the first.
    """
    steps = sorted((date.fromisoformat(row["reference_date"]), row) for row in _path(settings.load().home))
    begun = [(day, float(row["reduction_since_baseline"])) for day, row in steps if day <= on + timedelta(days=1)]
    if not begun:
        raise LookupError(f"the path to the norm begins after {on}")
    day, reduction = begun[-1]
    if day < steps[-1][0]:
        return reduction
    months = Month.of(day).months_until(Month.of(on + timedelta(days=1)))
    return reduction + months // 4 * float(_valid("path", date.max)["assumed_step_per_four_months"])


def holidays() -> Days:
    """Public holidays and days designated by decree: no working days, whatever day of the week (spec 2.1)."""
    return _holidays(settings.load().home)


@cache
def _holidays(home: Path) -> Days:
    public = [row["day"] for row in _rows(home / "contracts" / "holidays.csv")]
    designated = [row["key"] for row in _parameters(home) if row["parameter"] == "designated_day"]
    return np.unique(np.array([*public, *designated], dtype="datetime64[D]"))


def _valid(parameter: str, on: date) -> dict[str, str]:
    """Per key the value that began last."""
    begun = [row for row in _parameters(settings.load().home) if date.fromisoformat(row["valid_from"]) <= on]
    of_parameter = [row for row in begun if row["parameter"] == parameter]
    return {row["key"]: row["value"] for row in sorted(of_parameter, key=lambda row: row["valid_from"])}


def _parameters(home: Path) -> list[dict[str, str]]:
    return _rows(home / "dbt_project" / "seeds" / "parameters.csv")


def _path(home: Path) -> list[dict[str, str]]:
    return _rows(home / "dbt_project" / "seeds" / "norm_path.csv")


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
