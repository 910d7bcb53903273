"""Secondary suppression: the cheapest further cells that close a leak (spec 3.2).

For one leak this is an integer program: two tables in which the leaking cell lies far enough apart, where a cell
may leave what would be published of it once its suppression is paid for (Fischetti and Salazar 2001).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gi_monitor.disclosure.audit import blocks, bounds
from gi_monitor.disclosure.audit.blocks import Block
from gi_monitor.disclosure.audit.problem import Problem, Range, clip, hull
from gi_monitor.disclosure.audit.solver import INFINITE, Program, SolverLimitError, Table
from gi_monitor.disclosure.audit.verdict import Leak

_NEIGHBOURHOODS = (60, 300, 1500)
_REACH = 25
"""How many times the needed width a cell may move while choosing: keeps the factors of the program small."""


def cheapest(problem: Problem, leak: Leak) -> tuple[str, ...]:
    """The cells to suppress for one leak; none where nothing that may be suppressed helps.

    They are the cheapest in the smallest neighbourhood of the cell in which there is a remedy, or the cheapest that
    the solver came to before its limit. Raises SolverLimitError where it came to none.
    """
    known = leak.attacker.knows(problem)
    open_ = {
        name: cell.if_suppressed
        for name, cell in problem.cells.items()
        if cell.suppressible and not cell.stays_zero and not leak.attacker.owns(problem, name)
    }
    block = next(blocks.split(bounds.tighten(known | open_, problem.relations), problem.relations, [leak.cell]), None)
    if block is None:
        return ()
    exact = {name: cell.exact for name, cell in problem.cells.items()}
    for size in _NEIGHBOURHOODS:
        near = block.around(leak.cell, size)
        chosen = _solve(problem, leak, block.frozen_around(near, exact), exact)
        if chosen or len(near) == len(block.domains):
            return chosen
    return ()


def _solve(problem: Problem, leak: Leak, part: Block, exact: Mapping[str, int]) -> tuple[str, ...]:
    width = leak.attacker.width(problem, leak.cell)
    known = leak.attacker.knows(problem)
    reach = _REACH * width
    near = {name: clip(domain, exact[name] - reach, exact[name] + reach) for name, domain in part.domains.items()}
    part = Block(near, part.relations)
    prices = {name: problem.cells[name].cost for name in part.domains if problem.cells[name].suppressible}
    program = Program()
    low, high = (Table(program, part, exact) for _ in range(2))
    paid = dict(zip(prices, program.add_columns([(0, 1)] * len(prices)), strict=True))
    for table in (low, high):
        for name, column in paid.items():
            _tie(program, table.change([(name, 1)]), column, hull(known[name]), hull(part.domains[name]), exact[name])
    apart = high.change([(leak.cell, 1)])
    apart.subtract(low.change([(leak.cell, 1)]))
    program.add_row(width, INFINITE, apart)
    point = program.maximise({column: -(prices[name] or 0) for name, column in paid.items()})
    if point is None and not program.finished:
        raise SolverLimitError(len(part.domains))
    return () if point is None else tuple(name for name, column in paid.items() if point[column])


def _tie(program: Program, change: Counter[int], column: int, shown: Range, hidden: Range, exact: int) -> None:
    """Outside what is shown of a cell only where its suppression is paid for."""
    program.add_row(-INFINITE, shown.high - exact, {**change, column: min(0, shown.high - hidden.high)})
    program.add_row(shown.low - exact, INFINITE, {**change, column: max(0, shown.low - hidden.low)})
