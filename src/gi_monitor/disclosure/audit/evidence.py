"""Feasible tables: the proof that a cell can have another value than its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gi_monitor.disclosure.audit.problem import Change, Problem, holds


class Evidence:
    """Changes of the true table that nothing published contradicts, each checked in whole numbers.

    A change that leaves the cells of an institution alone is feasible in the eyes of that institution as well.
    Threads may look at them and add to them side by side.
    """

    def __init__(self, problem: Problem, changes: Iterable[Change] = ()) -> None:
        self._problem = problem
        self._owners: list[frozenset[str | None]] = []
        self.changes: list[Change] = []
        for change in changes:
            if change.keys() <= problem.cells.keys() and self._feasible(change):
                self._keep(change)

    def after(self, problem: Problem, names: Iterable[str]) -> Evidence:
        """What is left of it when the status of these cells changed."""
        found, names = Evidence(problem), set(names)
        for change, owners in zip(self.changes, self._owners, strict=True):
            if names.isdisjoint(change) or found._feasible(change):
                found.changes.append(change)
                found._owners.append(owners)
        return found

    def leaving_alone(self, institution: str | None) -> Iterator[Change]:
        """The changes in which every cell of an institution keeps its value; all of them for None."""
        for change, owners in zip(self.changes, self._owners, strict=True):
            if institution is None or institution not in owners:
                yield change

    def add(self, table: Change) -> Iterator[Change]:
        """Keep and give the smallest changes that a table consists of, without those that are not feasible."""
        changed = {name: value for name, value in table.items() if value != self._problem.cells[name].exact}
        while changed:
            part = self._connected(next(iter(changed)), changed)
            if self._feasible(part):
                self._keep(part)
                yield part
            for name in part:
                del changed[name]

    def _keep(self, change: Change) -> None:
        self._owners.append(frozenset(self._problem.cells[name].owner for name in change))
        self.changes.append(change)

    def _connected(self, start: str, changed: Change) -> dict[str, int]:
        found, waiting = {start: changed[start]}, [start]
        while waiting:
            for number, _ in self._problem.links[waiting.pop()]:
                terms = self._problem.relations[number].terms
                near = {name: changed[name] for name, _ in terms if name in changed and name not in found}
                found |= near
                waiting += near
        return found

    def _feasible(self, change: Change) -> bool:
        cells, relations, totals = self._problem.cells, self._problem.relations, self._problem.totals
        if not all(holds(cells[name].known, value) for name, value in change.items()):
            return False
        off = Counter[int]()
        for name, value in change.items():
            for number, factor in self._problem.links[name]:
                off[number] += factor * (value - cells[name].exact)
        return all(relations[number].low <= totals[number] + by <= relations[number].high for number, by in off.items())
