"""Feasible tables: the proof that a cell can have another value than its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from gi_monitor.disclosure.audit.problem import Problem, Relation, holds

Change = Mapping[str, int]
"""The cells in which a feasible table differs from the true one, with their values there."""


class Evidence:
    """Changes of the true table that nothing published contradicts, each checked in whole numbers.

    A change that leaves the cells of an institution alone is feasible in the eyes of that institution as well.
    Threads may look at them and add to them side by side.
    """

    def __init__(self, problem: Problem, changes: Iterable[Change] = ()) -> None:
        self._problem = problem
        self._of_cell: dict[str, list[Relation]] = defaultdict(list)
        for relation in problem.relations:
            for name, _ in relation.terms:
                self._of_cell[name].append(relation)
        self.changes = [
            change for change in changes if change.keys() <= problem.cells.keys() and self._feasible(change)
        ]

    def add(self, table: Change) -> Iterator[Change]:
        """Keep and give the smallest changes that a table consists of, without those that are not feasible."""
        changed = {name: value for name, value in table.items() if value != self._problem.cells[name].exact}
        while changed:
            part = self._connected(next(iter(changed)), changed)
            if self._feasible(part):
                self.changes.append(part)
                yield part
            for name in part:
                del changed[name]

    def _connected(self, start: str, changed: Change) -> dict[str, int]:
        found, waiting = {start: changed[start]}, [start]
        while waiting:
            for relation in self._of_cell[waiting.pop()]:
                near = {name: changed[name] for name, _ in relation.terms if name in changed and name not in found}
                found |= near
                waiting += near
        return found

    def _feasible(self, change: Change) -> bool:
        cells = self._problem.cells
        relations = {id(relation): relation for name in change for relation in self._of_cell[name]}
        return all(holds(cells[name].known, value) for name, value in change.items()) and all(
            relation.low <= self._total(relation, change) <= relation.high for relation in relations.values()
        )

    def _total(self, relation: Relation, change: Change) -> int:
        cells = self._problem.cells
        return sum(factor * (change[name] if name in change else cells[name].exact) for name, factor in relation.terms)
