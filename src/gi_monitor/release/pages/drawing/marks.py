"""Where direct labels and numbers of moments go so that they do not lie over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Label:
    """A direct label of a line: its text (lines apart by a line break), colour, and the pixel it belongs to."""

    text: str
    colour: str
    y: float

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return self.text.count("\n") + 1


def spread(labels: Sequence[Label], line_height: float, bottom: float) -> list[Label]:
    """The labels from top to bottom, moved apart as little as keeps them from overlapping and above ``bottom``."""
    placed = sorted(labels, key=lambda label: label.y)
    ys = [label.y for label in placed]
    gaps = [line_height * (a.lines + b.lines) / 2 for a, b in pairwise(placed)]
    for index, gap in enumerate(gaps):
        ys[index + 1] = max(ys[index + 1], ys[index] + gap)
    if ys:
        ys[-1] = min(ys[-1], bottom - line_height * (placed[-1].lines - 1) / 2)
    for index in reversed(range(len(gaps))):
        ys[index] = min(ys[index], ys[index + 1] - gaps[index])
    return [Label(label.text, label.colour, y) for label, y in zip(placed, ys, strict=True)]


def staggered(xs: Sequence[float], width: float) -> list[int]:
    """For each of the rising positions the row (0, 1, …) on which a mark of ``width`` lies free of those before it."""
    ends: list[float] = []
    rows = []
    for x in xs:
        row = next((row for row, end in enumerate(ends) if end <= x - width / 2), len(ends))
        ends[row:] = [x + width / 2, *ends[row + 1 :]]
        rows.append(row)
    return rows
