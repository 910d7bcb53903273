from datetime import date
from decimal import Decimal

import pytest

from tests.unit.disclosure.exact import PATH


@pytest.mark.parametrize(
    ("reference_date", "path"),
    [
        (date(2022, 12, 31), None),  # before the path starts
        (date(2023, 4, 30), "16.4"),  # 1 May 2023: the baseline
        (date(2023, 7, 31), "16.4"),
        (date(2023, 8, 31), "14.9"),  # 1 September 2023: 1.5 less
        (date(2023, 12, 31), "13.9"),  # 1 January 2024: 2.5 less
        (date(2024, 3, 31), "13.9"),
        (date(2024, 4, 30), "12.9"),  # 1 May 2024: 3.5, assumed
        (date(2024, 8, 31), "12"),  # 4.5 would be 11.9: never below the norm
        (date(2024, 12, 31), "12"),
    ],
)
def test_the_path_comes_down_in_its_steps_to_the_norm(reference_date: date, path: str | None) -> None:
    assert PATH.at(Decimal("16.4"), reference_date) == (None if path is None else Decimal(path))
