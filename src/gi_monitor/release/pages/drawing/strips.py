"""Where one institution lies among all: a strip of points per figure, its own one large, the nation's as a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from gi_monitor.release.pages.drawing.axis import around
from gi_monitor.release.pages.drawing.canvas import BLUE, GREY, PURPLE, Drawing, Size, layer, letters, pixels

_STRIP, _GAP, _EDGE = 34, 12, 10


@dataclass(frozen=True)
class Strip:
    """One figure: its name with what it is here and in the nation, and the values to draw."""

    label: str
    own: Decimal
    others: Sequence[Decimal]
    national: Decimal | None


@dataclass(frozen=True)
class StripChart:
    """Strips, each with a scale of its own."""

    key: str
    title: str
    description: str
    strips: Sequence[Strip]

    def drawing(self, size: Size) -> Drawing:
        """Its marks in one size."""
        width = size.width - 2 * _EDGE
        names: list[dict[str, Any]] = []
        layers: list[alt.Chart] = []
        y = 0.0
        for strip in self.strips:
            for line in size.wrapped(strip.label, width):
                names.append({"x": 0, "y": y + size.line_height / 2, "text": line})
                y += size.line_height
            layers += _strip(strip, width, y + _STRIP / 2)
            y += _STRIP + _GAP
        padding = {"left": _EDGE, "right": _EDGE, "top": 2, "bottom": 2}
        return Drawing([letters(names, size, "normal"), *layers], width, int(y), padding)


def _strip(strip: Strip, width: int, middle: float) -> list[alt.Chart]:
    nation = [] if strip.national is None else [strip.national]
    low, high = around([strip.own, *strip.others, *nation])

    def x(value: Decimal) -> float:
        return round(float(width * (value - low) / (high - low)), 1)

    place = pixels(x="x", y="y")
    others = layer([{"x": x(value), "y": middle} for value in strip.others])
    national = layer([{"x": x(value), "y": middle - 12, "y2": middle + 12} for value in nation])
    return [
        layer([{"x": 0, "x2": width, "y": middle}]).mark_rule(color=GREY).encode(**pixels(x="x", x2="x2", y="y")),
        others.mark_point(color=GREY, fill="white", size=60, strokeWidth=1.5, opacity=1).encode(**place),
        national.mark_rule(color=PURPLE, strokeWidth=3, strokeDash=[4, 2]).encode(**pixels(x="x", y="y", y2="y2")),
        layer([{"x": x(strip.own), "y": middle}])
        .mark_point(color=BLUE, fill=BLUE, size=170, opacity=1)
        .encode(**place),
    ]
