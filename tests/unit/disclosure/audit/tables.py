"""Small tables with margins, and an attacker who tries every table there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from gi_monitor.disclosure.audit.problem import ANY, CEILING, Cell, Problem, Range, Relation, total

Values = Mapping[str, int]


def shown(value: int, **about: object) -> Cell:
    """A cell that is published exactly, at the cost of its value when it is not."""
    return Cell(value, (Range(value, value),), **{"cost": max(1, value), **about})  # type: ignore[arg-type]


def primary(value: int, low: int = 0, high: int = ANY[0].high, **about: object) -> Cell:
    return Cell(value, (Range(low, high),), "primary", **about)  # type: ignore[arg-type]


def crossed(rows: Mapping[str, Sequence[int]], columns: Sequence[str]) -> tuple[dict[str, int], tuple[Relation, ...]]:
    """The values of a table with its margins, ``row|column``, and the identities between them."""
    inner = {f"{row}|{column}": n for row, line in rows.items() for column, n in zip(columns, line, strict=True)}
    lines = {f"{row}|total": [f"{row}|{column}" for column in columns] for row in rows}
    lines |= {f"total|{column}": [f"{row}|{column}" for row in rows] for column in columns}
    values = inner | {whole: sum(inner[part] for part in parts) for whole, parts in lines.items()}
    grand = {"total|total": [f"{row}|total" for row in rows]}
    values["total|total"] = sum(inner.values())
    relations = [total(whole, parts) for whole, parts in (lines | grand).items()]
    return values, (*relations, total("total|total", [f"total|{column}" for column in columns]))


def problem_of(values: Values, relations: Iterable[Relation], suppressed: Callable[[str, int], Cell | None]) -> Problem:
    """Everything shown exactly but what ``suppressed`` gives another cell for."""
    return Problem({name: suppressed(name, n) or shown(n) for name, n in values.items()}, tuple(relations))


def every_table(problem: Problem, insider: str | None = None) -> dict[str, Range]:
    """The interval of every cell, from trying all tables: no bounds, no solver, no neighbourhoods.

    A cell is tried when it is in no identity as the whole; the others follow from their parts. What is suppressed
    must stand in a whole that is not.
    """
    wholes = {r.terms[0][0]: r for r in reversed(problem.relations) if r.low == r.high == 0 and r.terms[0][1] == 1}
    free = [name for name in problem.cells if name not in wholes]
    most = max(part.high for cell in problem.cells.values() for part in cell.known if part.high < CEILING)
    grids = np.meshgrid(*(_tried(problem, name, insider, most) for name in free), indexing="ij", sparse=True)
    values = dict(zip(free, grids, strict=True))
    while len(values) < len(problem.cells):
        for whole, relation in wholes.items():
            if whole not in values and all(name in values for name, _ in relation.terms[1:]):
                values[whole] = sum(-factor * values[name] for name, factor in relation.terms[1:])
    fits = np.array(True)
    for name, cell in problem.cells.items():
        allowed = np.array(False)
        for low, high in cell.known:
            allowed = allowed | ((low <= values[name]) & (values[name] <= high))
        if insider is not None and cell.owner == insider:
            allowed = allowed & (values[name] == cell.exact)
        fits = fits & allowed
    for relation in problem.relations:
        reached = sum(factor * values[name] for name, factor in relation.terms)
        fits = fits & (relation.low <= reached) & (reached <= relation.high)
    whole_grid = {name: np.broadcast_to(grid, fits.shape)[fits] for name, grid in values.items()}
    return {name: Range(int(found.min()), int(found.max())) for name, found in whole_grid.items()}


def _tried(problem: Problem, name: str, insider: str | None, most: int) -> list[int]:
    cell = problem.cells[name]
    if insider is not None and cell.owner == insider:
        return [cell.exact]
    return [n for low, high in cell.known for n in range(max(low, -most), min(high, most) + 1)]
