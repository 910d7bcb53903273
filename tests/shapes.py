"""The shapes that more than one test starts from (see ``tests.prepared``)."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from gi_monitor import clock, institutions, steps
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect
from tests.made_up import made_up
from tests.prepared import Shape

EXAMPLE = Path(__file__).parent / "worked_example"
BEFORE, AFTER = "2024-05-20T12:00:00+02:00", "2024-05-21T12:00:00+02:00"
LAST = Path("waddenkust/2024-04")
"""The delivery of the worked example that arrives between the two moments."""
_BEFORE_THE_LAST = "observations_before_the_last.pickle"
_INSTITUTIONS = {"GI_MONITOR_INSTITUTIONS": str(EXAMPLE / "institutions")}


def marts_observations(schema: str = "marts") -> pd.DataFrame:
    """Return the observations of the marts in the order of their key."""
    key = "period, institution, indicator, component, breakdown, category"
    with connect("gi_release") as connection:
        return pd.DataFrame(
            connection.execute(f"select * from {schema}.observations order by {key}".encode()).fetchall()
        )


def observations_before_the_last(data: Path) -> pd.DataFrame:
    """Return what ``marts_observations`` returned before the last delivery of the worked example arrived."""
    return pd.read_pickle(data / _BEFORE_THE_LAST)


def _all_but_the_last(data: Path) -> None:
    def last(place: str, _names: list[str]) -> list[str]:
        return [LAST.name] if Path(place).name == LAST.parent.name else []

    shutil.copytree(EXAMPLE / "deliveries", data / "inbox", ignore=last)
    _take_in_and_build()
    marts_observations().to_pickle(data / _BEFORE_THE_LAST)


def _the_last(data: Path) -> None:
    shutil.copytree(EXAMPLE / "deliveries" / LAST, data / "inbox" / LAST)
    _take_in_and_build()


def _take_in_and_build() -> None:
    for gi_code in ("haagrijn", "waddenkust"):
        steps.take_in(gi_code)
    steps.standardise()


def _worked_example(data: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GI_MONITOR_NOW", BEFORE)
        _all_but_the_last(data)
    _the_last(data)


WORKED_EXAMPLE = Shape("worked_example", {**_INSTITUTIONS, "GI_MONITOR_NOW": AFTER}, _worked_example)
"""The worked example in the marts; its last delivery arrived after a build of the others."""


SCALE, ARRIVES = 0.05, Month(2024, 12)
"""The size of the small country, and the month that it does not hold yet."""
COUNTRY_MONTHS = [Month(2023, 4), *(Month(2024, 7) + number for number in range(5))]
"""The months that it holds: the baseline, and those that the last trimester looks back on."""


def country_deliveries() -> Path:
    """Return the folder with all deliveries of the small country and ``waarheid.csv``."""
    return made_up(SCALE) / "deliveries"


def thirteen() -> list[str]:
    """Return the institutions that deliver."""
    return [i.gi_code for i in institutions.load().values() if i.expected_on(ARRIVES.reference_date)]


def arrive(data: Path, month: Month, gi_codes: list[str]) -> None:
    """Put a month's deliveries of the small country in the inbox, each manifest last."""
    for gi_code in gi_codes:
        place = Path(gi_code, str(month), "1")
        target = data / "inbox" / place
        shutil.copytree(country_deliveries() / place, target, ignore=shutil.ignore_patterns("levering.json"))
        shutil.copy2(country_deliveries() / place / "levering.json", target)


def take_in_country(data: Path, month: Month) -> None:
    """Take a month of the small country in without Airflow, on the tenth of the next one."""
    clock.set_to(datetime.fromisoformat(f"{month + 1}-10T09:00:00"))
    arrive(data, month, thirteen())
    for gi_code in thirteen():
        steps.take_in(gi_code)
    # The archive has them, so an Airflow that starts later need not look at them again.
    shutil.rmtree(data / "inbox")


def _country(data: Path) -> None:
    for month in COUNTRY_MONTHS:
        take_in_country(data, month)
    clock.set_to(datetime.fromisoformat(f"{ARRIVES + 1}-08T09:00:00"))
    steps.standardise()


COUNTRY = Shape("country", {}, _country)
"""Thirteen institutions in the marts: the baseline and the five months before ``ARRIVES``."""
