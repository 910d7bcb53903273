"""Relations that hold between exact figures of a history, found by trying, whatever ``_identities.yml`` declares.

A column is a number of an institution, in a period or in the next one; a row is one period of one institution. A
relation is a sum of two to four columns, with signs, that is 0 in every row in which all of them stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gi_monitor.disclosure.audit.editions import Cells, Edition
from gi_monitor.disclosure.audit.knowledge import FTE_SCALE
from gi_monitor.disclosure.audit.relations import Relations
from gi_monitor.disclosure.observation import NATIONAL, Key, Number, Observation
from gi_monitor.indicators import Indicators

History = Mapping[Key, Observation]
"""Exact figures of several periods and institutions, as ``completion.complete`` gives them."""
_Integers = npt.NDArray[np.int64]
_OFTEN = 5
"""In so many rows a column must be other than 0; what is seen less often agrees by chance."""
_PRIME = 2**31 - 1


class Column(NamedTuple):
    """A number of an institution; ``is_next`` when it is that of the period after the row's."""

    is_next: bool
    cell: tuple[str, str, str, str]
    column: str

    def __str__(self) -> str:
        indicator, component, breakdown, category = self.cell
        term = "" if self.column == "value" else f":{self.column}"
        place = "" if breakdown == "total" else f"/{breakdown}/{category}"
        return f"{indicator}.{component}{term}{place}{' of the next period' if self.is_next else ''}"


Terms = Mapping[Column, int]


def undeclared(histories: Sequence[History], indicators: Indicators) -> list[str]:
    """What holds throughout all histories and follows from no identity or coincidence that is declared.

    Each is written as ``S1.fte_skj = S3.fte/role/a + S3.fte/role/b``; of relations that follow from each other
    the shortest are given.
    """
    rows = _Rows()
    declared: list[Terms] = []
    for history in histories:
        edition = Edition("history", history, history, frozenset(), is_out=False)
        cells = Cells(indicators)
        names = cells.of(edition)
        numbers = {name: number for number, name in names.items()}
        place = rows.add(history, names)
        relations = Relations(edition, names, cells)
        for relation in (*relations.all(), *relations.by_chance()):
            if relation.low == relation.high == 0:
                declared += place.relative((numbers[name], factor) for name, factor in relation.terms)
    columns = rows.columns()
    known = _Span(columns)
    for terms in declared:
        known.add(terms)
    found = []
    for terms in _relations(columns):
        if known.add(terms):
            known.add({column._replace(is_next=True): factor for column, factor in terms.items()})
            found.append(_written(terms))
    return found


class _Place:
    """The rows of one history."""

    def __init__(self, history: History, first_row: int) -> None:
        days = {row.reference_date: row.period for row in history.values()}
        self._order = {period: number for number, period in enumerate(days[day] for day in sorted(days))}
        self._before = {after: before for before, after in pairwise(self._order)}
        places = dict.fromkeys((key.institution, key.period) for key in history if key.institution != NATIONAL)
        self.rows = {place: first_row + row for row, place in enumerate(places)}

    def columns(self, number: Number) -> Iterator[tuple[int, Column]]:
        """Where a number stands: in the row of its period, and as the next one in the row before."""
        for period, is_next in ((number.key.period, False), (self._before.get(number.key.period), True)):
            row = self.rows.get((number.key.institution, period or ""))
            if row is not None:
                yield row, Column(is_next, number.key.cell, number.column)

    def relative(self, terms: Iterable[tuple[Number, int]]) -> Iterator[Terms]:
        """A relation between numbers of one institution in columns; nothing of one between institutions."""
        factors = dict(terms)
        if len({number.key.institution for number in factors}) == 1:
            first = min((number.key.period for number in factors), key=self._order.__getitem__)
            yield {
                Column(number.key.period != first, number.key.cell, number.column): factor
                for number, factor in factors.items()
            }
            if all(number.key.period == first for number in factors):
                yield {Column(True, number.key.cell, number.column): factor for number, factor in factors.items()}


class _Rows:
    def __init__(self) -> None:
        self._values: dict[Column, dict[int, int]] = defaultdict(dict)
        self._count = 0

    def add(self, history: History, names: Iterable[Number]) -> _Place:
        """Take a history in."""
        place = _Place(history, self._count)
        self._count += len(place.rows)
        for number in names:
            value = getattr(history[number.key], number.column)
            for row, column in place.columns(number):
                self._values[column][row] = int(value * FTE_SCALE)
        return place

    def columns(self) -> dict[Column, dict[int, int]]:
        """The columns that are other than 0 often enough, those of the row's own period first."""
        return {
            column: values
            for column, values in sorted(self._values.items())
            if sum(value != 0 for value in values.values()) >= _OFTEN
        }


