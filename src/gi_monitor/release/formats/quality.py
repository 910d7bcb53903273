"""``quality.html`` and ``quality.json``: the quality report, its numbers taken from what the pipeline knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gi_monitor import documents
from gi_monitor.disclosure.observation import Observation
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.formats.about import About
from gi_monitor.release.response import Response

_HERE = Path(__file__).parent
_NO_SHARE = {"nl": "minder dan vijf rijen", "en": "fewer than five rows"}


def write(tree: Path, shown: Sequence[Observation], response: Response, known: Indicators, about: About) -> None:
    """Write both in a tree; ``shown`` are the observations that it shows."""
    facts = _facts(shown, response, known, about)
    environment = _environment()
    headings = [
        {
            "code": heading["code"],
            "title_nl": heading["title_nl"],
            "title_en": heading["title_en"],
            "text_nl": environment.from_string(heading["nl"]).render(facts),
            "text_en": environment.from_string(heading["en"]).render(facts),
        }
        for heading in yaml.safe_load((_HERE / "quality.yml").read_text(encoding="utf-8"))
    ]
    institutions = [asdict(institution) for institution in response.institutions]
    files.write_json(tree / "quality.json", {"facts": facts, "institutions": institutions, "headings": headings})
    html = environment.get_template("quality.html.j2").render(
        about=about, headings=headings, institutions=response.institutions
    )
    files.write_text(tree / "quality.html", html)


def _facts(shown: Sequence[Observation], response: Response, known: Indicators, about: About) -> dict[str, Any]:
    """What the texts tell, by name; counts of figures are about those that are shown."""
    now = [row for row in shown if row.reference_date == about.reference_date]
    revision = Counter(row.revision_status for row in shown)
    status = Counter(row.status for row in now)
    suppressed = sum(row.status.startswith("suppressed") for row in shown)
    accepted = response.last_accepted
    by_day = sorted(shown, key=lambda row: row.reference_date)
    return {
        "synthetic": about.synthetic,
        "release": about.release_id,
        "version": about.version,
        "publisher": about.catalogue.publisher.name,
        "contact": about.catalogue.contact.name,
        "email": about.catalogue.contact.email,
        "licence": about.catalogue.licence.title,
        "reference_date": about.reference_date,
        "first_period": by_day[0].period,
        "last_period": by_day[-1].period,
        "indicators": len({row.indicator for row in shown}),
        "figures": len(shown),
        "suppressed": suppressed,
        "suppressed_share": round(suppressed / len(shown), 3),
        "incomplete": status["incomplete"],
        "not_available": status["not_available"],
        **{name: revision[name] for name in known.vocabulary.revision_statuses},
        "disclosure_version": known.disclosure.version,
        "rounding_base": known.disclosure.rounding_base,
        "suppress_below": int(known.disclosure.suppress_below),
        "expected": len(response.institutions),
        "delivered": response.delivered,
        "missing": [institution.name for institution in response.institutions if not institution.delivered],
        "due": response.due,
        "last_accepted": accepted,
        "days_after_due": (accepted - response.due).days if accepted else None,
        "late": response.late,
        "months": response.months,
        "replaced": response.replaced,
        "set_aside": [asdict(file) for file in response.set_aside],
        "days_to_publication": (about.published.date() - about.reference_date).days,
    }


def _day(moment: date, language: str) -> str:
    return documents.day(moment) if language == "nl" else f"{moment.day} {moment:%B %Y}"


def _percent(share: float | None, language: str) -> str:
    if share is None:
        return _NO_SHARE[language]
    text = f"{100 * share:.1f}"
    return f"{text.replace('.', ',')}%" if language == "nl" else f"{text} %"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "percent": _percent}
    return environment
