"""Parts of a problem that have nothing to do with each other, whatever is suppressed in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gi_monitor.disclosure.audit.problem import Problem, Relation


def independent(problem: Problem) -> Iterator[Problem]:
    """The problem in parts, in the order of its cells; parts without a suppressed cell are left out.

    Only a figure that stays 0 stands in several: it is never suppressed, so it ties nothing.
    """
    of_cell = defaultdict(list)
    for relation in problem.relations:
        for name, _ in relation.terms:
            of_cell[name].append(relation)
    done: set[str] = set()
    for name, cell in problem.cells.items():
        if name not in done and not cell.stays_zero:
            part = _connected(problem, name, of_cell)
            done.update(part.cells)
            if any(other.suppressed for other in part.cells.values()):
                yield part


def _connected(problem: Problem, start: str, of_cell: dict[str, list[Relation]]) -> Problem:
    names, relations, waiting = {start}, dict[Relation, None](), [start]
    while waiting:
        for relation in of_cell[waiting.pop()]:
            if relation not in relations:
                relations[relation] = None
                new = {name for name, _ in relation.terms} - names
                names |= new
                waiting += sorted(name for name in new if not problem.cells[name].stays_zero)
    return Problem({name: problem.cells[name] for name in sorted(names)}, tuple(relations))
