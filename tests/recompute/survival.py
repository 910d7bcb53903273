"""The Kaplan-Meier estimator: product limit on whole days, events before censorings on the same day (Kaplan and
Meier 1958, JASA 53:457-481), in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


class Survival:
    """Of how long something lasted: durations in days, and of each whether it ended or was no longer followed.

    ``observed`` is for how many days the first of them could have been followed.
    """

    def __init__(self, durations: Sequence[int], ended: Sequence[bool], observed: int) -> None:
        self.n = len(durations)
        self.observed = observed
        self._steps: list[tuple[int, Fraction]] = []
        surviving = Fraction(1)
        for day in sorted({day for day, end in zip(durations, ended, strict=True) if end}):
            at_risk = sum(duration >= day for duration in durations)
            events = sum(duration == day and end for duration, end in zip(durations, ended, strict=True))
            surviving *= 1 - Fraction(events, at_risk)
            self._steps.append((day, surviving))

    def percentile(self, p: Fraction) -> int | None:
        """The first day on which survival <= 1 - p; None when it is not reached."""
        return next((day for day, surviving in self._steps if surviving <= 1 - p), None)

    def after(self, days: int) -> Fraction | None:
        """Survival after so many days; None when the follow-up is longer than the observation."""
        if self.n == 0 or days > self.observed:
            return None
        reached = [surviving for day, surviving in self._steps if day <= days]
        return reached[-1] if reached else Fraction(1)
