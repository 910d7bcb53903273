"""What institutions steer or what nobody counts: how far it moves away from where it is, seen from how far it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gi_monitor.scenario.facts import Floats

_BLOCK = 6
"""Months that are drawn together, so that a rise that goes on goes on, and one that is followed by a fall does not."""
_LAST = 12


def changes(level: NDArray[np.floating[Any]]) -> Floats:
    """Monthly changes of the logarithm, by month and institution, of the last year."""
    moved: Floats = np.diff(np.log(level), axis=0)[-_LAST:]
    return moved


def draw(moved: Floats, rng: np.random.Generator, paths: int, months: int) -> Floats:
    """Factors on today's level by path, month and institution.

    Blocks of observed months, all institutions together, each as it was or the other way round: nothing is
    extrapolated, and what moves together goes on doing so.
    """
    block = min(_BLOCK, len(moved))
    number = -(-months // block)
    first = rng.integers(0, len(moved) - block + 1, [paths, number])
    sign = rng.choice([-1.0, 1.0], [paths, number])
    picked = moved[first[:, :, None] + np.arange(block)] * sign[:, :, None, None]
    steps = picked.reshape(paths, number * block, -1)[:, :months]
    factors: Floats = np.exp(np.cumsum(steps, axis=1))
    return factors


@dataclass(frozen=True)
class Steady:
    """Something that keeps coming back to its mean: a first-order autoregression of the logarithm, per institution."""

    mean: Floats
    now: Floats
    kept: float
    noise: Floats

    @classmethod
    def of(cls, level: Floats) -> Steady:
        """From levels of the last year by month and institution; how fast it comes back is the same for all."""
        logs = np.log(level[-_LAST:])
        mean = logs.mean(axis=0)
        away = logs - mean
        kept = float(np.clip((away[1:] * away[:-1]).sum() / max((away[:-1] ** 2).sum(), 1e-12), 0.0, 1.0))
        return cls(mean, logs[-1], kept, (away[1:] - kept * away[:-1]).std(axis=0))

    def draw(self, rng: np.random.Generator, paths: int, months: int) -> Floats:
        """Levels by path, month and institution."""
        away = np.broadcast_to(self.now - self.mean, [paths, len(self.mean)])
        drawn = np.empty([paths, months, len(self.mean)])
        for month in range(months):
            away = self.kept * away + rng.normal(0.0, self.noise, away.shape)
            drawn[:, month] = np.exp(self.mean + away)
        return drawn
