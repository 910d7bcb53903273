"""The page as HTML and its style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gi_monitor.disclosure.observation import Observation
from gi_monitor.publication_rules import DisclosureRules
from gi_monitor.release.page.charts import SIZES, Chart, draw
from gi_monitor.release.page.figures import Figures
from gi_monitor.release.page.findings import Findings
from gi_monitor.release.page.story import Story
from gi_monitor.release.page.wording import day

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Edition:
    """Which release the page is about. ``baseline`` is the reference date of the baseline."""

    release_id: str
    version: str
    publication_date: date
    baseline: date
    synthetic: bool
    policy_moments: Sequence[tuple[date, str]]


def page(published: Iterable[Observation], edition: Edition, rules: DisclosureRules) -> dict[str, str]:
    """``index.html`` and ``style.css`` by name; every figure in them is one of ``published``."""
    figures = Figures(published)
    findings = Findings(figures, rules, edition.baseline)
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    html = environment.get_template("index.html.j2").render(
        edition=edition,
        stand=day(figures.day(figures.now)),
        published=day(edition.publication_date),
        compared_with=findings.compared_with(),
        headlines=findings.headlines(),
        exhibits=Story(figures, findings).exhibits(edition.policy_moments),
        drawn=_drawn,
        rules=rules,
    )
    return {"index.html": html, "style.css": (_HERE / "style.css").read_text(encoding="utf-8")}


def _drawn(chart: Chart) -> Markup:
    return Markup("\n").join(Markup(draw(chart, size)) for size in SIZES)
