"""How a figure is told in one language: its number or the sign for why there is none, its name, who is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gi_monitor.disclosure.observation import Observation
from gi_monitor.indicators import Component, Indicators
from gi_monitor.publication_rules import Change, Count, Difference
from gi_monitor.release.pages.figures import Figures, parts
from gi_monitor.release.pages.language import Language


@dataclass(frozen=True)
class Telling:
    """The figures of one place in one language."""

    figures: Figures
    language: Language
    indicators: Indicators

    def component(self, name: str) -> Component:
        """What the indicator file says of a figure."""
        indicator, component = parts(name)[0].split(".")
        return self.indicators.component(indicator, component)

    def kind(self, name: str) -> str:
        """The kind of its unit: count, share, days …"""
        return self.indicators.units[self.component(name).unit].kind

    def step(self, name: str) -> Decimal:
        """One step of the rounding it was published with."""
        if self.kind(name) == "count":
            return Decimal(self.indicators.disclosure.rounding_base)
        return Decimal(1).scaleb(-self.indicators.decimals(self.component(name).unit))

    def text(self, name: str, value: Decimal) -> str:
        """A published number as it is written; differences with their sign."""
        written = self.language.percent(value) if self.kind(name) == "share" else self.language.number(value)
        return f"+{written}" if value > 0 and self._is_difference(name) else written

    def amount(self, name: str, value: Decimal) -> str:
        """The number with its unit; what is counted stands in its name already."""
        has_unit = self.kind(name) in ("ratio", "days", "fte")
        unit = self.language.of(self.indicators.units[self.component(name).unit])
        return f"{self.text(name, value)} {unit}" if has_unit else self.text(name, value)

    def cell(self, name: str, period: str | None = None, *, beside: Observation | None = None) -> str:
        """What a table shows: the number or the sign for why there is none.

        Behind it how many institutions it is about where those are others than of the figure ``beside`` it.
        """
        row = self.figures.row(name, period)
        if row.value is None:
            return self.language(f"no_value.{row.status}")
        same = beside is None or (row.gi_reported, row.gi_expected) == (beside.gi_reported, beside.gi_expected)
        return self.text(name, row.value) if same else f"{self.text(name, row.value)} ({self.coverage(row)})"

    def coverage(self, row: Observation) -> str:
        """How many institutions are behind a figure, of how many."""
        return self.language("coverage", reported=row.gi_reported, expected=row.gi_expected)

    def heading(self, name: str) -> str:
        """What a column of a table calls it: its category where it has one, else its component.

        Where several indicators have a component of that name, its indicator too.
        """
        _, breakdown, category = parts(name)
        if category != "total":
            return self.language.capital(self.category(breakdown, category))
        known, label = self.indicators.indicators, self.language.of(self.component(name))
        alike = [of for of in known.values() for each in of.components.values() if self.language.of(each) == label]
        indicator = self.language.of(known[name.partition(".")[0]], "name")
        return self.language.capital(f"{indicator}: {label}" if len(alike) > 1 else label)

    def category(self, breakdown: str, code: str) -> str:
        """What a code of a breakdown is called."""
        return self.language.of(self.indicators.category(breakdown, code))

    def stand(self, period: str) -> str:
        """The day a period is named after, with a star while its months can be delivered again."""
        mark = "*" if self.figures.row("C1.count", period).revision_status == "provisional" else ""
        return f"{self.language.day(self.figures.day(period))}{mark}"

    def _is_difference(self, name: str) -> bool:
        rule = self.component(name).published
        return isinstance(rule, Change | Difference) or (isinstance(rule, Count) and rule.net)
