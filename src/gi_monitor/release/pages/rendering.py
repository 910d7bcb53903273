"""From pages to HTML: one frame, one template for all sections, each chart drawn in the sizes asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gi_monitor import indicators
from gi_monitor.release.pages import about
from gi_monitor.release.pages.drawing.canvas import Chart, Locale, Size, draw
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.language import Language

_HERE = Path(__file__).parent
STYLE, ICON = "style.css", "icon.svg"


class Drawings:
    """The charts of one language, each drawn once per size."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self._drawn: dict[tuple[str, str], Markup] = {}

    def __call__(self, chart: Chart, sizes: Sequence[Size]) -> Markup:
        """The chart as inline SVG in each of the sizes."""
        return Markup("\n").join(self._one(chart, size) for size in sizes)

    def _one(self, chart: Chart, size: Size) -> Markup:
        place = (chart.key, size.name)
        if place not in self._drawn:
            self._drawn[place] = Markup(draw(chart, size, self._locale))
        return self._drawn[place]


def render(template: str, say: Language, edition: Edition, drawn: Drawings, **content: object) -> str:
    """One of the templates in one language."""
    names = {code: say.of(indicator, "name") for code, indicator in indicators.load().indicators.items()}
    return (
        _environment()
        .get_template(template)
        .render(say=say, edition=edition, drawn=drawn, names=names, download=about.download, **content)
    )


def beside(name: str) -> str:
    """A file that lies beside the pages as it is: the style sheet or the icon."""
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
