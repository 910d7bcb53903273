"""Looking up published national figures for the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from gi_monitor.disclosure.observation import NATIONAL, Key, Observation


class Figures:
    """The published national totals of a release: its own period, the one before, and all of them in time."""

    def __init__(self, published: Iterable[Observation]) -> None:
        national = [row for row in published if row.institution == NATIONAL and row.breakdown == "total"]
        self._rows = {row.key: row for row in national}
        self._dates = {row.period: row.reference_date for row in national}
        self.periods = sorted(self._dates, key=self._dates.__getitem__)

    @property
    def now(self) -> str:
        """The period of the release."""
        return self.periods[-1]

    @property
    def before(self) -> str | None:
        """The period before it, if there is one."""
        return self.periods[-2] if len(self.periods) > 1 else None

    def row(self, component: str, period: str | None = None) -> Observation:
        """One figure, named ``C3.value``; of the release's own period unless told."""
        place = Key(period or self.now, NATIONAL, "", "", "total", "total")
        return self._rows[place.other(component)]

    def value(self, component: str, period: str | None = None) -> Decimal | None:
        """Its value; None where nothing was published or there is no such period."""
        return self.row(component, period).value

    def series(self, component: str) -> list[Observation]:
        """One figure in all periods."""
        return [self.row(component, period) for period in self.periods]

    def day(self, period: str) -> date:
        """The day a period is named after: the one after its reference date (spec 3.3)."""
        return self._dates[period] + timedelta(days=1)

    def norm(self) -> Decimal | None:
        """The norm, as the published workload and its published gap to the norm say it."""
        for period in reversed(self.periods):
            workload, gap = self.value("C3.value", period), self.value("C6.gap_to_norm", period)
            if workload is not None and gap is not None:
                return workload - gap
        return None
