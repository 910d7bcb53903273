"""The reviewer's page of a candidate, in tree ``review``: its verdicts, and what the disclosure audit found (3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gi_monitor.disclosure.protection import Release
from gi_monitor.gates import suites
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.pages import language, rendering
from gi_monitor.release.pages.blocks import Link, Section, Table
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.language import Language

_FILES = ("disclosure.md", "disclosure.csv", "observations.csv")


def write(
    folder: Path, verdicts: Sequence[Mapping[str, Any]], released: Release, edition: Edition, indicators: Indicators
) -> None:
    """Write ``index.html`` into the tree, in English as all that is for operators and reviewers."""
    say = language.load("en")
    for name in (rendering.STYLE, rendering.ICON):
        files.write_text(folder / name, rendering.beside(name))
    sections = [_verdicts(say, verdicts), _audit(say, released, indicators), _beside(say)]
    html = rendering.render(
        "review.html.j2", say, edition, rendering.Drawings(say.locale), sections=sections, sizes=()
    )  # fmt: skip
    files.write_text(folder / "index.html", html)


def _verdicts(say: Language, verdicts: Sequence[Mapping[str, Any]]) -> Section:
    """Every promise with its limit and verdict: what did not pass first."""
    counted = Counter(row["verdict"] for row in verdicts)
    words = "broken" if counted["FAIL"] or counted["NOT_RUN"] else "waived" if counted["WAIVED"] else "passed"
    numbers = {
        "number": len(verdicts), "failed": counted["FAIL"], "unrun": counted["NOT_RUN"], "waived": counted["WAIVED"],
    }  # fmt: skip
    title = say(f"review.verdicts.{words}", **numbers)
    rows = [
        [
            _sentence(row["suite"], row["expectation"]),
            say(f"review.severity.{row['severity']}"),
            row["limit"],
            say(f"review.verdict.{row['verdict']}"),
        ]
        for row in sorted(verdicts, key=lambda row: row["verdict"] == "PASS")
    ]
    header = [say(f"review.verdicts.{name}") for name in ("check", "weight", "limit", "outcome")]
    return Section("verdicts", title, tables=[Table(say("review.verdicts.caption"), header, rows)])


def _sentence(suite: str, expectation: str) -> str:
    """What was promised, in the words of its suite."""
    promises = {each.id: each.sentence for each in suites.load(suite).expectations}
    return promises.get(expectation, expectation)


def _audit(say: Language, released: Release, indicators: Indicators) -> Section:
    known = ", ".join(released.earlier) or say("review.audit.none")
    said = [say("review.audit.earlier", editions=known)]
    if released.audit is not None:
        said.append(say("review.audit.leaks", number=len(released.audit.leaks)))
    rows = []
    for code, indicator in indicators.indicators.items():
        of_it: Counter[str] = Counter(row.status for row in released.published if row.indicator == code)
        suppressed = [of_it[status] for status in ("suppressed_primary", "suppressed_secondary", "suppressed_small_n")]
        rows.append([f"{code} {say.of(indicator, 'name')}", *map(str, (sum(of_it.values()), *suppressed))])
    statuses = indicators.vocabulary.statuses
    header = [
        say("table.indicator"),
        say("review.audit.figures"),
        *(say.capital(say.of(meaning)) for code, meaning in statuses.items() if code.startswith("suppressed_")),
    ]
    table = Table(say("review.audit.caption"), header, rows)
    title = say("review.audit.title", verdict=say(f"review.verdict.{released.verdict}"))
    return Section("audit", title, paragraphs=said, tables=[table])


def _beside(say: Language) -> Section:
    links = [Link(name, name, say(f"review.files.{name}")) for name in _FILES]
    pages = [Link("../public/index.html", say("review.pages")), Link("../public/verdicts.json", "verdicts.json")]
    return Section("beside", say("review.beside"), links=[*links, *pages])
