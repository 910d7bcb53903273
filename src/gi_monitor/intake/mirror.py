"""The mirror report as it is kept: figures of one delivery under the names of spec 2.5 (spec 1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class MirrorFigure:
    """One figure under the names of spec 2.5; ``category`` is a family, a list or ``total``.

    ``value`` is None when the institution cannot report it, or when there is nothing to divide by.
    """

    indicator: str
    component: str
    category: str
    value: Decimal | None


def to_json(figures: Sequence[MirrorFigure]) -> list[tuple[str, str, str, str | None]]:
    """What the ledger keeps of a mirror: values as text, so that they come back exactly."""
    return [(f.indicator, f.component, f.category, None if f.value is None else str(f.value)) for f in figures]


def of_json(kept: Sequence[tuple[str, str, str, str | None]]) -> tuple[MirrorFigure, ...]:
    """The mirror that ``to_json`` wrote."""
    return tuple(
        MirrorFigure(indicator, component, category, None if value is None else Decimal(value))
        for indicator, component, category, value in kept
    )
