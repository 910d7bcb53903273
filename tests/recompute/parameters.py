"""The versioned reference tables (specification 2): weights, norm, path, terms, holidays and code lists."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from gi_monitor import settings

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Parameters:
    """The rows of parameters.csv, norm_path.csv, holidays.csv and code_lists.csv."""

    values: Rows
    path: Rows
    public_holidays: Rows
    codes: Rows

    @classmethod
    def read(cls) -> Parameters:
        """Those that the settings point at."""
        home = settings.load().home
        seeds, shared = home / "dbt_project" / "seeds", home / "contracts"
        files = (
            seeds / "parameters.csv",
            seeds / "norm_path.csv",
            shared / "holidays.csv",
            shared / "code_lists.csv",
        )
        return cls(*(_rows(file) for file in files))

    def value(self, parameter: str, key: str, on: pd.Timestamp) -> str:
        """What holds on a day: of the values that have begun, the last."""
        of_key = [row for row in self.values if (row["parameter"], row["key"]) == (parameter, key)]
        begun = [row for row in of_key if pd.Timestamp(row["valid_from"]) <= on]
        return max(begun, key=lambda row: row["valid_from"])["value"]

    def number(self, parameter: str, key: str, on: pd.Timestamp) -> Fraction:
        """The same as an exact number."""
        return Fraction(self.value(parameter, key, on))

    @cached_property
    def baseline(self) -> pd.Timestamp:
        """The reference date that growth, path and relief are measured from."""
        return pd.Timestamp(self.value("norm", "baseline_reference_date", pd.Timestamp.max))

    @cached_property
    def no_working_days(self) -> np.ndarray:
        """Holidays and designated days."""
        designated = [row["key"] for row in self.values if row["parameter"] == "designated_day"]
        return np.array([*(row["day"] for row in self.public_holidays), *designated], dtype="datetime64[D]")

    def is_working_day(self, day: pd.Timestamp) -> bool:
        """Monday to Friday except holidays and designated days."""
        return bool(np.is_busday(np.datetime64(day, "D"), holidays=self.no_working_days))

    def working_days(self, after: pd.Series, until: pd.Timestamp) -> list[int]:
        """Working days in (a, b] for each a."""
        one, no_later = np.timedelta64(1, "D"), np.datetime64(until, "D")
        days = after.to_numpy().astype("datetime64[D]")
        return np.busday_count(days + one, no_later + one, holidays=self.no_working_days).tolist()

    def categories(self, code_list: str) -> list[str]:
        """Every code of a list."""
        return [row["code"] for row in self.codes if row["list"] == code_list]

    def families(self) -> dict[str, str]:
        """The family of each type of measure."""
        return {row["code"]: row["family"] for row in self.codes if row["list"] == "type_maatregel"}


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
