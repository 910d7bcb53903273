"""Figures by category: bars from zero, each under its name, with its number behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gi_monitor.release.pages.drawing.canvas import BLUE, Drawing, Size, layer, letters, pixels

_BAR, _GAP, _EDGE = 16, 12, 4
_NUMBER = 110
"""The room for the number behind the longest bar."""


@dataclass(frozen=True)
class Bar:
    """One category; without a value there is no bar, and ``text`` says why."""

    label: str
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class BarChart:
    """Bars in the order given."""

    key: str
    title: str
    description: str
    bars: Sequence[Bar]

    def drawing(self, size: Size) -> Drawing:
        """Its marks in one size."""
        width = size.width - 2 * _EDGE
        longest = max((bar.value for bar in self.bars if bar.value is not None), default=Decimal(0)) or Decimal(1)
        names: list[dict[str, Any]] = []
        numbers: list[dict[str, Any]] = []
        bars: list[dict[str, Any]] = []
        y = 0
        for bar in self.bars:
            for line in size.wrapped(bar.label, width):
                names.append({"x": 0, "y": y + size.line_height / 2, "text": line})
                y += size.line_height
            end = round(float((width - _NUMBER) * (bar.value or 0) / longest), 1)
            bars.append({"begin": 0, "end": end, "top": y + 1, "bottom": y + 1 + _BAR})
            numbers.append({"x": end + 6 * (end > 0), "y": y + 2 + _BAR / 2, "text": bar.text})
            y += _BAR + _GAP
        layers = [
            layer(bars).mark_rect(color=BLUE).encode(**pixels(x="begin", x2="end", y="top", y2="bottom")),
            letters(names, size, "normal"),
            letters(numbers, size, "bold"),
        ]
        return Drawing(layers, width, y, {"left": _EDGE, "right": _EDGE, "top": 2, "bottom": 2})
