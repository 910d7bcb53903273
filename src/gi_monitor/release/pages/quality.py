"""What stands behind the figures: who delivered, what is not published and why, what is still provisional."""

from __future__ import annotations

from collections import Counter

from gi_monitor.release.pages.blocks import Link, Section, Table
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.exhibits import Exhibits
from gi_monitor.release.pages.language import Language

_REPORTS = ("quality.html", "verdicts.json", "disclosure.json", "revisions.csv", "manifest.json")


def sections(exhibits: Exhibits, edition: Edition) -> list[Section]:
    """What the page shows."""
    say, known = exhibits.say, exhibits.say.texts["files"]
    return [
        _deliveries(say, edition),
        _coverage(exhibits),
        _statuses(exhibits),
        Section("rules", say("quality.rules.title"), paragraphs=_rules(exhibits)),
        Section(
            "reports",
            say("quality.reports.title"),
            links=[Link(f"{say.root}{name}", known[name]) for name in _REPORTS if name in edition.files],
        ),
    ]


def _deliveries(say: Language, edition: Edition) -> Section:
    said = {True: say("quality.delivered.yes"), False: say("quality.delivered.no")}
    rows = [[institution.name, said[institution.delivered]] for institution in edition.institutions]
    month = say.month(edition.release.reference_month)
    header = [say("table.institution"), say.capital(month)]
    counted = {"number": sum(each.delivered for each in edition.institutions), "of": len(edition.institutions)}
    finding = say("quality.delivered.finding", month=month, **counted)
    return Section("deliveries", finding, tables=[Table(say("quality.delivered.caption", month=month), header, rows)])


def _coverage(exhibits: Exhibits) -> Section:
    """Per indicator how many institutions are behind its figures of this release."""
    say, telling = exhibits.say, exhibits.telling
    rows = []
    for indicator in telling.indicators.indicators.values():
        of_it = [row for row in telling.figures.all_now() if row.indicator == indicator.id]
        behind = sorted({(row.gi_reported, row.gi_expected) for row in of_it})
        told = ", ".join(say("coverage", reported=reported, expected=expected) for reported, expected in behind)
        rows.append([say.of(indicator, "name"), told])
    header = [say("table.indicator"), say("table.institutions")]
    return Section(
        "coverage",
        say("quality.coverage.title"),
        paragraphs=say.all("quality.coverage.text"),
        tables=[Table(say("quality.coverage.caption"), header, rows)],
    )


def _statuses(exhibits: Exhibits) -> Section:
    """How many figures of this release have which status, and what it means."""
    say, telling = exhibits.say, exhibits.telling
    counted: Counter[str] = Counter(row.status for row in telling.figures.all_now())
    rows = [
        [f"{say.capital(say.of(status))}: {say.of(status, 'meaning')}", say.number(counted[code])]
        for code, status in telling.indicators.vocabulary.statuses.items()
    ]
    header = [say("table.status"), say("table.figures")]
    table = Table(say("quality.statuses.caption"), header, rows)
    return Section("statuses", say("quality.statuses.title"), tables=[table])


def _rules(exhibits: Exhibits) -> list[str]:
    rules = exhibits.telling.indicators.disclosure
    return [
        text.format(base=rules.rounding_base, below=rules.suppress_below, version=rules.version)
        for text in exhibits.say.all("quality.rules.text")
    ]
