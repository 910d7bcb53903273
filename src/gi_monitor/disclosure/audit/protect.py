"""The audit and its remedy in one: suppress until no attacker learns too much, then show again what can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gi_monitor.disclosure.audit import blocks, bounds
from gi_monitor.disclosure.audit.attack import OUTSIDER, Attacker, attackers, intervals
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.independence import independent
from gi_monitor.disclosure.audit.problem import Problem, Range
from gi_monitor.disclosure.audit.suppression import cheapest
from gi_monitor.disclosure.audit.verdict import Leak, find_leaks, leaks


@dataclass(frozen=True)
class Protected:
    """A problem after secondary suppression, with what every attacker can still compute.

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
        """The institution that comes closest to a suppressed cell that is not its own, and how close."""
        found = [(attacker, seen[cell]) for attacker, seen in self.intervals.items()
                 if attacker.institution and cell in seen]  # fmt: skip
        return min(found, key=lambda one: (one[1].high - one[1].low, one[0].institution), default=None)


def protect(problem: Problem) -> Protected:
    """Audit a problem, suppress the cheapest further cells where it fails, and audit the result exactly."""
    parts = [_protect_part(part) for part in independent(problem)]
    found = {
        attacker: {name: interval for part in parts for name, interval in part.intervals.get(attacker, {}).items()}
        for attacker in attackers(problem)
    }
    secondary = {name: cost for part in parts for name, cost in part.secondary.items()}
    return Protected(
        problem=problem.with_status("secondary", secondary),
        intervals=found,
        secondary=secondary,
        leaks=tuple(leak for part in parts for leak in part.leaks),
    )


def _protect_part(problem: Problem) -> Protected:
    work = _Work(problem)
    work.suppress()
    work.show_again()
    found = {attacker: intervals(work.problem, attacker, work.evidence) for attacker in attackers(problem)}
    return Protected(
        problem=work.problem,
        intervals=found,
        secondary={name: work.problem.cells[name].cost or 0 for name in work.reasons},
        leaks=tuple(leak for attacker, seen in found.items() for leak in leaks(work.problem, attacker, seen)),
    )


class _Work:
    """The problem as it stands, the tables found so far, and the leak for which each secondary cell was taken."""

    def __init__(self, problem: Problem) -> None:
        self.given = self.problem = problem
        self.evidence = Evidence(problem)
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
            self._change(self.problem.with_status("secondary", chosen))
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
        self._change(self.problem.with_status(self.given.cells[name].status, [name]))
        if self._leaks(self.reasons[name]) or self._new_leaks(near):
            self.problem, self.evidence = before, evidence
            return False
        return True

    def _new_leaks(self, among: list[str]) -> bool:
        found = {(leak.cell, leak.attacker) for leak in find_leaks(self.problem, self.evidence, among)}
        return not found <= self.unmended

    def _change(self, problem: Problem) -> None:
        self.problem = problem
        self.evidence = Evidence(self.problem, self.evidence.changes)

    def _leaks(self, leak: Leak) -> bool:
        found = intervals(self.problem, leak.attacker, self.evidence, [leak.cell], exact=False)
        return bool(leaks(self.problem, leak.attacker, found))


def _dependent(problem: Problem, name: str) -> list[str]:
    """The cells that an attacker's knowledge of this one bears on."""
    domains = bounds.tighten(OUTSIDER.knows(problem), problem.relations)
    block = next(blocks.split(domains, problem.relations, [name]), None)
    return list(block.domains) if block else [name]
