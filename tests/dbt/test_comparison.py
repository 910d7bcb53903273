"""The comparison itself must be able to fail."""

from __future__ import annotations

import pandas as pd

from tests.dbt.comparison import compare, expected


def _row(**changes: object) -> pd.DataFrame:
    key = {"period": "2024-04", "reference_date": "2024-04-30", "institution": "NL", "indicator": "C3"}
    cell = {"component": "value", "breakdown": "total", "category": "total", "status": "observed"}
    numbers = {
        "value": "12.5714285714",
        "numerator": "22",
        "denominator": "1.75",
        "gi_reported": "2",
        "gi_expected": "2",
    }
    return pd.DataFrame([key | cell | numbers | changes])


def test_a_number_is_the_same_to_twelve_digits() -> None:
    assert compare(_row(value="12.5714285714285714"), _row()) == []
    assert compare(_row(value="12.5714285716"), _row()) == [
        "2024-04 NL C3 value total total: value is '12.5714285716', expected '12.5714285714'"
    ]


def test_every_other_difference_is_named() -> None:
    assert compare(_row(value="", status="not_applicable"), _row()) == [
        "2024-04 NL C3 value total total: status is 'not_applicable', expected 'observed'",
        "2024-04 NL C3 value total total: value is '', expected '12.5714285714'",
    ]
    assert len(compare(_row(gi_reported="1", denominator=""), _row())) == 2


def test_a_row_may_neither_be_missing_nor_be_more_than_zero_or_absent() -> None:
    type_41 = {"indicator": "C1", "component": "count", "breakdown": "type", "category": "41"}
    assert compare(_row(), pd.concat([_row(), _row(**type_41)])) == ["2024-04 NL C1 count type 41: missing"]
    for value, status, reported, unexpected in [
        ("0", "observed", "2", 0),
        ("", "not_available", "0", 0),
        ("1", "observed", "2", 1),
        ("", "not_applicable", "2", 1),
    ]:
        extra = _row(**type_41, value=value, status=status, gi_reported=reported)
        assert len(compare(pd.concat([_row(), extra]), _row())) == unexpected


def test_the_worked_example_has_every_indicator() -> None:
    assert len(expected()) == 7200
    assert expected()["indicator"].nunique() == 30
