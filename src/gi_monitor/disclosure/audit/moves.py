"""Feasible tables without a solver: one cell moves, and each relation that breaks is mended by another cell."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gi_monitor.disclosure.audit.problem import Change, Problem, holds

_MOST_STEPS = 60
"""So many cells are tried for one table; then it is left to the solver."""


def apart(problem: Problem, name: str, width: int, fixed: Collection[str]) -> list[Change]:
    """Tables in which the values of a cell lie ``width`` apart while the ``fixed`` cells keep theirs, if it finds any.

    What it returns is feasible by its own reckoning; who relies on it checks it.
    """
    exact = problem.cells[name].exact
    for above in dict.fromkeys(width * part // 4 for part in (2, 3, 1, 4, 0)):
        tables = [_Mending(problem, fixed).moved(name, exact + step) for step in (above, above - width) if step]
        if all(tables):
            return [table for table in tables if table]
    return []


class _Mending:
    """One search, depth first; ``_lacks`` holds what each broken relation needs to lie between its bounds again."""

    def __init__(self, problem: Problem, fixed: Collection[str]) -> None:
        self._problem, self._fixed = problem, fixed
        self._change: dict[str, int] = {}
        self._off: dict[int, int] = {}
        self._lacks: dict[int, int] = {}
        self._steps = _MOST_STEPS

    def moved(self, name: str, value: int) -> Change | None:
        """A table in which the cell has the value; None where none was found in so many steps."""
        if not holds(self._problem.cells[name].known, value):
            return None
        self._set(name, value)
        return self._change if self._mend() else None

    def _mend(self) -> bool:
        if not self._lacks:
            return True
        for name, value in self._options(next(iter(self._lacks))):
            if self._steps == 0:
                return False
            self._steps -= 1
            self._set(name, value)
            if self._mend():
                return True
            self._set(name, self._problem.cells[name].exact)
            del self._change[name]
        return False

    def _options(self, broken: int) -> Iterator[tuple[str, int]]:
        """The cells that can mend a relation, those first that break few others."""
        lacks, found = self._lacks[broken], []
        for name, factor in self._problem.relations[broken].terms:
            if name not in self._change and name not in self._fixed:
                # away from zero, as a bound may be passed
                step = -(-abs(lacks) // abs(factor)) * (1 if (lacks > 0) == (factor > 0) else -1)
                cell = self._problem.cells[name]
                if holds(cell.known, cell.exact + step):
                    found.append((self._breaks(name, step), name, cell.exact + step))
        yield from ((name, value) for _, name, value in sorted(found))

    def _breaks(self, name: str, step: int) -> int:
        return sum(self._lack(number, factor * step) != 0 for number, factor in self._problem.links[name])

    def _lack(self, number: int, by: int) -> int:
        """What a relation lacks, or has too much, once its sum changed further by so much."""
        relation = self._problem.relations[number]
        total = self._problem.totals[number] + self._off.get(number, 0) + by
        return max(0, relation.low - total) + min(0, relation.high - total)

    def _set(self, name: str, value: int) -> None:
        by = value - self._change.get(name, self._problem.cells[name].exact)
        self._change[name] = value
        for number, factor in self._problem.links[name]:
            lack = self._lack(number, factor * by)
            self._off[number] = self._off.get(number, 0) + factor * by
            if lack:
                self._lacks[number] = lack
            else:
                self._lacks.pop(number, None)
