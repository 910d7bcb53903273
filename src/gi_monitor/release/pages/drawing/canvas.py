"""What all charts share: colours, sizes, and the way from Altair's layers to SVG whose bytes are repeatable."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, Protocol

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

BLUE, TEAL, PURPLE, ORANGE, GREY, INK = "#12436D", "#28A197", "#801650", "#F46A25", "#6b7178", "#1d1d1d"
"""The palette of spec 3.4: each 3:1 or more on white, and told apart by those who see no colour by their labels."""
GRID = "#e3e5e8"
_DARK_TEXT = {TEAL: "#1b6f68", ORANGE: "#b3440f"}
_LETTER_WIDTH = 0.7
"""The width of a letter of DejaVu Sans Bold by its height: few fonts are wider, so labels fit on most machines."""
_NOT_OURS = re.compile(r' (?:role|aria-[a-z]+|xmlns:xlink|pointer-events)="[^"]*"')
Padding = Mapping[str, int]
Locale = Literal["nl-NL", "en-GB"]
"""How days and numbers on axes are written."""


def text_colour(colour: str) -> str:
    """The colour for letters beside a mark: dark enough for 4.5:1 on white."""
    return _DARK_TEXT.get(colour, colour)


@dataclass(frozen=True)
class Size:
    """The measures of a drawing in pixels: its width, the height of a plot, the room for direct labels, the letters.

    ``only_january`` leaves the other days of a time axis unlabelled.
    """

    name: str
    width: int
    height: int
    labels: int
    font: int
    only_january: bool

    @property
    def line_height(self) -> int:
        """From one line of text to the next."""
        return self.font + 3

    def wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines that fit in ``width`` pixels."""
        return textwrap.wrap(text, max(1, int(width / (self.font * _LETTER_WIDTH)))) or [""]


WIDE = Size("wide", width=736, height=240, labels=184, font=13, only_january=False)
NARROW = Size("narrow", width=300, height=200, labels=96, font=11, only_january=True)
SIZES = (WIDE, NARROW)


class Chart(Protocol):
    """One chart: its name, what it says to who sees it and to who does not, and its layers in some size."""

    @property
    def key(self) -> str:
        """Its name, of which its ids are made."""

    @property
    def title(self) -> str:
        """The finding."""

    @property
    def description(self) -> str:
        """What is drawn."""

    def drawing(self, size: Size) -> Drawing:
        """Its marks in one size."""


@dataclass(frozen=True)
class Drawing:
    """Layers in the pixels of a plot, and the room around it."""

    layers: Sequence[alt.Chart]
    width: int
    height: int
    padding: Padding


def draw(chart: Chart, size: Size, locale: Locale) -> str:
    """The chart as inline SVG with title and description; its ids are its own."""
    with debug_mode(False):  # Altair's validation of every part takes five times as long as the drawing.
        specification = _specification(chart.drawing(size), size)
    svg = vl_convert.vegalite_to_svg(specification, format_locale=locale, time_format_locale=locale)
    identity = f"{chart.key}-{size.name}"
    root, _, drawn = _NOT_OURS.sub("", svg).replace(' class="marks"', "").partition(">")
    return (
        f'{root} class="{size.name}" role="img" aria-labelledby="{identity}-title {identity}-desc">'
        f'<title id="{identity}-title">{escape(chart.title)}</title>'
        f'<desc id="{identity}-desc">{escape(chart.description)}</desc>{drawn}'
    )


def layer(records: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A layer with one mark per record."""
    return alt.Chart(alt.InlineData(values=[dict(record) for record in records]))


def letters(records: Sequence[Mapping[str, Any]], size: Size, weight: Literal["normal", "bold"]) -> alt.Chart:
    """Texts from their left edge, each in its field ``text``, at ``x`` and ``y`` in pixels."""
    texts = layer(records).mark_text(align="left", baseline="middle", fontSize=size.font, color=INK, fontWeight=weight)
    made: alt.Chart = texts.encode(text=alt.Text(field="text", type="nominal"), **pixels(x="x", y="y"))
    return made


def pixels(**fields: str) -> dict[str, Any]:
    """Channels whose fields are in pixels already: ``pixels(x="x", y="y")``."""
    makers: dict[str, Any] = {"x": alt.X, "y": alt.Y, "x2": alt.X2, "y2": alt.Y2}
    return {
        channel: makers[channel](field=field)
        if channel.endswith("2")
        else makers[channel](field=field, type="quantitative", scale=None, axis=None)
        for channel, field in fields.items()
    }


def _specification(drawing: Drawing, size: Size) -> dict[str, Any]:
    specification: dict[str, Any] = (
        alt.layer(*drawing.layers)
        .properties(
            width=drawing.width,
            height=drawing.height,
            autosize=alt.AutoSizeParams(type="none"),
            padding=dict(drawing.padding),
            background="transparent",
        )
        .configure(font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=size.font, titleFontSize=size.font, labelColor=INK, titleColor=INK)
        .to_dict(validate=False)
    )
    return specification
