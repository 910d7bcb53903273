"""The list of holidays beside a maintained library's."""

from __future__ import annotations

from datetime import date

import holidays

from gi_monitor import parameters

YEARS = range(2015, 2031)
SUNDAY = 6


def test_holidays_are_those_of_the_algemene_termijnenwet() -> None:
    """Those of art. 3, among them Good Friday and every 5 May; Sundays are no working days whatever they are."""
    library = holidays.country_holidays("NL", years=YEARS, categories=("public", "optional"))
    by_decree = {date(2022, 5, 27)}
    ours = {day for day in parameters.holidays().tolist() if day.weekday() != SUNDAY}
    assert ours == {day for day in library if day.weekday() != SUNDAY} | by_decree


def test_kings_day_gives_way_to_a_sunday() -> None:
    in_april = {day for day in parameters.holidays().tolist() if day.month == 4 and day.day in (26, 27)}
    assert in_april == {date(year, 4, 26 if year == 2025 else 27) for year in YEARS}
