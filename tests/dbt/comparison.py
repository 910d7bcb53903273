"""Comparing observations with those of the worked example, in the way its README says they are to be read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd

EXPECTED = Path(__file__).parents[1] / "worked_example" / "expected_observations.csv"
KEY = ["period", "institution", "indicator", "component", "breakdown", "category"]
_TEXTS = ["reference_date", "gi_reported", "gi_expected", "status"]
_NUMBERS = ["value", "numerator", "denominator"]

# The expected numbers were rounded twice: to 12 decimals, then to 12 digits.
_HALF_OF_THE_TWELFTH_DIGIT = Decimal("6e-12")
_HALF_OF_THE_TWELFTH_DECIMAL = Decimal("6e-13")


def expected() -> pd.DataFrame:
    """The expected observations."""
    return pd.read_csv(EXPECTED, dtype=str, keep_default_na=False)


def compare(observations: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """What differs, one line each; empty when all is well.

    Every expected row must be there with the same numbers to 12 digits. What we have beside them may only be
    a count of 0, a percentile over nobody, or a breakdown of a figure that is itself not available.
    """
    ours, theirs = _canonical(observations), _canonical(expected)
    missing = [f"{_name(key)}: missing" for key in theirs.index.difference(ours.index)]
    both = theirs.index.intersection(ours.index)
    different = [
        f"{_name(key)}: {column} is {found!r}, expected {wanted!r}"
        for column in [*_TEXTS, *_NUMBERS]
        for key, found, wanted in zip(both, ours.loc[both, column], theirs.loc[both, column], strict=True)
        if not (_same_number(found, wanted) if column in _NUMBERS else found == wanted)
    ]
    extra = ours.loc[ours.index.difference(theirs.index)]
    unexpected = [
        f"{_name(key)}: {row['value']!r} is not expected" for key, row in extra.iterrows() if not _absent(key, row)
    ]
    return missing + different + unexpected


def _canonical(rows: pd.DataFrame) -> pd.DataFrame:
    text = rows[[*KEY, *_TEXTS, *_NUMBERS]].astype(object).where(rows.notna(), "").astype(str)
    indexed = text.set_index(KEY).sort_index()
    assert indexed.index.is_unique
    return indexed


def _same_number(found: str, wanted: str) -> bool:
    if not found or not wanted:
        return found == wanted
    allowed = max(_HALF_OF_THE_TWELFTH_DECIMAL, _HALF_OF_THE_TWELFTH_DIGIT * abs(Decimal(wanted)))
    return abs(Decimal(found) - Decimal(wanted)) <= allowed


def _absent(key: object, row: pd.Series[str]) -> bool:
    if row["value"]:
        return Decimal(row["value"]) == 0
    if row["status"] == "not_applicable":
        return isinstance(key, tuple) and key[KEY.index("component")] in ("median", "p90")
    return row["status"] == "not_available" and row["gi_reported"] == "0"


def _name(key: object) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
