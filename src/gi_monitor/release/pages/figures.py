"""Looking up the published figures of the nation, or of one institution, for the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from gi_monitor.disclosure.observation import NATIONAL, Key, Observation


class Figures:
    """The published figures of one place: the release's own period, the one before, and all of them in time.

    A figure is named as in ``indicators/_identities.yml``: ``C3.value``, ``C1.count/family/jeugdbescherming``.
    """

    def __init__(self, published: Iterable[Observation], place: str = NATIONAL) -> None:
        rows = [row for row in published if row.institution == place]
        self._place = place
        self._rows = {row.key: row for row in rows}
        self._dates = {row.period: row.reference_date for row in rows}
        self.periods = sorted(self._dates, key=self._dates.__getitem__)

    @property
    def now(self) -> str:
        """The period of the release."""
        return self.periods[-1]

    @property
    def before(self) -> str | None:
        """The period before it, if there is one."""
        return self.periods[-2] if len(self.periods) > 1 else None

    def row(self, name: str, period: str | None = None) -> Observation:
        """One figure; of the release's own period unless told. Raises KeyError where there is none."""
        component, breakdown, category = parts(name)
        return self._rows[Key(period or self.now, self._place, "", "", breakdown, category).other(component)]

    def value(self, name: str, period: str | None = None) -> Decimal | None:
        """Its value; None where nothing was published."""
        return self.row(name, period).value

    def series(self, name: str) -> list[Observation]:
        """One figure in all periods."""
        return [self.row(name, period) for period in self.periods]

    def all_now(self) -> list[Observation]:
        """Every figure of the release's own period."""
        return [row for row in self._rows.values() if row.period == self.now]

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


def parts(name: str) -> tuple[str, str, str]:
    """Component, breakdown and category of a figure's name."""
    component, breakdown, category = name.split("/") if "/" in name else (name, "total", "total")
    return component, breakdown, category
