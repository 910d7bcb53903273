"""The attack: the smallest and largest value that every suppressed cell can have, for one attacker (spec 3.2).

Safety rests on feasible tables of integers that are checked in whole numbers; the solver only finds them, and
says where there are none beyond. So whatever the solver does wrong makes an interval too narrow, never too wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from gi_monitor.disclosure.audit import blocks, bounds, moves
from gi_monitor.disclosure.audit.blocks import Block
from gi_monitor.disclosure.audit.evidence import Evidence
from gi_monitor.disclosure.audit.problem import Change, Domain, Problem, Range, hull
from gi_monitor.disclosure.audit.solver import Model

_NEIGHBOURHOODS = (250,)
"""How many cells around a target are looked at, before its whole block is."""
_WEIGHT = 1000
"""A step of the target is worth so many steps of other cells: small changes serve other attackers as well."""


@dataclass(frozen=True)
class Attacker:
    """Somebody who knows all that is published, and as an insider the exact cells of one institution."""

    institution: str | None = None

    def owns(self, problem: Problem, name: str) -> bool:
        """Whether a cell is about this attacker's own institution."""
        return self.institution is not None and problem.cells[name].owner == self.institution

    def knows(self, problem: Problem) -> dict[str, Domain]:
        """The domain of every cell before any relation is used."""
        return {
            name: (Range(cell.exact, cell.exact),) if self.owns(problem, name) else cell.known
            for name, cell in problem.cells.items()
        }

    def targets(self, problem: Problem) -> list[str]:
        """The suppressed cells that are not this attacker's own."""
        return [name for name, cell in problem.cells.items() if cell.suppressed and not self.owns(problem, name)]

    def width(self, problem: Problem, name: str) -> int:
        """How far the smallest and largest value of a suppressed cell must lie apart for this attacker."""
        cell = problem.cells[name]
        return cell.width if self.institution is None else cell.width_inside


OUTSIDER = Attacker()


def attackers(problem: Problem) -> tuple[Attacker, ...]:
    """The outsider, and every institution as an insider."""
    return (OUTSIDER, *(Attacker(institution) for institution in problem.institutions))


def intervals(
    problem: Problem,
    attacker: Attacker = OUTSIDER,
    evidence: Evidence | None = None,
    among: Iterable[str] | None = None,
    *,
    exact: bool = True,
) -> dict[str, Range]:
    """The interval of every target, or of those ``among`` the cells named.

    A cell that no relation narrows any more has all values that counting leaves it; the ends of every other
    interval are in a feasible table. Tables are taken from ``evidence`` and added to it. With ``exact`` off an
    interval may be narrower than it is, once it is wide enough.
    """
    evidence = evidence or Evidence(problem)
    wanted = set(problem.cells if among is None else among)
    targets = [name for name in attacker.targets(problem) if name in wanted]
    if not targets:
        return {}
    proven = {} if exact else _proven(problem, attacker, evidence, targets)
    targets = [name for name in targets if name not in proven]
    if targets and not exact:
        proven |= _moved(problem, attacker, evidence, targets)
        targets = [name for name in targets if name not in proven]
    if not targets:
        return proven
    domains = bounds.tighten(attacker.knows(problem), problem.relations)
    found = proven | {name: hull(domains[name]) for name in targets}
    values = {name: cell.exact for name, cell in problem.cells.items()}
    for block in blocks.split(domains, problem.relations, targets):
        inside = [name for name in targets if name in block.domains]
        enough = {} if exact else {name: attacker.width(problem, name) for name in inside}
        found.update(_Search(values, block, evidence, enough).run(inside))
    return found


def _proven(problem: Problem, attacker: Attacker, evidence: Evidence, targets: Iterable[str]) -> dict[str, Range]:
    """The targets that feasible tables found before show to be wide enough."""
    shown = {name: Range(problem.cells[name].exact, problem.cells[name].exact) for name in targets}
    for change in evidence.leaving_alone(attacker.institution):
        for name in change.keys() & shown.keys():
            low, high = shown[name]
            shown[name] = Range(min(low, change[name]), max(high, change[name]))
    return {
        name: interval
        for name, interval in shown.items()
        if interval.high - interval.low >= attacker.width(problem, name)
    }


def _moved(problem: Problem, attacker: Attacker, evidence: Evidence, targets: Iterable[str]) -> dict[str, Range]:
    """The targets that tables found without the solver show to be wide enough."""
    own = {name for name in problem.cells if attacker.owns(problem, name)}
    for name in targets:
        for table in moves.apart(problem, name, attacker.width(problem, name), own):
            for _ in evidence.add(table):
                pass
    return _proven(problem, attacker, evidence, targets)


class _Search:
    """Widens what is shown to be feasible and narrows what is not excluded, until the two meet."""

    def __init__(self, exact: Mapping[str, int], block: Block, evidence: Evidence, enough: Mapping[str, int]) -> None:
        self._exact, self._block, self._evidence, self._enough = exact, block, evidence, enough
        self._possible = {name: hull(domain) for name, domain in block.domains.items()}
        self._shown = {name: Range(exact[name], exact[name]) for name in block.domains}
        for change in evidence.changes:
            self._widen(change)

    @cached_property
    def _whole(self) -> Model:
        return Model(self._block, self._exact)

    def run(self, targets: list[str]) -> dict[str, Range]:
        for direction in (1, -1):
            if not self._enough:
                self._settle_together(targets, direction)
            for name in targets:
                self._settle(name, direction)
        return {name: self._shown[name] for name in targets}

    def _settle_together(self, targets: list[str], direction: int) -> None:
        """Ask for all at once, as long as that settles half of what is left.

        Such a table changes much, and serves few other attackers: where little is asked, small changes are faster.
        """
        left = [name for name in targets if self._open(name, direction)]
        while len(left) > 1:
            self._accept(self._whole.nearest(left, direction, _WEIGHT))
            still = [name for name in left if self._open(name, direction)]
            if 2 * len(still) > len(left):
                break
            left = still

    def _settle(self, target: str, direction: int) -> None:
        """Look near the target first, while all that lies further away keeps its value."""
        for size in _NEIGHBOURHOODS:
            near = self._block.around(target, size)
            if 2 * len(near) > len(self._block.domains) or not self._open(target, direction):
                break
            frozen = Model(self._block.frozen_around(near, self._exact), self._exact)
            self._accept(frozen.nearest([target], direction, _WEIGHT))
        if self._open(target, direction):
            self._accept(self._whole.nearest([target], direction, _WEIGHT))
            if self._open(target, direction):
                self._exclude(target, direction)

    def _exclude(self, target: str, direction: int) -> None:
        best = self._whole.farthest(target, direction)
        if best is not None:
            low, high = self._possible[target]
            self._possible[target] = Range(low, best[target]) if direction > 0 else Range(best[target], high)
            self._accept(best)

    def _open(self, name: str, direction: int) -> bool:
        shown, possible = self._shown[name], self._possible[name]
        if name in self._enough and shown.high - shown.low >= self._enough[name]:
            return False
        return shown.high < possible.high if direction > 0 else shown.low > possible.low

    def _accept(self, found: Change | None) -> None:
        for change in self._evidence.add(found or {}):
            self._widen(change)

    def _widen(self, change: Change) -> None:
        """Only what leaves alone all that this attacker knows: those cells are in no block."""
        if change.keys() <= self._shown.keys():
            for name, value in change.items():
                low, high = self._shown[name]
                self._shown[name] = Range(min(low, value), max(high, value))
