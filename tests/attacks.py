"""The attempts that docs/security/attacks.md lists, each with the refusal that it expects."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from gi_monitor import settings

SUCCEEDS = "succeeds"
"""The refusal of a control: somebody who has the right does the same."""
_DOCUMENT = settings.PROJECT / "docs" / "security" / "attacks.md"
_ROW = re.compile(r"\| (\d+|–) \| `([^`]+)` \| ([^|]+) \| `([^`]+)` \| ([^|]+) \|")


@dataclass(frozen=True)
class Attempt:
    """One row of a table; ``number`` is – for a control."""

    number: str
    who: str
    what: str
    how: str
    refusal: str

    def __str__(self) -> str:
        return f"{self.number}: {self.who} tries to {self.what}: {self.how}"


def listed(surface: str) -> list[Attempt]:
    """Return the attempts on a surface, by the heading of its section, in the order of the document."""
    lines = _DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {surface}\n")[2].partition("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    return [Attempt(*_cells(row)) for row in rows]


def surprises(attempts: Collection[Attempt], answer: Callable[[Attempt], str]) -> dict[str, str]:
    """Make each attempt, and return by attempt what was expected and what came where the two differ."""
    found = {attempt: answer(attempt) for attempt in attempts}
    return {
        str(attempt): f"expected {attempt.refusal}, got {came}"
        for attempt, came in found.items()
        if came != attempt.refusal
    }


def _cells(row: str) -> tuple[str, ...]:
    match = _ROW.fullmatch(row)
    assert match, f"{_DOCUMENT.name} has a row that is no attempt: {row}"
    return match.groups()
