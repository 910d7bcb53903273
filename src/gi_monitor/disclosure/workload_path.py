"""The norm, and the path along which the workload is to come down to it (spec 2.2, C6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gi_monitor.month import Month

_MONTHS_PER_STEP = 4


@dataclass(frozen=True)
class WorkloadPath:
    """The agreed path, in measures per fte.

    ``reductions``: reduction since the baseline by the day from which it holds; ``assumed_step``: what is
    assumed to come off every four months after the last of them.
    """

    norm: Decimal
    baseline: date
    reductions: Mapping[date, Decimal]
    assumed_step: Decimal

    def at(self, baseline_workload: Decimal, reference_date: date) -> Decimal | None:
        """The path on a reference date, never below the norm; None before it starts."""
        reduction = self._reduction(reference_date + timedelta(days=1))
        return None if reduction is None else max(self.norm, baseline_workload - reduction)

    def _reduction(self, day: date) -> Decimal | None:
        begun = [start for start in self.reductions if start <= day]
        if not begun:
            return None
        if max(begun) < max(self.reductions):
            return self.reductions[max(begun)]
        steps = Month.of(max(begun)).months_until(Month.of(day)) // _MONTHS_PER_STEP
        return self.reductions[max(begun)] + steps * self.assumed_step
