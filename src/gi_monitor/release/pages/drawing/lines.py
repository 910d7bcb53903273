"""Figures in time: lines with direct labels, gaps where nothing was published, moments of policy by their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import altair as alt

from gi_monitor.release.pages.drawing.axis import Domain
from gi_monitor.release.pages.drawing.canvas import GREY, GRID, INK, Drawing, Size, layer, pixels, text_colour
from gi_monitor.release.pages.drawing.marks import Label, spread, staggered

SOLID, DASHED, DOTTED = (1, 0), (7, 4), (2, 3)
LEAD = timedelta(days=80)
"""How long before its first day a chart begins."""
_LEFT, _BOTTOM = 46, 40


@dataclass(frozen=True)
class Point:
    """A value at a day; None leaves a gap in the line."""

    day: date
    value: Decimal | None
    provisional: bool = False


@dataclass(frozen=True)
class Line:
    """A line with its direct label; ``dash`` as in SVG. Only measured lines have points.

    ``apart`` are points of another source: no line, and a shape of their own.
    """

    label: str
    points: Sequence[Point]
    colour: str
    dash: tuple[int, int] = SOLID
    measured: bool = True
    apart: bool = False


@dataclass(frozen=True)
class LineChart:
    """Lines in time and the moments that are marked; ``percent`` writes the axis in percents."""

    key: str
    title: str
    description: str
    axis: str
    lines: Sequence[Line]
    domain: Domain
    moments: Sequence[date] = field(default=())
    percent: bool = False

    def drawing(self, size: Size) -> Drawing:
        """Its marks in one size."""
        return _Lines(self, size).drawing()


class _Lines:
    def __init__(self, chart: LineChart, size: Size) -> None:
        self._chart, self._size = chart, size
        self._plot = size.width - _LEFT - size.labels
        self._days = sorted({point.day for line in chart.lines if not line.apart for point in line.points})
        self._first = min([self._days[0], *(point.day for line in chart.lines for point in line.points)]) - LEAD
        self._last = self._days[-1] + timedelta(days=12)

    def drawing(self) -> Drawing:
        lines = [mark for line in self._chart.lines for mark in self._line(line)]
        padding = {"left": _LEFT, "right": self._size.labels, "top": self._top(), "bottom": _BOTTOM}
        return Drawing([*self._moments(), *lines, *self._labels()], self._plot, self._size.height, padding)

    def _top(self) -> int:
        return 30 + 16 * (max(self._rows(), default=-1) + 1)

    def _line(self, line: Line) -> list[alt.Chart]:
        records = [_record(point) for point in line.points]
        seen = [record for record in records if record["value"] is not None]
        place = {"x": self._x(), "y": self._y()}
        if not seen:
            return []
        if line.apart:
            points = layer(seen).mark_point(shape="diamond", color=line.colour, size=70, strokeWidth=2, opacity=1)
            return [points.encode(**place)]
        width = 3 if line.measured else 2
        path = layer(records).mark_line(color=line.colour, strokeWidth=width, strokeDash=list(line.dash))
        drawn = [path.encode(**place)]
        if line.measured:
            fill = alt.condition("datum.provisional", alt.value("white"), alt.value(line.colour))
            dots = layer(seen).mark_point(color=line.colour, size=45, strokeWidth=2, opacity=1, filled=False)
            drawn.append(dots.encode(fill=fill, **place))
        return drawn

    def _labels(self) -> list[alt.Chart]:
        height = self._size.line_height
        return [
            layer([{"x": self._plot + 8, "y": label.y}])
            .mark_text(
                text=label.text.split("\n"), align="left", baseline="middle", lineHeight=height,
                fontSize=self._size.font, fontWeight="bold", color=label.colour, dy=-(label.lines - 1) * height / 2,
            )
            .encode(**pixels(x="x", y="y"))
            for label in spread(self._placed(), height, self._size.height)
        ]  # fmt: skip

    def _placed(self) -> list[Label]:
        labels = []
        for line in self._chart.lines:
            known = [point.value for point in line.points if point.value is not None]
            if line.label and known:
                text = "\n".join(self._size.wrapped(line.label, self._size.labels - 10))
                labels.append(Label(text, text_colour(line.colour), self._pixel_y(known[-1])))
        return labels

    def _rows(self) -> list[int]:
        return staggered([self._pixel_x(moment) for moment in self._chart.moments], self._size.font + 4)

    def _moments(self) -> list[alt.Chart]:
        records = [
            {"x": self._pixel_x(moment), "top": -10 - 16 * row, "begin": -2 - 16 * row, "end": self._size.height,
             "number": str(number)}
            for number, (moment, row) in enumerate(zip(self._chart.moments, self._rows(), strict=True), start=1)
        ]  # fmt: skip
        if not records:
            return []
        rules = layer(records).mark_rule(color=GREY, strokeDash=[1, 3])
        numbers = layer(records).mark_text(fontSize=self._size.font, color=INK)
        return [
            rules.encode(**pixels(x="x", y="begin", y2="end")),
            numbers.encode(text=alt.Text(field="number", type="nominal"), **pixels(x="x", y="top")),
        ]

    def _x(self) -> alt.X:
        january = [day for day in self._days if day.month == 1] if self._size.only_january else self._days
        axis = alt.Axis(
            title=None,
            values=[_moment(day) for day in _thinned(january or self._days[-1:], self._plot)],
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
            titleX=-_LEFT + 4,
            titleY=8 - self._top(),
            titleBaseline="middle",
            titleFontWeight="normal",
            tickCount=5,
            gridColor=GRID,
            domain=False,
            ticks=False,
            labelExpr="format(datum.value * 100, ',') + '%'" if self._chart.percent else "datum.label",
        )
        domain = [float(bound) for bound in self._chart.domain]
        return alt.Y("value:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=axis)

    def _pixel_x(self, day: date) -> float:
        return round(self._plot * (day - self._first).days / (self._last - self._first).days, 1)

    def _pixel_y(self, value: Decimal) -> float:
        low, high = self._chart.domain
        return float(self._size.height * (high - value) / (high - low))


def _thinned(days: Sequence[date], plot: int) -> list[date]:
    """Every so many days, counted from the last, so that their labels have room."""
    step = -(-len(days) * 44 // plot)
    return list(reversed(days[::-1][::step]))


def _record(point: Point) -> dict[str, Any]:
    value = None if point.value is None else float(point.value)
    return {"day": point.day.isoformat(), "value": value, "provisional": point.provisional}


def _moment(day: date) -> dict[str, int | bool]:
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}
