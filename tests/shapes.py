"""The shapes that more than one test starts from (see ``tests.prepared``)."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from gi_monitor import clock, settings, steps
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


THREE = ("eemsland", "haagrijn", "waddenkust")
"""Institutions of which a release can be made: among three of a smaller size too much is suppressed."""
ARRIVES = Month(2024, 12)
"""The closing month of the last release."""


def deliveries_of_three() -> Path:
    """Return a folder with the deliveries of December 2023 to December 2024, in their full size."""
    return made_up(1.0, Month(2023, 12), ARRIVES) / "deliveries"


def institutions_of_three(folder: Path) -> Path:
    """Write a folder of institutions in which only the three are, and return it."""
    folder.mkdir(exist_ok=True)
    for code in THREE:
        shutil.copy(settings.PROJECT / "institutions" / f"{code}.yml", folder)
    return folder


def take_in_three(first: Month, last: Month) -> None:
    """Take months of the three in, each on the tenth of the next month."""
    inbox = settings.load().inbox
    for month in (first + number for number in range(first.months_until(last) + 1)):
        clock.set_to(datetime.fromisoformat(f"{month + 1}-10T09:00:00"))
        for gi_code in THREE:
            shutil.copytree(deliveries_of_three() / gi_code / str(month), inbox / gi_code / str(month))
            steps.take_in(gi_code)
