"""What an attacker knows of a release, as data: cells, and the linear relations that hold between them (spec 3.2).

All values are integers: counts as they are, fte in hundredths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

CEILING = 100_000_000
"""What nobody takes for possible: more than the people, or hundredths of fte-days, that any figure is about."""

Status = Literal["shown", "primary", "secondary", "unpublished"]


class ProblemError(ValueError):
    """Cells and relations that contradict each other; the message names every one, without its value."""


class Range(NamedTuple):
    """All integers from ``low`` to ``high``, both included."""

    low: int
    high: int


Change = Mapping[str, int]
"""The cells in which a table differs from the true one, with their values there."""

Domain = tuple[Range, ...]
"""The values that a cell may have: ranges without overlap, in ascending order."""

ANY: Domain = (Range(0, CEILING),)


def hull(domain: Domain) -> Range:
    """The smallest and the largest value."""
    return Range(domain[0].low, domain[-1].high)


def clip(domain: Domain, low: int, high: int) -> Domain:
    """What is left of a domain between two values; empty when nothing is."""
    return tuple(Range(max(a, low), min(b, high)) for a, b in domain if max(a, low) <= min(b, high))


def holds(domain: Domain, value: int) -> bool:
    """Whether a cell with this domain may have the value."""
    return any(low <= value <= high for low, high in domain)


@dataclass(frozen=True)
class Cell:
    """One figure of one release.

    ``shown``: what its own published status tells of it. ``if_suppressed``: what status ``secondary`` would tell.
    ``owner``: the institution whose exact figure this is, which therefore knows it. ``cost``: the information lost
    by status ``secondary``, be it the figure itself or, of a primary cell, that it is a small count; None where
    that status is of no use (it was published before) or not possible. ``width``: how
    far its smallest and largest feasible value must lie apart while it is suppressed, for an outsider and for an
    institution that knows its own share. ``scale``: how many make one of its unit.
    """

    exact: int
    shown: Domain
    status: Status = "shown"
    if_suppressed: Domain = ANY
    owner: str | None = None
    cost: int | None = None
    width: int = 2
    width_inside: int = 1
    scale: int = 1

    @property
    def known(self) -> Domain:
        """What everybody knows of it from its status alone."""
        return self.if_suppressed if self.status == "secondary" else self.shown

    @property
    def suppressed(self) -> bool:
        """Whether the audit must show that it cannot be computed."""
        return self.status in ("primary", "secondary")

    @property
    def stays_zero(self) -> bool:
        """Whether it is shown as 0 and never hidden: only a net count of 0 may consist of parts that cancel."""
        return hull(self.known) == (0, 0) and hull(self.if_suppressed).low >= 0

    @property
    def suppressible(self) -> bool:
        """Whether secondary suppression may choose it, or its reason."""
        return self.status != "secondary" and self.cost is not None


@dataclass(frozen=True)
class Relation:
    """``low <= sum of coefficient * cell <= high``, an identity where both are equal."""

    terms: tuple[tuple[str, int], ...]
    low: int = 0
    high: int = 0

    def total(self, table: Mapping[str, int]) -> int:
        """The sum for a table that has every cell of the relation."""
        return sum(coefficient * table[name] for name, coefficient in self.terms)

    def given(self, values: Mapping[str, int], free: Container[str]) -> Relation:
        """What it says of the ``free`` cells when all others have these values."""
        known = sum(coefficient * values[name] for name, coefficient in self.terms if name not in free)
        terms = tuple(term for term in self.terms if term[0] in free)
        return Relation(terms, self.low - known, self.high - known)


def total(whole: str, parts: Iterable[str]) -> Relation:
    """The identity ``whole = sum of parts``."""
    return Relation(((whole, 1), *((part, -1) for part in parts)))


def union(whole: str, parts: Iterable[str]) -> tuple[Relation, ...]:
    """The bounds of a whole whose parts overlap: at least the largest part, at most their sum."""
    parts = tuple(parts)
    return (
        Relation(((whole, 1), *((part, -1) for part in parts)), -CEILING * len(parts), 0),
        *(Relation(((whole, 1), (part, -1)), 0, CEILING) for part in parts),
    )


def equal(one: str, other: str) -> Relation:
    """The identity of a figure in two releases or versions with the same deliveries behind it."""
    return total(one, (other,))


@dataclass(frozen=True)
class Problem:
    """All cells that exist, published or not, now and before, and every relation that really holds between them.

    Raises ProblemError when the exact values contradict a status or a relation: then the attacker is told
    something that is not so, and no audit of it means anything.
    """

    cells: Mapping[str, Cell]
    relations: tuple[Relation, ...] = field(default=())

    def __post_init__(self) -> None:
        unknown = sorted({name for relation in self.relations for name, _ in relation.terms} - self.cells.keys())
        problems = [f"cell {name} stands in a relation but is not there: add it as unpublished" for name in unknown]
        problems += [f"cell {name}: its domain is not ascending" for name in self.cells if not self._sound(name)]
        if not problems:
            problems = self.contradictions({name: cell.exact for name, cell in self.cells.items()})
        if problems:
            raise ProblemError("\n".join(problems))

    def _sound(self, name: str) -> bool:
        domains = (self.cells[name].shown, self.cells[name].if_suppressed)
        bounds = [[value for part in domain for value in part] for domain in domains]
        return all(values and all(a <= b for a, b in pairwise(values)) for values in bounds)

    def contradictions(self, table: Mapping[str, int]) -> list[str]:
        """What an attacker could say against a table of exact values; nothing when it is feasible."""
        wrong = [f"cell {name}: its value contradicts its status" for name, cell in self.cells.items()
                 if not holds(cell.known, table[name])]  # fmt: skip
        return wrong + [
            f"a relation does not hold: {' '.join(f'{factor:+d} {name}' for name, factor in relation.terms)}"
            for relation in self.relations
            if not relation.low <= relation.total(table) <= relation.high
        ]

    @cached_property
    def links(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """The relations that each cell stands in, by number, with its factor."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, relation in enumerate(self.relations):
            for name, factor in relation.terms:
                found[name].append((number, factor))
        return found

    @cached_property
    def totals(self) -> Sequence[int]:
        """The exact sum of each relation."""
        exact = {name: cell.exact for name, cell in self.cells.items()}
        return [relation.total(exact) for relation in self.relations]

    @cached_property
    def institutions(self) -> tuple[str, ...]:
        """Who may attack from inside, in alphabetical order."""
        return tuple(sorted({cell.owner for cell in self.cells.values() if cell.owner}))

    def with_status(self, status: Status, names: Iterable[str]) -> Problem:
        """The same problem after some cells changed their status, which contradicts nothing."""
        changed = copy(self)  # relations stay, and what follows from them
        cells = {name: replace(self.cells[name], status=status) for name in names}
        object.__setattr__(changed, "cells", {**self.cells, **cells})
        return changed
