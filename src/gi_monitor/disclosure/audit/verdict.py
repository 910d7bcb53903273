"""When a suppressed cell is safe (spec 3.2): the outsider and every insider must be left in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gi_monitor.disclosure.audit.attack import Attacker, attackers, intervals
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.problem import CEILING, Problem, Range, Relation, clip, hull


@dataclass(frozen=True)
class Leak:
    """A suppressed cell of which an attacker learns too much: its interval is narrower than it has to be."""

    cell: str
    attacker: Attacker
    interval: Range


def leaks(problem: Problem, attacker: Attacker, found: Mapping[str, Range]) -> list[Leak]:
    """The intervals of one attacker that do not pass, in the order of the problem."""
    return [
        Leak(name, attacker, interval)
        for name, interval in found.items()
        if interval.high - interval.low < attacker.width(problem, name) and not _told(problem, attacker, name)
    ]


def find_leaks(problem: Problem, evidence: Evidence, among: Iterable[str] | None = None) -> list[Leak]:
    """What does not pass for the outsider and for each insider, of all suppressed cells or those ``among`` these."""
    among = None if among is None else list(among)
    return [
        leak
        for attacker in attackers(problem)
        for leak in leaks(problem, attacker, intervals(problem, attacker, evidence, among, exact=False))
    ]


def _told(problem: Problem, attacker: Attacker, name: str) -> bool:
    """Whether an insider is told the rest of a cell by its status and his own share alone.

    So it is when he has all 4 of a cell that is 1-4, or when every other institution's part is shown to be 0.
    """
    return attacker.institution is not None and any(
        _rest_is_told(problem, attacker, relation) for relation in problem.relations if relation.terms[0] == (name, 1)
    )


def _rest_is_told(problem: Problem, attacker: Attacker, relation: Relation) -> bool:
    (whole, _), *parts = relation.terms
    own = [name for name, factor in parts if factor == -1 and attacker.owns(problem, name)]
    if not own or relation.low != relation.high:
        return False
    others = [hull(problem.cells[name].known) for name, _ in parts if name not in own]
    if all(other == (0, 0) for other in others):
        return True
    share = sum(problem.cells[name].exact for name in own)
    least = 0 if all(other.low >= 0 for other in others) else -CEILING
    rest = clip(tuple(Range(a - share, b - share) for a, b in problem.cells[whole].known), least, CEILING)
    return hull(rest).low == hull(rest).high
