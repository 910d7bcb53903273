"""Reporting months."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor.month import Month

months = st.builds(Month, st.integers(2000, 2099), st.integers(1, 12))


def test_a_month_knows_its_days() -> None:
    leap = Month.parse("2024-02")

    assert (leap.start, leap.reference_date, leap.days) == (date(2024, 2, 1), date(2024, 2, 29), 29)
    assert Month(2024, 12).due == date(2025, 1, 15)


@given(months, st.integers(-300, 300))
def test_moving_and_counting_agree(month: Month, steps: int) -> None:
    assert month.months_until(month + steps) == steps
    assert (month + steps) - steps == month
    assert (month < month + 1) and Month.of((month + 1).start) == month + 1


@given(months)
def test_text_is_read_back(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("text", ["2024-13", "2024-4", "april 2024", "24-04", ""])
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month such as 2024-04"):
        Month.parse(text)
