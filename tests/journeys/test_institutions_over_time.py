"""An institution that is taken over in the middle of a year, one that leaves and one that is new (spec 2)."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pandas as pd
import pytest

from gi_monitor.warehouse import build
from tests.journeys.takeover import year
from tests.recompute import warehouse as stored
from tests.recompute.comparison import differences
from tests.recompute.history import History
from tests.recompute.observations import observations
from tests.recompute.parameters import Parameters

NOW = datetime(2025, 1, 20, tzinfo=UTC)


@pytest.mark.usefixtures("warehouse")
def test_a_year_in_which_institutions_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """One build serves all."""
    monkeypatch.setenv("GI_MONITOR_NOW", NOW.isoformat())
    accepted = year()
    stored.load(accepted)
    with build.building() as builder:
        builder.seed_and_core(NOW)
        builder.marts()
        builder.swap()
    months, releases = _Figures(stored.observations("marts")), _Figures(stored.observations("publication"))

    history = History(accepted, Parameters.read(), NOW)
    assert not differences(stored.observations("marts"), observations(history, "month"))
    assert not differences(stored.observations("publication"), observations(history, "trimester"))
    _each_month_covers_who_was_there(months)
    _what_only_moves_changes_no_national_figure(months)
    _a_wait_goes_on(months)
    _each_has_its_own_series(months)
    _the_balance_goes_on(months, releases)
    _growth_is_what_was_added_and_not_what_moved(months)


class _Figures:
    def __init__(self, found: pd.DataFrame) -> None:
        self._cells = found[found["breakdown"] == "total"].set_index(
            ["period", "institution", "indicator", "component"]
        )

    def row(self, period: str, institution: str, indicator: str, component: str) -> pd.Series:
        """One cell; raises KeyError when the institution has none."""
        return self._cells.loc[(period, institution, indicator, component)]

    def value(self, period: str, institution: str, indicator: str, component: str) -> Fraction:
        """Its figure."""
        return Fraction(self.row(period, institution, indicator, component)["value"])

    def has(self, period: str, institution: str) -> bool:
        """Whether the institution has figures of the period."""
        return (period, institution, "C1", "count") in self._cells.index


def _each_month_covers_who_was_there(months: _Figures) -> None:
    expected = {"2024-04": 3, "2024-05": 4, "2024-06": 4, "2024-08": 4, "2024-09": 3, "2024-10": 3, "2024-11": 2}
    for month, number in expected.items():
        stock = months.row(month, "NL", "C1", "count")
        assert (stock["gi_reported"], stock["gi_expected"], stock["status"]) == (number, number, "observed")


def _what_only_moves_changes_no_national_figure(months: _Figures) -> None:
    before, at, after = "2024-06", "2024-07", "2024-08"
    for indicator, component, value in (
        ("C1", "count", 96), ("C2", "children", 96), ("C3", "value", Fraction(96, 10)), ("W1", "children", 2),
        ("C4", "value", Fraction(94, 10)), ("S1", "persons_skj", 10), ("S2", "fte", 10), ("W4", "n", 2),
    ):  # fmt: skip
        found = [months.value(month, "NL", indicator, component) for month in (before, at, after)]
        assert found == [pytest.approx(float(value))] * 3, f"{indicator} {component}"


def _a_wait_goes_on(months: _Figures) -> None:
    waited = [months.value(month, "NL", "W4", "median") for month in ("2024-06", "2024-07")]
    assert waited == [150, 181], "the first day on the list is that at the institution before"


def _each_has_its_own_series(months: _Figures) -> None:
    assert [months.value(f"2024-0{n}", "noord", "C1", "count") for n in range(4, 9)] == [30, 26, 26, 0, 0]
    assert [months.value(f"2024-0{n}", "zuid", "C1", "count") for n in range(4, 9)] == [40, 40, 40, 66, 66]
    assert months.value("2024-06", "noord", "W1", "children") == months.value("2024-07", "zuid", "W1", "children") == 2
    assert (months.has("2024-08", "noord"), months.has("2024-09", "noord")) == (True, False)
    assert (months.has("2024-04", "oost"), months.has("2024-05", "oost")) == (False, True)
    assert (months.has("2024-10", "west"), months.has("2024-11", "west")) == (True, False)


def _the_balance_goes_on(months: _Figures, releases: _Figures) -> None:
    for before, month in (
        ("2024-06", "2024-07"),
        ("2024-07", "2024-08"),
        ("2024-08", "2024-09"),
        ("2024-10", "2024-11"),
    ):
        end, begin = (months.value(of, "NL", "F1", c) for of, c in ((before, "stock_end"), (month, "stock_begin")))
        assert begin == end, f"the country of {month} begins where that of {before} ended"
    for period, figures in (("2024-07", months), ("2024-T2", releases)):
        assert figures.value(period, "NL", "F1", "transferred_in") == 26
        assert figures.value(period, "NL", "F1", "transferred_out") == 26
    assert months.value("2024-07", "noord", "F1", "transferred_out") == 26
    assert months.value("2024-07", "zuid", "F1", "transferred_in") == 26
    assert releases.value("2024-T2", "NL", "F1", "stock_begin") == releases.value("2024-T1", "NL", "F1", "stock_end")
    new = months.row("2024-05", "NL", "F1", "stock_begin")
    assert (new["gi_reported"], new["gi_expected"], new["status"]) == (3, 4, "incomplete"), "oost has no month before"


def _growth_is_what_was_added_and_not_what_moved(months: _Figures) -> None:
    assert months.value("2024-10", "zuid", "S1", "persons_skj_growth_4m") == 0, "three came from noord"
    assert months.value("2024-10", "NL", "S1", "persons_skj_growth_4m") == -2, "west's two have gone"
    since_the_baseline = months.row("2024-12", "NL", "S1", "persons_skj_growth_baseline")
    assert (since_the_baseline["value"], since_the_baseline["gi_expected"]) == (0, 1), "oost has no baseline"
    assert since_the_baseline["status"] == "observed", "nobody's delivery is missing"
    assert months.row("2024-12", "oost", "S1", "persons_skj_growth_baseline")["status"] == "not_available"
    assert months.value("2024-12", "zuid", "C6", "path") == months.value("2024-12", "NL", "C6", "path")
    assert months.value("2024-12", "zuid", "N1", "delta_waiting") == 2
