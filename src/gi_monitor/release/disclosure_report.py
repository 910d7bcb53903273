"""What is said of disclosure control: ``disclosure.json`` for everybody, tree ``review`` for the reviewer alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from gi_monitor.disclosure import audience
from gi_monitor.disclosure.audit.attack import OUTSIDER
from gi_monitor.disclosure.audit.problem import Range
from gi_monitor.disclosure.audit.protect import Protected
from gi_monitor.disclosure.observation import Observation, Status
from gi_monitor.disclosure.protection import Release
from gi_monitor.disclosure.rounding import to_decimals
from gi_monitor.indicators import Indicators
from gi_monitor.release import files
from gi_monitor.release.formats import observations
from gi_monitor.release.formats.about import About

_SUPPRESSED = [status for status in get_args(Status) if status.startswith("suppressed_")]
_COLUMNS = (
    "edition", "period", "institution", "indicator", "component", "breakdown", "category", "number", "status", "exact",
    "outsider_lowest", "outsider_highest", "closest_institution", "closest_lowest", "closest_highest",
    "information_lost", "verdict",
)  # fmt: skip


def write_public(folder: Path, release: Release, definitions: Indicators, about: About) -> None:
    """``disclosure.json``: the rules, what the audit reckoned with and found, and how much is suppressed."""
    seen = {"public": audience.public(release.published, definitions), "restricted": release.published}
    content = {
        "release": about.release_id,
        "version": about.version,
        **({"data": about.mark} if about.synthetic else {}),
        "rules": definitions.disclosure.model_dump(mode="json"),
        "audit": {"verdict": release.verdict, "earlier_releases": release.earlier},
        "figures": {name: _numbers(rows) for name, rows in seen.items()},
        "figures_by_indicator": {
            indicator: {
                name: _numbers([row for row in rows if row.indicator == indicator]) for name, rows in seen.items()
            }
            for indicator in definitions.indicators
        },
    }
    files.write_json(folder / "disclosure.json", content)


def write_review(folder: Path, release: Release, definitions: Indicators, about: About) -> None:
    """The exact observations, and of every suppressed figure what can still be computed. Nothing of it may leave."""
    # Whoever serves the trees beside it as another user cannot even read it.
    folder.mkdir(mode=0o700)
    observations.write_csv(folder / "observations.csv", release.exact)
    with (folder / "disclosure.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_suppressed(release))
    files.write_text(folder / "disclosure.md", "\n".join([*_page(release, definitions, about), ""]))


def _numbers(rows: Sequence[Observation]) -> dict[str, Any]:
    found = Counter(row.status for row in rows)
    suppressed = {status: found[status] for status in _SUPPRESSED}
    number = sum(suppressed.values())
    return {"number": len(rows), "suppressed": number, "share": round(number / max(1, len(rows)), 4), **suppressed}


def _suppressed(release: Release) -> Iterator[dict[str, Any]]:
    if release.audit is None:
        return
    leaking = {leak.cell for leak in release.audit.leaks}
    for name, interval in release.audit.intervals[OUTSIDER].items():
        cell, closest = release.audit.problem.cells[name], release.audit.closest(name)
        edition, number = release.places[name]
        inside = closest[1] if closest else None
        yield {
            "edition": edition,
            **number.key._asdict(),
            "number": number.column,
            "status": cell.status,
            "exact": _in_units(cell.exact, cell.scale),
            **_ends("outsider", interval, cell.scale),
            "closest_institution": closest[0].institution if closest else "",
            **(_ends("closest", inside, cell.scale) if inside else {}),
            "information_lost": release.secondary.get(number, "") if edition == "candidate" else "",
            "verdict": "FAIL" if name in leaking else "PASS",
        }


def _ends(who: str, interval: Range, scale: int) -> dict[str, str]:
    return {f"{who}_lowest": _in_units(interval.low, scale), f"{who}_highest": _in_units(interval.high, scale)}


def _in_units(value: int, scale: int) -> str:
    return str(value) if scale == 1 else str(to_decimals(Decimal(value) / scale, 2))


def _page(release: Release, definitions: Indicators, about: About) -> Iterator[str]:
    yield f"# Disclosure audit of {about.release_id} {about.version}"
    yield ""
    if about.synthetic:
        yield f"**{about.mark}**"
        yield ""
    yield "For the reviewer alone: nothing of this folder may leave. `observations.csv` has the exact values,"
    yield "`disclosure.csv` every suppressed figure with what can still be computed of it; how to read them stands in"
    yield "`docs/reviewers.md`."
    yield ""
    yield f"- Verdict: **{release.verdict}** (rules {definitions.disclosure.version})"
    yield f"- Earlier editions that everybody knows: {', '.join(release.earlier) or 'none'}"
    if release.audit is None:
        yield "- The audit could not run: see the log of the task that made this candidate"
        return
    yield f"- Attackers: an outsider, and each of {len(release.audit.problem.institutions)} institutions from inside"
    yield f"- Information lost by secondary suppression: {sum(release.secondary.values())}"
    yield from _shares(release, definitions)
    yield from _leaks(release.audit)


def _shares(release: Release, definitions: Indicators) -> Iterator[str]:
    yield from ("", "## Suppressed figures", "", f"| indicator | figures | {' | '.join(_SUPPRESSED)} |")
    yield f"|---|{'---|' * (1 + len(_SUPPRESSED))}"
    for indicator in definitions.indicators:
        numbers = _numbers([row for row in release.published if row.indicator == indicator])
        yield f"| {indicator} | {numbers['number']} | {' | '.join(str(numbers[status]) for status in _SUPPRESSED)} |"


def _leaks(audit: Protected) -> Iterator[str]:
    if audit.leaks:
        yield from ("", "## What no suppression mends", "")
    for leak in audit.leaks:
        scale = audit.problem.cells[leak.cell].scale
        low, high = (_in_units(value, scale) for value in leak.interval)
        yield f"- {leak.cell}: {leak.attacker.institution or 'an outsider'} narrows it to {low} - {high}"
