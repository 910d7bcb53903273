"""The audit and its remedy in one: suppress until no attacker learns too much, then show again what can be shown."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from gi_monitor.disclosure.audit import blocks, bounds
from gi_monitor.disclosure.audit.attack import OUTSIDER, Attacker, attackers, intervals
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.independence import independent
from gi_monitor.disclosure.audit.problem import Change, Problem, Range, Status
from gi_monitor.disclosure.audit.suppression import cheapest
from gi_monitor.disclosure.audit.verdict import Leak, find_leaks, leaks

_WORTH_TELLING = 500
_AT_ONCE = 2
"""Threads: the solver, half of the work, runs outside Python's lock; a third would only wait for that."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Protected:
    """A problem after secondary suppression, with what every attacker can still compute.

    ``intervals``: of the outsider all values that fit; of an institution at least those that it must be left with.
    ``secondary``: the cells that were given this status, each with its cost. ``leaks``: what no suppression mends;
    the audit passes when there is none.
    """

    problem: Problem
    intervals: Mapping[Attacker, Mapping[str, Range]]
    secondary: Mapping[str, int]
    leaks: tuple[Leak, ...]

    @property
    def passes(self) -> bool:
        """Whether every suppressed cell is safe from every attacker."""
        return not self.leaks

    @property
    def information_lost(self) -> int:
        """The cost of all secondary suppressions together."""
        return sum(self.secondary.values())

    def closest(self, cell: str) -> tuple[Attacker, Range] | None:
        """The institution for which least is shown to remain of a suppressed cell that is not its own, and what."""
        found = [(attacker, seen[cell]) for attacker, seen in self.intervals.items()
                 if attacker.institution and cell in seen]  # fmt: skip
        return min(found, key=lambda one: (one[1].high - one[1].low, one[0].institution), default=None)


@dataclass(frozen=True)
class Remedy:
    """A problem in which nothing leaks that suppression can mend, and the feasible tables that were found on the way.

    ``secondary``: the cells that were given this status for it, each with its cost.
    """

    problem: Problem
    secondary: Mapping[str, int]
    changes: Sequence[Change]


def protect(problem: Problem) -> Protected:
    """Audit a problem, suppress the cheapest further cells where it fails, and audit the result exactly."""
    return measure(suppress(problem))


def suppress(problem: Problem, changes: Sequence[Change] = ()) -> Remedy:
    """Suppress the cheapest further cells where the audit fails; ``changes`` may be feasible tables found before."""

    def mend(part: Problem) -> _Work:
        _tell(part, "what leaks")
        work = _Work(part, changes)
        work.suppress()
        work.show_again()
        return work

    secondary, found = dict[str, int](), list[Change]()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for work in threads.map(mend, independent(problem)):
            secondary |= {name: work.given.cells[name].cost or 0 for name in work.reasons}
            found += work.evidence.changes
    return Remedy(problem.with_status("secondary", secondary), secondary, found)


def measure(remedy: Remedy) -> Protected:
    """The exact interval of every suppressed cell for the outsider, and what leaks all the same.

    Of the interval of an insider only as much is looked for as he must be left with.
    """

    found: dict[Attacker, dict[str, Range]] = {}
    leaking = list[Leak]()
    parts = [(part, Evidence(part, remedy.changes)) for part in independent(remedy.problem)]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for attacker in attackers(remedy.problem):
            _log.info("audit: as seen by %s", attacker.institution or "an outsider")
            found[attacker] = {}
            for (part, _), answer in zip(parts, threads.map(partial(_seen_by, attacker), parts), strict=True):
                found[attacker] |= answer
                leaking += leaks(part, attacker, answer)
    return Protected(remedy.problem, found, remedy.secondary, tuple(leaking))


def _seen_by(attacker: Attacker, known: tuple[Problem, Evidence]) -> dict[str, Range]:
    part, evidence = known
    return intervals(part, attacker, evidence, exact=attacker == OUTSIDER)


def _tell(part: Problem, what: str) -> None:
    if len(part.cells) > _WORTH_TELLING:
        _log.info("audit: %s figures that depend on each other, %s", len(part.cells), what)


class _Work:
    """The problem as it stands, the tables found so far, and the leak for which each secondary cell was taken."""

    def __init__(self, problem: Problem, changes: Iterable[Change]) -> None:
        self.given = self.problem = problem
        self.evidence = Evidence(problem, changes)
        self.reasons: dict[str, Leak] = {}
        self.unmended: set[tuple[str, Attacker]] = set()

    def suppress(self) -> None:
        """Close one leak after the other; what is suppressed on the way must be safe as well."""
        waiting = find_leaks(self.problem, self.evidence)
        while waiting:
            leak = waiting.pop(0)
            if not self._leaks(leak):
                continue
            chosen = cheapest(self.problem, leak)
            if not chosen:
                self.unmended.add((leak.cell, leak.attacker))
                continue
            self._change("secondary", chosen)
            self.reasons |= dict.fromkeys(chosen, leak)
            waiting += [leak, *find_leaks(self.problem, self.evidence, chosen)]

    def show_again(self) -> None:
        """Give back the status of what need not be secondary after all, the most costly first, until all is needed."""
        left = list(self.reasons)
        while left:
            name = max(left, key=lambda name: (self.problem.cells[name].cost or 0, name))
            left.remove(name)
            if self._can_be_shown(name):
                del self.reasons[name]
                left = list(self.reasons)

    def _can_be_shown(self, name: str) -> bool:
        before, evidence, near = self.problem, self.evidence, _dependent(self.problem, name)
        self._change(self.given.cells[name].status, [name])
        if self._leaks(self.reasons[name]) or self._new_leaks(near):
            self.problem, self.evidence = before, evidence
            return False
        return True

    def _new_leaks(self, among: list[str]) -> bool:
        found = {(leak.cell, leak.attacker) for leak in find_leaks(self.problem, self.evidence, among)}
        return not found <= self.unmended

    def _change(self, status: Status, names: Sequence[str]) -> None:
        self.problem = self.problem.with_status(status, names)
        self.evidence = self.evidence.after(self.problem, names)

    def _leaks(self, leak: Leak) -> bool:
        found = intervals(self.problem, leak.attacker, self.evidence, [leak.cell], exact=False)
        return bool(leaks(self.problem, leak.attacker, found))


def _dependent(problem: Problem, name: str) -> list[str]:
    """The cells that an attacker's knowledge of this one bears on."""
    domains = bounds.tighten(OUTSIDER.knows(problem), problem.relations)
    block = next(blocks.split(domains, problem.relations, [name]), None)
    return list(block.domains) if block else [name]
