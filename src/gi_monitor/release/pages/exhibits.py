"""The exhibits of the pages: a finding, its charts, the table of their numbers, and the figures behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.pages.blocks import Section, Table
from gi_monitor.release.pages.drawing.axis import around, from_zero
from gi_monitor.release.pages.drawing.bars import Bar, BarChart
from gi_monitor.release.pages.drawing.canvas import BLUE, ORANGE, PURPLE, TEAL
from gi_monitor.release.pages.drawing.lines import Line, LineChart, Point
from gi_monitor.release.pages.figures import parts
from gi_monitor.release.pages.findings import Findings
from gi_monitor.release.pages.language import Language
from gi_monitor.release.pages.telling import Telling

COLOURS = (BLUE, ORANGE, TEAL, PURPLE)
_LAST_PERIODS = 4
"""How many periods a table of categories shows, so that it fits on A4."""


@dataclass(frozen=True)
class Exhibits:
    """Makes exhibits; the words of each are under ``exhibits`` in the language files, by its key."""

    findings: Findings

    @property
    def telling(self) -> Telling:
        """How figures are told."""
        return self.findings.telling

    @property
    def say(self) -> Language:
        """The language."""
        return self.telling.language

    def over_time(self, key: str, lines: Sequence[str], columns: Sequence[str] = (), *, zero: bool = False) -> Section:
        """Figures as lines in time; the table has ``columns``, or the same. The finding is what the first line did.

        ``zero``: the axis begins there.
        """
        chart = self.line_chart(key, lines, zero=zero)
        names = columns or lines
        return self.section(
            key,
            self.findings.said(lines[0]),
            charts=[chart] if chart else [],
            tables=[self.table_of_periods(key, names)],
            names=names,
            cut=bool(chart and chart.domain[0] != 0),
        )

    def by_category(
        self, key: str, name: str, codes: Sequence[str], *, charted: bool = True, finding: str = ""
    ) -> Section:
        """One figure by the codes of a breakdown: bars of now, and a table of the last periods."""
        names = [f"{name}/{code}" for code in codes]
        return self.section(
            key,
            finding or self.findings.most(key, names),
            charts=[self.bar_chart(key, names)] if charted else [],
            tables=[self._table_of_categories(key, names)],
            names=names,
        )

    def section(
        self,
        key: str,
        finding: str,
        charts: Sequence[LineChart | BarChart],
        tables: Sequence[Table],
        names: Sequence[str],
        *,
        cut: bool = False,
        words: str = "",
    ) -> Section:
        """A section about published figures, with the notes that its charts and tables need.

        ``cut``: a vertical axis does not begin at zero. ``words``: the key of its notes, where that is another.
        """
        titled = [replace(chart, title=_titled(finding, chart, charts)) for chart in charts]
        rows = self.rows(names)
        notes = [*self.say.all(f"exhibits.{words or key}.notes")]
        if cut:
            notes.append(self.say("notes.cut_axis"))
        if any(row.revision_status == "provisional" for row in rows):
            notes.append(self.say("notes.provisional_points" if any_lines(charts) else "notes.provisional"))
        defined = dict.fromkeys(name.split(".")[0] for name in names)
        return Section(key, finding, charts=titled, notes=notes, tables=tables, defined=list(defined), rows=rows)

    def line_chart(self, key: str, names: Sequence[str], *, zero: bool = False) -> LineChart | None:
        """Lines in time, without title; None where nothing was published."""
        values, percent = self.values(*names), self.telling.kind(names[0]) == "share"
        if not values:
            return None
        domain = from_zero(values) if zero else around(values)
        return LineChart(
            key=key,
            title="",
            description=self.described(names),
            axis=self.say(f"exhibits.{key}.axis"),
            lines=[self.line(name, colour) for name, colour in zip(names, COLOURS, strict=False)],
            domain=(domain[0], min(domain[1], Decimal(1))) if percent else domain,
            percent=percent,
        )

    def bar_chart(self, key: str, names: Sequence[str]) -> BarChart:
        """Bars of now, without title."""
        figures, telling = self.telling.figures, self.telling
        first = figures.row(names[0])
        bars = [Bar(telling.heading(name), figures.value(name), telling.cell(name, beside=first)) for name in names]
        said = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
        return BarChart(key, "", self.say("described.bars", bars=said), bars)

    def line(self, name: str, colour: str) -> Line:
        """One figure in time, with its last value in its label."""
        figures = self.telling.figures
        points = [
            Point(figures.day(row.period), row.value, row.revision_status == "provisional")
            for row in figures.series(name)
        ]
        return Line(self.labelled(name), points, colour)

    def labelled(self, name: str) -> str:
        """The short name of a figure with its last published value."""
        known = [row.value for row in self.telling.figures.series(name) if row.value is not None]
        short = self.say(f"short.{name}")
        return f"{short} {self.telling.text(name, known[-1])}" if known else short

    def described(self, names: Sequence[str]) -> str:
        """What lines show, to who cannot see them: each from its first published value to its last."""
        told = [text for name in names if (text := self._from_to(name))]
        return self.say("described.lines", lines="; ".join(told))

    def table_of_periods(self, key: str, names: Sequence[str]) -> Table:
        """A row per period, a column per figure, and who is behind the first of them."""
        figures, telling = self.telling.figures, self.telling
        rows = [
            [
                telling.stand(period),
                *(telling.cell(name, period, beside=figures.row(names[0], period)) for name in names),
                telling.coverage(figures.row(names[0], period)),
            ]
            for period in figures.periods
        ]
        header = [self.say("table.stand"), *(telling.heading(name) for name in names), self.say("table.institutions")]
        return Table(self.say(f"exhibits.{key}.caption"), header, rows)

    def rows(self, names: Sequence[str]) -> list[Observation]:
        """The published observations of these figures in all periods."""
        figures = self.telling.figures
        return [figures.row(name, period) for name in dict.fromkeys(names) for period in figures.periods]

    def values(self, *names: str) -> list[Decimal]:
        """The published values of these figures."""
        return [row.value for row in self.rows(names) if row.value is not None]

    def _from_to(self, name: str) -> str:
        telling = self.telling
        known = [
            (row.period, telling.text(name, row.value)) for row in telling.figures.series(name) if row.value is not None
        ]
        if not known:
            return ""
        days = [self.say.day(telling.figures.day(period)) for period, _ in known]
        label = telling.heading(name)
        if len(known) == 1:
            return self.say("described.once", label=label, value=known[0][1], day=days[0])
        return self.say(
            "described.from_to", label=label, first=known[0][1], begin=days[0], last=known[-1][1], end=days[-1]
        )

    def _table_of_categories(self, key: str, names: Sequence[str]) -> Table:
        telling = self.telling
        periods = telling.figures.periods[-_LAST_PERIODS:]
        rows = [
            [
                telling.heading(name),
                *(telling.cell(name, period) for period in periods),
                telling.coverage(telling.figures.row(name)),
            ]
            for name in names
        ]
        breakdown = parts(names[0])[1]
        first = self.say(f"table.{key}") if breakdown == "total" else self._called(breakdown)
        header = [first, *(telling.stand(period) for period in periods), self.say("table.institutions")]
        return Table(self.say(f"exhibits.{key}.caption"), header, rows)

    def _called(self, breakdown: str) -> str:
        return self.say.capital(self.say.of(self.telling.indicators.breakdowns[breakdown]))


def any_lines(charts: Sequence[LineChart | BarChart]) -> bool:
    """Whether there are lines among them, whose points show what is provisional."""
    return any(isinstance(chart, LineChart) for chart in charts)


def _titled(finding: str, chart: LineChart | BarChart, charts: Sequence[LineChart | BarChart]) -> str:
    return f"{finding}: {chart.title}" if len(charts) > 1 and chart.title else finding
