"""A made-up release to make pages of: three periods of the nation and of two institutions, with much to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gi_monitor import indicators
from gi_monitor.clock import AMSTERDAM
from gi_monitor.disclosure import control
from gi_monitor.disclosure.observation import Observation
from gi_monitor.month import Month
from gi_monitor.release import catalogue
from gi_monitor.release.calendar import Release
from gi_monitor.release.inputs import CbsStock, PolicyMoment
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.response import Institution
from tests.unit.disclosure.exact import PATH, exact

INDICATORS = indicators.load()
EDITION = Edition(
    release=Release("2024-T3", Month(2024, 12), datetime(2025, 2, 6, 9, 30, tzinfo=AMSTERDAM)),
    version="1.0.0",
    baseline=PATH.baseline,
    synthetic=True,
    policy_moments=[
        PolicyMoment(date(2020, 1, 1), "Lang geleden", "Long ago"),
        PolicyMoment(date(2024, 1, 1), "Begin van <iets>", "Begin of <something>"),
    ],
    cbs_stocks=[CbsStock(date(2023, 6, 30), 27960, 5045, "provisional"), CbsStock(date(2019, 12, 31), 32095, 5940, "")],
    calendar=[Release("2024-T3", Month(2024, 12), datetime(2025, 2, 6, 9, 30, tzinfo=AMSTERDAM))],
    institutions=[
        Institution("haagrijn", "Jeugdbescherming Haagrijn", delivered=True),
        Institution("waddenkust", "Jeugdbescherming Waddenkust", delivered=False),
    ],
    catalogue=catalogue.load(),
    files=["data/observations.csv", "manifest.json", "SHA256SUMS"],
)
_CATEGORIES = {
    ("C1.count", "family", "jeugdbescherming"): 25493, ("C1.count", "family", "jeugdreclassering"): 5708,
    ("C1.count", "type", "11"): 17102, ("C1.count", "type", "21"): 7831, ("C1.count", "type", "61"): 3,
    ("C1.count", "age_group", "4-11"): 12341, ("C1.count", "age_group", "12-17"): 14249,
    ("C1.count", "province", "PV28"): 7311, ("F2.n", "type", "11"): 1203, ("F2.median", "type", "11"): 731,
    ("W1.children", "list", "passende_hulp"): 602, ("W1.children", "list", "wachtlijst"): 644,
    ("W1.children", "list", "doorstroomlijst"): 847, ("W1.children", "urgency", "midden"): 711,
    ("N1.class", "total", "both_down"): 9, ("N1.class", "total", "about_the_same"): 3,
    ("N1.class", "total", "workload_down_list_up"): 1,
}  # fmt: skip
_WAITED = {"C6.path_assumed": 1, "W4.n": 1602, "W4.median": "78.4"}


def workload(measures: int, fte: str) -> dict[str, Any]:
    """A workload by its terms."""
    return {"C1.count": measures, "C1.weighted": measures, "S2.fte": fte}


def published(*periods: tuple[str, Mapping[str, Any]]) -> list[Observation]:
    """The nation's published observations of these periods."""
    rows = [
        row
        for period, values in periods
        for row in exact(period, values=values, categories=_CATEGORIES, terms=_all_fte(values))
    ]
    return control.apply(rows, INDICATORS, PATH)


def _all_fte(values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    carrying = Decimal(values.get("S2.fte", "18.23"))
    return {"S2.share": (carrying, carrying * Decimal("1.63"))}


NATION = published(
    ("2023-T1", {**workload(33160, "2098.71"), "S1.persons_skj": 2449}),
    ("2024-T2", {**workload(31250, "2440.16"), "S1.persons_skj": 2733, "W1.children": 1421, **_WAITED}),
    ("2024-T3", {**workload(30981, "2479.64"), "S1.persons_skj": 2781, "W1.children": 1533, **_WAITED}),
)


def everybody() -> list[Observation]:
    """The nation and two institutions, the second of which is too small for some figures."""
    rows = [
        row
        for period in ("2023-T1", "2024-T2", "2024-T3")
        for place, values in (
            ("haagrijn", {"W1.children": 61}),
            ("waddenkust", {**workload(90, "7.30"), "W1.children": 3, "S1.persons_skj": 3}),
        )
        for row in exact(period, place, values)
    ]
    return [*NATION, *control.apply(rows, INDICATORS, PATH)]


def edition(**changes: Any) -> Edition:
    """The same release, told otherwise."""
    return replace(EDITION, **changes)
