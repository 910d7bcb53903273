from decimal import Decimal

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure import rounding

RULES = indicators.load().disclosure


@pytest.mark.parametrize(
    ("exact", "published"),
    [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (32168, 32170), (-3, None), (-8, -10)],
)
def test_counts_are_shown_suppressed_or_rounded(exact: int, published: int | None) -> None:
    assert rounding.count(Decimal(exact), RULES) == published


@pytest.mark.parametrize(
    ("exact", "persons", "published"),
    [
        ("18.25", "35", "18.3"),
        ("18.24", "5", "18.2"),
        ("3.17", None, None),
        ("0", "0", "0.0"),
        ("1.2", "0", None),
    ],
)
def test_fte_needs_five_persons_behind_it(exact: str, persons: str | None, published: str | None) -> None:
    shown = rounding.fte(Decimal(exact), None if persons is None else Decimal(persons), RULES)

    assert (None if shown is None else str(shown)) == published


def test_a_small_negative_rounds_to_zero_without_a_sign() -> None:
    assert str(rounding.to_decimals(Decimal("-0.04"), 1)) == "0.0"


@pytest.mark.parametrize(("published", "at_least"), [(0, -2), (10, 8), (15, 13)])
def test_a_rounded_count_is_certain_of_less(published: int, at_least: int) -> None:
    assert rounding.certainly(Decimal(published), RULES) == at_least


@pytest.mark.parametrize(("published", "persons"), [("0.0", 0), ("0.1", 1), ("5.6", 4), ("5.7", 5), ("12.7", 10)])
def test_fte_takes_so_many_persons_at_least(published: str, persons: int) -> None:
    assert rounding.persons_at_least(Decimal(published), RULES) == persons
