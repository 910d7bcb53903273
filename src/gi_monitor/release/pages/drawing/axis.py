"""Round bounds for a value axis."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_ROUND = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
Domain = tuple[Decimal, Decimal]


def around(values: Iterable[Decimal]) -> Domain:
    """Bounds of whole steps with room below the lowest and above the highest value."""
    known = list(values) or [Decimal(0)]
    step = _step(max(known) - min(known))
    low = ((min(known) - step / 2) / step).to_integral_value(ROUND_FLOOR) * step
    return max(low, Decimal(0)) if min(known) >= 0 else low, _above(max(known), step)


def from_zero(values: Iterable[Decimal]) -> Domain:
    """Bounds from zero to above the highest value."""
    highest = max(values, default=Decimal(0))
    return Decimal(0), _above(highest, _step(highest))


def _above(highest: Decimal, step: Decimal) -> Decimal:
    return ((highest + step / 2) / step).to_integral_value(ROUND_CEILING) * step


def _step(span: Decimal) -> Decimal:
    """About a quarter of the span, as 1, 2 or 5 times a power of ten."""
    if span == 0:
        return Decimal(1)
    rough = span / 4
    magnitude = Decimal(10) ** rough.adjusted()
    return next(magnitude * round_ for round_ in _ROUND if magnitude * round_ >= rough)
