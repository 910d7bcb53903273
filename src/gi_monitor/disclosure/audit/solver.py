"""Integer programming by HiGHS: the table of a block that is best in some direction.

What comes back is rounded and is no proof of anything: who uses it checks it in whole numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import highspy
import numpy as np

from gi_monitor.disclosure.audit import bounds
from gi_monitor.disclosure.audit.blocks import Block
from gi_monitor.disclosure.audit.problem import Domain, Relation, hull

_OPTIONS: Mapping[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "mip_rel_gap": 0.0,
    # Far beyond what a release takes. Limits of time would make the answer depend on the machine.
    "mip_max_nodes": 5_000,
    "simplex_iteration_limit": 500_000,
    "mip_heuristic_run_feasibility_jump": False,  # most of the time of these programs, which have a point anyway
}
_EXACTLY = 0.5
"""How far from the best a point may be: objectives are whole numbers."""
_WHOLE = 1e-6
INFINITE = highspy.kHighsInf

_LIMITS = {
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kTimeLimit,
}

Entries = Mapping[int, int]
"""Factors by column."""


class SolverLimitError(RuntimeError):
    """The solver gave up on a question that the audit needs answered."""

    def __init__(self, figures: int) -> None:
        super().__init__(f"the solver reached its limit on {figures} figures that depend on each other: publish fewer")


class Program:
    """Columns of integers, rows over them, and the best point in some direction."""

    def __init__(self) -> None:
        self.finished = True
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)

    def add_columns(self, ranges: Sequence[tuple[int, int]]) -> range:
        """New integer columns between these values."""
        first = self._highs.getNumCol()
        lows, highs = np.array(ranges, dtype=float).reshape(-1, 2).T
        self._highs.addVars(len(ranges), np.ascontiguousarray(lows), np.ascontiguousarray(highs))
        columns = np.arange(first, first + len(ranges), dtype=np.int32)
        self._highs.changeColsIntegrality(len(ranges), columns, np.full(len(ranges), highspy.HighsVarType.kInteger))
        return range(first, first + len(ranges))

    def add_row(self, low: float, high: float, entries: Entries) -> None:
        """``low <= sum of factor * column <= high``."""
        columns = np.fromiter(entries.keys(), dtype=np.int32)
        self._highs.addRow(low, high, len(entries), columns, np.fromiter(entries.values(), dtype=float))

    def maximise(self, costs: Entries, gap: float = _EXACTLY) -> list[int] | None:
        """The rounded values of all columns where the sum is less than ``gap`` from the largest.

        None where the solver found no such point. Where it reached its limit they are the best that it came to, if
        it came to any; then ``finished`` is false.
        """
        everywhere = np.zeros(self._highs.getNumCol())
        for column, cost in costs.items():
            everywhere[column] = cost
        self._highs.changeColsCost(len(everywhere), np.arange(len(everywhere), dtype=np.int32), everywhere)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._highs.setOptionValue("mip_abs_gap", gap)
        # Where the best point without integrality is whole, it is the best point; that is often so, and fast.
        return self._run(relaxed=True) or self._run(relaxed=False)

    def _run(self, *, relaxed: bool) -> list[int] | None:
        self._highs.setOptionValue("solve_relaxation", relaxed)
        self._highs.run()
        status = self._highs.getModelStatus()
        self.finished = status not in _LIMITS
        has_point = self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status != highspy.HighsModelStatus.kOptimal and (relaxed or self.finished or not has_point):
            return None
        values = self._highs.getSolution().col_value
        if relaxed and any(abs(value - round(value)) > _WHOLE for value in values):
            return None
        return [round(value) for value in values]


class Table:
    """A table of a block as columns of a program.

    A cell is its exact value plus what is added less what is taken off, so that a table close to the true one
    can be asked for.
    """

    def __init__(self, program: Program, block: Block, exact: Mapping[str, int]) -> None:
        self._program, self._block = program, block
        self._exact = {name: exact[name] for name in block.domains}
        hulls = {name: hull(domain) for name, domain in block.domains.items()}
        up = program.add_columns([(0, high - exact[name]) for name, (_, high) in hulls.items()])
        down = program.add_columns([(0, exact[name] - low) for name, (low, _) in hulls.items()])
        self._up, self._down = dict(zip(hulls, up, strict=True)), dict(zip(hulls, down, strict=True))
        for relation in block.relations:
            self._add_relation(relation)
        for name, domain in block.domains.items():
            if len(domain) > 1:
                self._add_choice(name, domain)

    def change(self, terms: Iterable[tuple[str, int]]) -> Counter[int]:
        """The weighted sum of how far cells are from their exact values."""
        entries: Counter[int] = Counter()
        for name, factor in terms:
            entries[self._up[name]] += factor
            entries[self._down[name]] -= factor
        return entries

    def distance(self) -> Counter[int]:
        """How many steps the table is away from the true one."""
        return Counter(dict.fromkeys([*self._up.values(), *self._down.values()], 1))

    def values(self, point: Sequence[int]) -> dict[str, int]:
        """The table at a point of the program."""
        return {name: value + point[self._up[name]] - point[self._down[name]] for name, value in self._exact.items()}

    def _add_relation(self, relation: Relation) -> None:
        least, most = bounds.span(relation, self._block.domains)
        exact = relation.total(self._exact)
        low = relation.low - exact if least < relation.low else -INFINITE
        high = relation.high - exact if relation.high < most else INFINITE
        self._program.add_row(low, high, self.change(relation.terms))

    def _add_choice(self, name: str, domain: Domain) -> None:
        """One of the ranges holds: a binary column for each, of which exactly one is 1."""
        chosen = self._program.add_columns([(0, 1)] * len(domain))
        exact, change = self._exact[name], self.change([(name, 1)])
        lows = {column: -part.low for column, part in zip(chosen, domain, strict=True)}
        highs = {column: -part.high for column, part in zip(chosen, domain, strict=True)}
        self._program.add_row(1, 1, dict.fromkeys(chosen, 1))
        self._program.add_row(-exact, INFINITE, {**change, **lows})
        self._program.add_row(-INFINITE, -exact, {**change, **highs})


class Model:
    """The tables of one block, to be asked for the best in many directions."""

    def __init__(self, block: Block, exact: Mapping[str, int]) -> None:
        self._block, self._program = block, Program()
        self._table = Table(self._program, block, exact)

    def farthest(self, cell: str, direction: int) -> dict[str, int] | None:
        """A table in which the cell is largest, or smallest; None where the solver found none.

        Raises SolverLimitError where it cannot say whether there is one beyond.
        """
        table = self._best(self._table.change([(cell, direction)]))
        if not self._program.finished:
            raise SolverLimitError(len(self._block.domains))
        return table

    def nearest(self, cells: Collection[str], direction: int, at_least: int) -> dict[str, int] | None:
        """Such a table for some cells, with few steps away from the true one: a step of theirs counts ``at_least``."""
        weights = self._table.change((cell, direction * at_least) for cell in cells)
        weights.subtract(self._table.distance())
        # So that no table in which the cell lies a step further would be better; of many, a tenth may lie nearer.
        return self._best(weights, gap=at_least * max(1 / 2, len(cells) / 10))

    def _best(self, weights: Entries, gap: float = _EXACTLY) -> dict[str, int] | None:
        point = self._program.maximise(weights, gap)
        return None if point is None else self._table.values(point)
