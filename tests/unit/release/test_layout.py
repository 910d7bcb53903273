"""Labels do not lie over each other and axes are round, whatever the figures."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor.release.pages.drawing.axis import around, from_zero
from gi_monitor.release.pages.drawing.marks import Label, spread, staggered


@given(st.lists(st.tuples(st.floats(0, 240), st.integers(1, 2)), max_size=5))
def test_direct_labels_keep_their_order_and_their_distance(places: list[tuple[float, int]]) -> None:
    labels = [Label("\n".join(["x"] * lines), "black", y) for y, lines in places]

    placed = spread(labels, line_height=16, bottom=240)

    assert [label.text for label in placed] == [label.text for label in sorted(labels, key=lambda label: label.y)]
    for upper, lower in pairwise(placed):
        assert lower.y - upper.y >= 8 * (upper.lines + lower.lines) - 1e-9
    assert all(label.y <= 240 for label in placed)


def test_labels_that_do_not_touch_stay_where_they_are() -> None:
    labels = [Label("a", "black", 10), Label("b", "black", 100)]

    assert spread(labels, line_height=16, bottom=240) == labels


def test_moments_that_lie_close_get_rows_of_their_own() -> None:
    assert staggered([0, 100, 110, 130, 200], width=17) == [0, 0, 1, 0, 0]
    assert staggered([100, 105, 110], width=17) == [0, 1, 2]


@pytest.mark.parametrize(
    ("values", "domain"),
    [
        (["12.5", "16.2"], (12, 17)),
        (["2137", "2780"], (2000, 3000)),
        (["13.2"], (12, 14)),
        ([], (0, 1)),
    ],
)
def test_an_axis_has_round_bounds_around_its_values(values: list[str], domain: tuple[int, int]) -> None:
    assert around(map(Decimal, values)) == domain


def test_an_axis_from_zero_ends_above_the_highest_value() -> None:
    assert from_zero([Decimal(1890), Decimal(1340)]) == (0, 2500)
    assert from_zero([]) == (0, 1)


@given(st.lists(st.decimals(0, 40000, places=1), min_size=1, max_size=8))
def test_values_lie_inside_their_axis(values: list[Decimal]) -> None:
    low, high = around(values)

    assert 0 <= low <= min(values) <= max(values) < high
