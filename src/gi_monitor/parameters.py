"""The versioned parameters of the indicators (spec 2): the very tables that the warehouse reads, for intake."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gi_monitor import settings

Days = npt.NDArray[np.datetime64]


def weights(on: date) -> dict[str, Decimal]:
    """The weight of each type of measure on a day; types with weight 0 are outside the population (spec 2.1)."""
    return {key: Decimal(value) for key, value in _valid("weight", on).items()}


def terms(on: date) -> dict[str, int]:
    """The statutory terms on a day, in days, calendar or working as their names say."""
    return {key: int(value) for key, value in _valid("term", on).items()}


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


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
