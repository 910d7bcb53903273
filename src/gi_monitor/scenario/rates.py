"""A monthly rate with its uncertainty: Poisson–Gamma, with a level that may wander (Harvey & Fernandes 1989).

The country's level is Gamma(a, b). From month to month it forgets a share 1 − δ of what it was learnt from, which
keeps its mean and widens it. Every δ is weighed by how likely it makes the observed months, and each path draws its
own. Each institution has a factor of its own on the level, also Gamma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

import numpy as np

from gi_monitor.scenario.facts import Floats, Ints

_KEPT = np.arange(0.30, 1.001, 0.05)
_LAST = 12
"""Months from which an institution's factor is estimated."""
_FIRST_JUDGED = 3
"""Months that are only learnt from, before the likelihood counts."""


@dataclass(frozen=True)
class Rate:
    """Events a month per unit of exposure.

    ``weights``, ``a``, ``b`` and ``wanders`` describe for each δ how likely it is, the level now, and by what standard
    deviation of its logarithm the level goes on wandering in a month. ``dispersion``: how much more than Poisson a
    single month varies (1: not more). ``own_a`` and ``own_b``: the factor of each institution.
    """

    weights: Floats
    a: Floats
    b: Floats
    wanders: Floats
    dispersion: float
    own_a: Floats
    own_b: Floats

    @property
    def mean(self) -> Floats:
        """The expected rate of each institution."""
        expected: Floats = (self.weights * self.a / self.b).sum() * self.own_a / self.own_b
        return expected

    def draw(self, rng: np.random.Generator, paths: int, months: int) -> Floats:
        """Rates by path, month and institution."""
        which = rng.choice(len(self.weights), paths, p=self.weights)
        now, wanders = rng.gamma(self.a[which], 1 / self.b[which]), self.wanders[which, None]
        steps = rng.normal(-(wanders**2) / 2, wanders, [paths, months])
        levels = now[:, None] * np.exp(np.cumsum(steps, axis=1))
        own = rng.gamma(self.own_a, 1 / self.own_b, [paths, len(self.own_a)])
        drawn: Floats = levels[:, :, None] * own[:, None, :]
        return drawn


def fit(events: Ints, exposure: Floats) -> Rate:
    """A rate from events and exposure by month and institution; months without exposure say nothing."""
    totals, exposures = events.sum(axis=1).astype(np.float64), exposure.sum(axis=1)
    seen = exposures > 0
    dispersion = _dispersion(totals[seen], exposures[seen])
    steps = list(zip(totals[seen] / dispersion, exposures[seen] / dispersion, strict=True))
    learnt = np.array([_learn(steps, float(kept)) for kept in _KEPT])
    weights = np.exp(learnt[:, 2] - learnt[:, 2].max())
    a, b = learnt[:, 0], learnt[:, 1]
    level = totals / np.maximum(exposures, 1e-9)
    due = (exposure * level[:, None])[-_LAST:].sum(axis=0) / dispersion
    seen_here = events[-_LAST:].sum(axis=0) / dispersion
    alike = _alike(seen_here, due)
    return Rate(
        weights / weights.sum(),
        a,
        b,
        np.sqrt(np.log1p((1 - _KEPT) / (_KEPT * a))),
        dispersion,
        alike + seen_here,
        alike + due,
    )


def _alike(events: Floats, due: Floats) -> float:
    """How alike institutions are: a factor is taken to be 1 as if that had been seen on so many events.

    One over the variance between them, which is what is left of their differences when chance has had its part
    (empirical Bayes, by moments).
    """
    between = (((events - due) ** 2).sum() - due.sum()) / max((due**2).sum(), 1e-9)
    return float(1 / np.clip(between, 1e-3, 1.0))


def _dispersion(totals: Floats, exposures: Floats) -> float:
    """Variance over mean of one month, from how far each lies off the line between its neighbours."""
    rate = totals.sum() / exposures.sum()
    if len(totals) < 6 or not rate:
        return 1.0
    return max(1.0, float(np.mean(np.diff(totals / exposures, 2) ** 2) * exposures.mean() / rate / 6))


def _learn(steps: Sequence[tuple[float, float]], kept: float) -> tuple[float, float, float]:
    """The level after all months, and the log likelihood of each given those before it: negative binomial."""
    # Half an event keeps the gamma distribution proper where none was ever seen.
    a, b, likelihood = 0.5, 0.0, 0.0
    for number, (events, exposure) in enumerate(steps):
        a, b = kept * a, kept * b
        if number >= _FIRST_JUDGED:
            likelihood += lgamma(a + events) - lgamma(a) - lgamma(events + 1)
            likelihood += a * log(b / (b + exposure)) + events * log(exposure / (b + exposure))
        a, b = a + events, b + exposure
    return a, b, likelihood
