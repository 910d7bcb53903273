"""The product limit against scipy's, and by hand where conventions differ."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from tests.recompute.survival import Survival

FOLLOWED = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)


@given(FOLLOWED)
def test_survival_and_percentiles_are_those_of_scipy(followed: list[tuple[int, bool]]) -> None:
    days, ended = [day for day, _ in followed], [end for _, end in followed]
    ours = Survival(days, ended, observed=30)
    theirs = ecdf(CensoredData(uncensored=[d for d, e in followed if e], right=[d for d, e in followed if not e])).sf
    for day in range(31):
        assert float(ours.after(day)) == pytest.approx(float(theirs.evaluate(day)), abs=1e-12)
    for p in (Fraction(1, 2), Fraction(9, 10)):
        # A share of 1/40 is the smallest step; what differs by less is rounding.
        reached = [day for day in range(31) if theirs.evaluate(day) <= 1 - p + Fraction(1, 10**9)]
        assert ours.percentile(p) == (reached[0] if reached else None)


def test_nobody_all_censored_one_and_ties() -> None:
    nobody = Survival([], [], observed=0)
    assert (nobody.n, nobody.percentile(Fraction(1, 2)), nobody.after(7)) == (0, None, None)
    assert Survival([3, 5], [False, False], observed=90).after(42) == 1
    assert Survival([0], [True], observed=0).percentile(Fraction(1, 2)) == 0
    # An event and a censoring on day 4: the censored one is still at risk.
    assert Survival([4, 4], [True, False], observed=10).after(4) == Fraction(1, 2)


def test_nothing_is_said_of_longer_than_was_observed() -> None:
    assert Survival([10], [True], observed=90).after(91) is None
    assert Survival([10], [True], observed=91).after(91) == 0
