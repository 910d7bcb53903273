"""A published figure on its way out: a value, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gi_monitor.disclosure.observation import Status


@dataclass(frozen=True)
class Figure:
    """A published value with the published terms it was computed from; ``hidden`` says why there is none."""

    value: Decimal | None
    hidden: Status | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


NOT_AVAILABLE = Figure(None, "not_available")
NOT_APPLICABLE = Figure(None, "not_applicable")
PRIMARY = Figure(None, "suppressed_primary")
SECONDARY = Figure(None, "suppressed_secondary")
SMALL_N = Figure(None, "suppressed_small_n")
_STRONGEST_FIRST = (NOT_AVAILABLE, PRIMARY, SECONDARY, NOT_APPLICABLE, SMALL_N)


def inherited(*terms: Figure) -> Figure:
    """What becomes of a figure some of whose terms are empty: it is empty for the strongest of their reasons."""
    reasons = {term.hidden for term in terms}
    return next(figure for figure in _STRONGEST_FIRST if figure.hidden in reasons)


def difference(figure: Figure, other: Figure) -> Figure:
    """A published figure less another; empty where either is (rule 3)."""
    if figure.value is None or other.value is None:
        return inherited(figure, other)
    return Figure(figure.value - other.value)
