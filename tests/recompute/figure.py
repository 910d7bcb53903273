"""One figure, and the arithmetic that figures share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

Number = Fraction | float


@dataclass(frozen=True)
class Figure:
    """One cell; ``value`` is None when there is nothing to divide by, or a percentile or follow-up is not reached."""

    component: str
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    breakdown: str = "total"
    category: str = "total"


def ratio(component: str, numerator: Number, denominator: Number) -> Figure:
    """A ratio of sums."""
    value = Fraction(numerator) / Fraction(denominator) if denominator else None
    return Figure(component, value, numerator, denominator)


def percentile(values: Iterable[Number], p: float) -> float | None:
    """Linear interpolation between order statistics."""
    floats = [float(value) for value in values]
    return float(np.percentile(floats, p * 100, method="linear")) if floats else None


def total(values: Iterable[Number]) -> Fraction:
    """An exact sum; 0 of an empty set."""
    return sum((Fraction(value) for value in values), Fraction(0))


def distinct(rows: pd.DataFrame, *keys: str) -> int:
    """Distinct within an institution and added over institutions: no key crosses institutions."""
    return len(set(zip(rows["gi_code"], *(rows[key] for key in keys), strict=True)))


def by(
    rows: pd.DataFrame, breakdown: str, column: str, codes: Iterable[str]
) -> Iterator[tuple[pd.DataFrame, str, str]]:
    """All rows as the total, then the rows of each code."""
    yield rows, "total", "total"
    for code in codes:
        yield rows[rows[column] == code], breakdown, code
