"""The reviewer's page of a candidate, in tree ``review``: its verdicts, what differs, what the audit found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gi_monitor.disclosure.observation import NATIONAL, Observation
from gi_monitor.disclosure.protection import Release
from gi_monitor.gates import suites
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.differences import Comparison
from gi_monitor.release.pages import language, rendering
from gi_monitor.release.pages.blocks import Link, Section, Table
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.language import Language

_MOST_SHOWN = 500
_FILES = ("disclosure.md", "disclosure.csv", "observations.csv")


def write(
    folder: Path,
    verdicts: Sequence[Mapping[str, Any]],
    released: Release,
    comparison: Comparison | None,
    edition: Edition,
    indicators: Indicators,
) -> None:
    """Write ``index.html`` into the tree, in English as all that is for operators and reviewers.

    ``comparison`` is None before the first release.
    """
    say = language.load("en")
    for name in (rendering.STYLE, rendering.ICON):
        files.write_text(folder / name, rendering.beside(name))
    sections = [
        _verdicts(say, verdicts),
        _differences(say, comparison),
        _audit(say, released, indicators),
        _beside(say),
    ]
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


def _differences(say: Language, comparison: Comparison | None) -> Section:
    """What differs from what is out: how much by cause, and each national figure, those without a cause first."""
    if comparison is None:
        return Section("differences", say("review.differences.first"))
    found = sorted(comparison.differences, key=lambda each: (each.cause is not None, each.key.period))
    national = [each for each in found if each.key.institution == NATIONAL]
    counted = Counter((each.cause, each.key.institution == NATIONAL) for each in found)
    causes = [
        [_cause(say, cause), str(counted[cause, True]), str(counted[cause, False])]
        for cause in dict.fromkeys(each.cause for each in found)
    ]
    header = [say(f"review.differences.{name}") for name in ("cause", "national", "institutions")]
    tables = [Table(say("review.differences.by_cause"), header, causes)]
    header = [say(f"review.differences.{name}") for name in ("figure", "old", "new", "cause")]
    rows = [
        [" ".join(each.key), _shown(say, each.old), _shown(say, each.new), _cause(say, each.cause)]
        for each in national[:_MOST_SHOWN]
    ]
    tables.append(Table(say("review.differences.caption", shown=len(rows), number=len(national)), header, rows))
    cells = [*comparison.lost, *comparison.gained]
    said = [say("review.differences.cells", cells=", ".join(" ".join(cell) for cell in cells))] if cells else []
    title = say("review.differences.title", number=len(found), unexplained=sum(each.cause is None for each in found))
    return Section("differences", title, paragraphs=said, tables=tables if found else [])


def _cause(say: Language, cause: str | None) -> str:
    return say(f"review.causes.{cause or 'none'}")


def _shown(say: Language, row: Observation | None) -> str:
    if row is None:
        return say("review.differences.absent")
    return say(f"no_value.{row.status}") if row.value is None else say.number(row.value)


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
