"""The charts of the page: Altair, drawn to SVG without a browser (spec 3.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import Any

import altair as alt
import vl_convert

from gi_monitor.release.page.marks import Label, spread, staggered

BLUE, TEAL, PURPLE, ORANGE, GREY, INK = "#12436D", "#28A197", "#801650", "#F46A25", "#6b7178", "#1d1d1d"
SOLID, DASHED, DOTTED = (1, 0), (7, 4), (2, 3)
LEAD = timedelta(days=80)
"""How long before its first day a chart begins."""
LABEL_LENGTH = 14
"""How many signs a line of a direct label has room for in the narrow drawing."""
_DARK_TEXT = {TEAL: "#1b6f68", ORANGE: "#b3440f"}
_NOT_OURS = re.compile(r' (?:role|aria-[a-z]+|xmlns:xlink|pointer-events)="[^"]*"')


@dataclass(frozen=True)
class Point:
    """A value at a day; None leaves a gap in the line."""

    day: date
    value: Decimal | None
    provisional: bool = False


@dataclass(frozen=True)
class Line:
    """A line with its direct label; ``dash`` as in SVG. Only measured lines have points."""

    label: str
    points: Sequence[Point]
    colour: str
    dash: tuple[int, int] = SOLID
    measured: bool = True


@dataclass(frozen=True)
class Chart:
    """One chart: lines in time, the moments that it marks, and what it says to who cannot see it."""

    key: str
    title: str
    description: str
    axis: str
    lines: Sequence[Line]
    domain: tuple[Decimal, Decimal]
    moments: Sequence[date] = field(default=())


@dataclass(frozen=True)
class Size:
    """The measures of a drawing, in pixels: the plot, the room for direct labels beside it, the letters.

    ``only_january`` leaves the other days of the time axis unlabelled.
    """

    name: str
    plot: int
    height: int
    labels: int
    font: int
    only_january: bool
    left: int = 46
    bottom: int = 40


SIZES = (
    Size("wide", plot=520, height=240, labels=170, font=13, only_january=False),
    Size("narrow", plot=158, height=200, labels=92, font=11, only_january=True),
)


def draw(chart: Chart, size: Size) -> str:
    """The chart as inline SVG with title and description; its ids are its own, its bytes repeatable."""
    drawing = _Drawing(chart, size)
    svg = vl_convert.vegalite_to_svg(drawing.specification(), format_locale="nl-NL", time_format_locale="nl-NL")
    identity = f"{chart.key}-{size.name}"
    root, _, drawn = _NOT_OURS.sub("", svg).replace(' class="marks"', "").partition(">")
    return (
        f'{root} class="{size.name}" role="img" aria-labelledby="{identity}-title {identity}-desc">'
        f'<title id="{identity}-title">{escape(chart.title)}</title>'
        f'<desc id="{identity}-desc">{escape(chart.description)}</desc>{drawn}'
    )


class _Drawing:
    """One chart in one size. The layout is ours, in pixels, so it depends on no font of this machine."""

    def __init__(self, chart: Chart, size: Size) -> None:
        self._chart, self._size = chart, size
        self._days = sorted({point.day for line in chart.lines for point in line.points})
        self._first = self._days[0] - LEAD
        self._last = self._days[-1] + timedelta(days=12)

    def specification(self) -> dict[str, Any]:
        size = self._size
        layers = [*self._moments(), *(mark for line in self._chart.lines for mark in self._line(line)), *self._labels()]
        specification: dict[str, Any] = (
            alt.layer(*layers)
            .properties(
                width=size.plot,
                height=size.height,
                autosize=alt.AutoSizeParams(type="none"),
                padding={"left": size.left, "right": size.labels, "top": self._top(), "bottom": size.bottom},
                background="transparent",
            )
            .configure(font="sans-serif")
            .configure_view(stroke=None)
            .configure_axis(labelFontSize=size.font, titleFontSize=size.font, labelColor=INK, titleColor=INK)
            .to_dict()
        )
        return specification

    def _top(self) -> int:
        rows = max(self._rows(), default=-1) + 1
        return 30 + 16 * rows

    def _line(self, line: Line) -> list[alt.Chart]:
        data = [_record(point) for point in line.points]
        width = 3 if line.measured else 2
        path = self._chart_of(data).mark_line(color=line.colour, strokeWidth=width, strokeDash=list(line.dash))
        marks = [path.encode(x=self._x(), y=self._y())]
        if line.measured:
            seen = [record for record in data if record["value"] is not None]
            dots = self._chart_of(seen).mark_point(color=line.colour, size=45, strokeWidth=2, opacity=1, filled=False)
            fill = alt.condition("datum.provisional", alt.value("white"), alt.value(line.colour))
            marks.append(dots.encode(x=self._x(), y=self._y(), fill=fill))
        return marks

    def _labels(self) -> list[alt.Chart]:
        labels = []
        for line in self._chart.lines:
            known = [point for point in line.points if point.value is not None]
            if line.label and known and known[-1].value is not None:
                colour = _DARK_TEXT.get(line.colour, line.colour)
                labels.append(Label(line.label, colour, self._pixel_y(known[-1].value)))
        line_height = self._size.font + 3
        return [
            self._chart_of([{}])
            .mark_text(
                text=label.text.split("\n"), align="left", baseline="middle", lineHeight=line_height,
                fontSize=self._size.font, fontWeight="bold", color=label.colour,
                dy=-(label.lines - 1) * line_height / 2,
            )
            .encode(x=alt.value(self._size.plot + 8), y=alt.value(label.y))
            for label in spread(labels, line_height, self._size.height)
        ]  # fmt: skip

    def _rows(self) -> list[int]:
        return staggered([self._pixel_x(moment) for moment in self._chart.moments], self._size.font + 4)

    def _moments(self) -> list[alt.Chart]:
        marks = []
        for number, (moment, row) in enumerate(zip(self._chart.moments, self._rows(), strict=True), start=1):
            x, top = self._pixel_x(moment), -10 - 16 * row
            rule = self._chart_of([{}]).mark_rule(color=GREY, strokeDash=[1, 3])
            marks.append(rule.encode(x=alt.value(x), y=alt.value(top + 8), y2=alt.value(self._size.height)))
            text = self._chart_of([{}]).mark_text(text=str(number), fontSize=self._size.font, color=INK)
            marks.append(text.encode(x=alt.value(x), y=alt.value(top)))
        return marks

    def _x(self) -> alt.X:
        written = [day for day in self._days if day.month == 1] if self._size.only_january else self._days
        axis = alt.Axis(
            title=None,
            values=[_moment(day) for day in written or self._days[-1:]],
            labelExpr="[utcFormat(datum.value, '%-d %b'), utcFormat(datum.value, '%Y')]",
            labelLineHeight=self._size.font + 2,
            grid=False,
            labelFlush=False,
            labelOverlap=False,
        )
        domain = [_moment(self._first), _moment(self._last)]
        return alt.X("day:T", scale=alt.Scale(type="utc", domain=domain, nice=False), axis=axis)

    def _y(self) -> alt.Y:
        axis = alt.Axis(
            title=self._chart.axis,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleX=-self._size.left + 4,
            titleY=8 - self._top(),
            titleBaseline="middle",
            titleFontWeight="normal",
            tickCount=5,
            gridColor="#e3e5e8",
            domain=False,
            ticks=False,
        )
        domain = [float(bound) for bound in self._chart.domain]
        return alt.Y("value:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=axis)

    def _pixel_x(self, day: date) -> float:
        return self._size.plot * (day - self._first).days / (self._last - self._first).days

    def _pixel_y(self, value: Decimal) -> float:
        low, high = self._chart.domain
        return float(self._size.height * (high - value) / (high - low))

    @staticmethod
    def _chart_of(records: Sequence[dict[str, Any]]) -> alt.Chart:
        return alt.Chart(alt.InlineData(values=list(records)))


def _record(point: Point) -> dict[str, Any]:
    value = None if point.value is None else float(point.value)
    return {"day": point.day.isoformat(), "value": value, "provisional": point.provisional}


def _moment(day: date) -> dict[str, int | bool]:
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}