def _relations(columns: Mapping[Column, Mapping[int, int]]) -> Iterator[Terms]:
    """All relations, the shortest first, searched among the columns that stand in the same rows."""
    patterns = dict.fromkeys(frozenset(values) for values in columns.values())
    searches = [
        _Search({
            column: np.array([values[row] for row in sorted(rows)])
            for column, values in columns.items()
            if rows <= values.keys() and sum(values[row] != 0 for row in rows) >= _OFTEN
        })
        for rows in patterns
    ]  # fmt: skip
    for find in (_Search.two, _Search.three, _Search.four):
        for search in searches:
            yield from find(search)


class _Search:
    """Each column as one number, so that a sum of columns has the sum of their numbers (modulo 2^64)."""

    def __init__(self, columns: Mapping[Column, _Integers]) -> None:
        length = len(next(iter(columns.values()), ()))
        weights = np.random.default_rng(length).integers(-(2**62), 2**62, length)
        self._first: dict[int, Column] = {}
        self._equal: list[tuple[Column, Column]] = []
        for column, values in columns.items():
            first = self._first.setdefault(int(weights @ values), column)
            if first != column:
                self._equal.append((first, column))
        self._names = list(self._first.values())
        self._own = np.array(list(self._first), dtype=np.int64)
        self._one, self._other = np.triu_indices(len(self._own), 1)
        self._sums = self._own[self._one] + self._own[self._other]

    def two(self) -> Iterator[Terms]:
        """One equals another. Of equal columns only the first is looked at further."""
        for one, other in self._equal:
            yield {one: 1, other: -1}

    def three(self) -> Iterator[Terms]:
        """One equals the sum of two."""
        for pair, whole in _matches(self._sums, self._own):
            yield self._terms({whole: 1}, pair)

    def four(self) -> Iterator[Terms]:
        """One equals the sum of three, or two those of two others."""
        whole, part = np.nonzero(~np.eye(len(self._own), dtype=bool))
        for pair, number in _matches(self._sums, self._own[whole] - self._own[part]):
            yield self._terms({whole[number]: 1, part[number]: -1}, pair)
        for pair, number in _matches(self._sums, self._sums):
            if pair < number:
                yield self._terms({self._one[number]: 1, self._other[number]: 1}, pair)

    def _terms(self, factors: dict[int, int], pair: int) -> Terms:
        found: dict[Column, int] = defaultdict(int)
        for number, factor in (*factors.items(), (self._one[pair], -1), (self._other[pair], -1)):
            found[self._names[number]] += factor
        return {column: factor for column, factor in found.items() if factor}


def _matches(among: _Integers, wanted: _Integers) -> Iterator[tuple[int, int]]:
    """The places of equal numbers, in ``among`` and in ``wanted``."""
    order = np.argsort(among, kind="stable")
    first = np.searchsorted(among, wanted, "left", order)
    last = np.searchsorted(among, wanted, "right", order)
    for number in np.nonzero(last > first)[0]:
        for place in order[first[number] : last[number]]:
            yield int(place), int(number)


class _Span:
    """What follows from the relations that were added: rows in echelon form, modulo a prime."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._number = {column: number for number, column in enumerate(columns)}
        self._rows: dict[int, _Integers] = {}

    def add(self, terms: Terms) -> bool:
        """Add a relation; whether it said anything new."""
        row = np.zeros(len(self._number), dtype=np.int64)
        for column, factor in terms.items():
            if column in self._number:  # the others are 0, or nearly always
                row[self._number[column]] = factor
        while row.any():
            pivot = int(np.flatnonzero(row)[0])
            if pivot not in self._rows:
                self._rows[pivot] = row * pow(int(row[pivot]), -1, _PRIME) % _PRIME
                return True
            row = (row - row[pivot] * self._rows[pivot]) % _PRIME
        return False


def _written(terms: Terms) -> str:
    sides = {sign: " + ".join(str(column) for column in terms if terms[column] * sign > 0) for sign in (1, -1)}
    return f"{sides[1]} = {sides[-1]}"
