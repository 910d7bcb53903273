"""What a reviewer reads of an audit. It tells what is feasible of suppressed cells: never publish it."""

from __future__ import annotations

from collections.abc import Iterator

from gi_monitor.disclosure.audit.attack import OUTSIDER
from gi_monitor.disclosure.audit.problem import Range
from gi_monitor.disclosure.audit.protect import Protected


def markdown(title: str, protected: Protected, rules_version: str) -> str:
    """The audit as a page: the verdict, what it cost, and every suppressed cell with its intervals."""
    return "\n".join([*_head(title, protected, rules_version), *_cells(protected), *_leaks(protected), ""])


def _head(title: str, protected: Protected, rules_version: str) -> Iterator[str]:
    published = [cell for cell in protected.problem.cells.values() if cell.status != "unpublished"]
    suppressed = sum(cell.suppressed for cell in published)
    yield f"# Disclosure audit of {title}"
    yield ""
    yield "For the reviewer alone: the intervals below tell more than may be published."
    yield ""
    yield f"- Verdict: **{'passes' if protected.passes else 'FAILS'}** (rules {rules_version})"
    yield f"- Suppressed: {suppressed} of {len(published)} cells ({suppressed / len(published):.0%}), of which"
    yield f"  {len(protected.secondary)} secondary; information lost by those: {protected.information_lost}"
    yield f"- Attackers: an outsider and {len(protected.intervals) - 1} institutions"


def _cells(protected: Protected) -> Iterator[str]:
    outside = protected.intervals[OUTSIDER]
    if not outside:
        return
    yield from (
        "",
        "| cell | status | outsider | closest institution | its interval | cost |",
        "|---|---|---|---|---|---|",
    )
    for name, interval in outside.items():
        closest = protected.closest(name)
        inside = (closest[0].institution or "", _text(closest[1])) if closest else ("", "")
        cost = protected.secondary.get(name, "")
        status = protected.problem.cells[name].status
        yield f"| {name} | {status} | {_text(interval)} | {inside[0]} | {inside[1]} | {cost} |"


def _leaks(protected: Protected) -> Iterator[str]:
    if not protected.leaks:
        return
    yield from ("", "## What no suppression mends", "")
    for leak in protected.leaks:
        who = leak.attacker.institution or "an outsider"
        yield f"- {leak.cell}: {who} narrows it to {_text(leak.interval)}"


def _text(interval: Range) -> str:
    return f"{interval.low} - {interval.high}"
