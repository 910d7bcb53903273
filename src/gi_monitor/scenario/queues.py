"""Rules of thumb for one queue (Fong et al. 2022, as in NHSRwaitinglist): what a list should be, and what that takes.

Demand and capacity are measures a week. They suppose one queue in which nothing changes, so they stand beside the
simulation and do not replace it.
"""

from __future__ import annotations

_MEAN_OF_TARGET = 4
"""When the mean wait is a quarter of the longest that is accepted, hardly anybody waits longer than that."""
_RELIEF_WEEKS = 26
_RELIEF_FROM = 2


def load(demand: float, capacity: float) -> float:
    """Demand ÷ capacity; above 1 the queue grows without bound. Raises ZeroDivisionError without capacity."""
    return demand / capacity


def target_queue(demand: float, target_weeks: float) -> float:
    """Measures that may wait when the longest accepted wait is ``target_weeks``."""
    return demand * target_weeks / _MEAN_OF_TARGET


def needs_relief(queue: float, target: float) -> bool:
    """Whether a queue is so long that it takes capacity of its own to bring it to its target."""
    return queue > _RELIEF_FROM * target


def relief_capacity(demand: float, queue: float, target: float) -> float:
    """Capacity a week that brings the queue to its target in half a year."""
    return demand + (queue - target) / _RELIEF_WEEKS


def target_capacity(demand: float, target_weeks: float, *, variation: float = 1.0) -> float:
    """Capacity a week that keeps the queue at its target.

    ``variation`` is the mean of the squared coefficients of variation of demand and of capacity; 1 is Poisson.
    """
    return demand + variation * _MEAN_OF_TARGET / target_weeks


def pressure(mean_wait: float, target_weeks: float) -> float:
    """Twice the mean wait ÷ the longest accepted wait, in the same unit; above 1 too many wait too long."""
    return 2 * mean_wait / target_weeks
