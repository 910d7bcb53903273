"""Length of stay from stocks by age: who came, who went, and at what age (the life table behind F2)."""

from __future__ import annotations

import numpy as np

from gi_monitor.scenario.facts import Flags, Floats, Ints

WINDOW = 12
"""Months from which lengths of stay are estimated: a whole year, so that no season weighs more than another."""
_BELIEF = 2.0
"""At an age that hardly anybody reached, the type's overall rate counts as if seen on so many leavers."""


def aged(stock: Ints) -> Ints:
    """The stock a month older, before anybody comes or goes; ages on the last axis, the last one is "or more"."""
    older = np.zeros_like(stock)
    older[..., 1:] = stock[..., :-1]
    older[..., -1] += stock[..., -1]
    return older


def flows(stock: Ints, delivered: Flags) -> tuple[Ints, Ints, Ints]:
    """Per month but the first: who came, who left (by age), and of how many; nothing where a month is missing.

    What left one cohort and came into another in the same month is seen in both; within one cohort only the
    difference is. So begin + came − left = end holds exactly, for every institution and month.
    """
    exposed = aged(stock[:-1])
    change = stock[1:] - exposed
    known = (delivered[1:] & delivered[:-1]).reshape(*change.shape[:2], *[1] * (change.ndim - 2))
    return np.where(known, np.maximum(change, 0), 0), np.where(known, np.maximum(-change, 0), 0), exposed * known


def hazards(left: Ints, exposed: Ints) -> Floats:
    """The chance to leave in a month by age (last axis), from the last year of all institutions (axes 0 and 1).

    This is the Kaplan–Meier estimate for measures that are followed from the age at which they were first seen, so
    a measure that still runs counts for as long as it has run, which F2 (ended measures) leaves out.
    """
    events, at_risk = left[-WINDOW:].sum(axis=(0, 1)), exposed[-WINDOW:].sum(axis=(0, 1))
    overall = events.sum(axis=-1, keepdims=True) / np.maximum(at_risk.sum(axis=-1, keepdims=True), 1)
    strength = _BELIEF / np.maximum(overall, 1e-6)
    hazard: Floats = (events + _BELIEF * (overall > 0)) / np.maximum(at_risk + strength, 1e-9)
    return hazard


def mean_chances(stock: Ints, arrivals: Floats, hazard: Floats, months: int) -> Floats:
    """The chance to leave of whom is there, in each month to come (axis 0), as the mix of ages shifts.

    ``arrivals`` a month are at age 0, with the axes of ``stock`` but for the age.
    """
    expected, chances = stock.astype(np.float64), np.empty([months, *stock.shape[:-1]])
    for month in range(months):
        older = np.zeros_like(expected)
        older[..., 1:] = expected[..., :-1]
        older[..., -1] += expected[..., -1]
        leaving = older * hazard
        total = older.sum(axis=-1)
        chances[month] = leaving.sum(axis=-1) / np.maximum(total, 1e-9)
        expected = older - leaving
        expected[..., 0] = arrivals
    return chances
