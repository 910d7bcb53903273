"""The system of linear relations over all editions, and the propagation of intervals through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from tests.attacker.published import (
    UNBOUNDED,
    Cell,
    Edition,
    Figure,
    Interval,
    known_from_cell,
    known_from_status,
)
from tests.attacker.relations import Relation, Relations

Floats = NDArray[np.float64]
TOLERANCE = 1e-6
MAX_ROUNDS = 200


@dataclass(frozen=True)
class Bounds:
    """Smallest and largest value of every unknown."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class System:
    """Unknowns with their bounds, linked by rows: row_low <= matrix @ x <= row_high."""

    editions: Sequence[Edition]
    unknowns: Sequence[Mapping[Figure, int]]  # per edition, the number of the unknown of each figure
    exact: Floats
    matrix: csr_array
    row_low: Floats
    row_high: Floats
    bounds: Bounds


def status_interval(figure: Figure, cell: Cell) -> Interval:
    """Return what the status says. No count of persons stands beside the fte of S2."""
    return known_from_status(cell, counted=figure.term.indicator != "S2")


def _cell_interval(figure: Figure, cell: Cell) -> Interval:
    return status_interval(figure, cell) if cell.shown is None else known_from_cell(cell)


class _Unknowns:
    """Numbers the unknowns. Two editions share one where the same deliveries are behind the figure."""

    def __init__(self) -> None:
        self.exact: list[int] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self._known: dict[tuple[Figure, frozenset[tuple[str, str, str]]], int] = {}

    def add(self, edition: Edition) -> dict[Figure, int]:
        deliveries: dict[tuple[str, str], frozenset[tuple[str, str, str]]] = {}
        numbers: dict[Figure, int] = {}
        for figure, cell in edition.cells.items():
            place = figure.period, figure.institution
            if place not in deliveries:
                deliveries[place] = edition.deliveries(figure)
            numbers[figure] = self._number(edition.name, figure, cell, deliveries[place])
        return numbers

    def _number(self, edition: str, figure: Figure, cell: Cell, behind: frozenset[tuple[str, str, str]]) -> int:
        number = self._known.setdefault((figure, behind), len(self.exact))
        if number == len(self.exact):
            self.exact.append(cell.exact)
            self.low.append(-UNBOUNDED)
            self.high.append(UNBOUNDED)
        interval = _cell_interval(figure, cell)
        assert self.exact[number] == cell.exact, f"{edition} {figure}: another value from the same deliveries"
        assert interval.low <= cell.exact <= interval.high, f"{edition} {figure}: {cell.exact} is not in {interval}"
        self.low[number] = max(self.low[number], interval.low)
        self.high[number] = min(self.high[number], interval.high)
        return number


class _Rows:
    """Collects the rows of the matrix."""

    def __init__(self) -> None:
        self.low: list[int] = []
        self.high: list[int] = []
        self.factors: list[int] = []
        self.columns: list[int] = []
        self.ends: list[int] = [0]
        self._seen: set[tuple[int, int, tuple[tuple[int, int], ...]]] = set()

    def add(self, relation: Relation, numbers: Mapping[Figure, int]) -> None:
        """Add a relation, unless another edition gave the same one."""
        key = relation.low, relation.high, tuple(sorted((numbers[figure], factor) for factor, figure in relation.terms))
        if key in self._seen:
            return
        self._seen.add(key)
        self.low.append(relation.low)
        self.high.append(relation.high)
        self.factors.extend(factor for factor, _ in relation.terms)
        self.columns.extend(numbers[figure] for _, figure in relation.terms)
        self.ends.append(len(self.columns))

    def matrix(self, columns: int) -> csr_array:
        factors = np.array(self.factors, dtype=np.float64)
        matrix = csr_array((factors, self.columns, self.ends), shape=(len(self.low), columns))
        matrix.sum_duplicates()
        return matrix


def build(editions: Sequence[Edition]) -> System:
    """Build the system. Raises AssertionError where the exact values do not satisfy an equation.

    A bound that the exact values do not satisfy is left out.
    """
    unknowns, rows = _Unknowns(), _Rows()
    numbers = [unknowns.add(edition) for edition in editions]
    for edition, of in zip(editions, numbers, strict=True):
        relations = Relations(edition)
        for relation in relations.equations():
            value = _value(relation, edition)
            assert value == relation.low, f"{relation.name}: the exact values differ by {value}"
            rows.add(relation, of)
        for relation in relations.bounds():
            if relation.low <= _value(relation, edition) <= relation.high:
                rows.add(relation, of)
    bounds = Bounds(np.array(unknowns.low, dtype=np.float64), np.array(unknowns.high, dtype=np.float64))
    return System(
        editions,
        numbers,
        np.array(unknowns.exact, dtype=np.float64),
        rows.matrix(len(unknowns.exact)),
        np.array(rows.low, dtype=np.float64),
        np.array(rows.high, dtype=np.float64),
        bounds,
    )


def _value(relation: Relation, edition: Edition) -> int:
    return sum(factor * edition.cells[figure].exact for factor, figure in relation.terms)


class Propagation:
    """Narrows the bounds of all unknowns until no row narrows them further."""

    def __init__(self, system: System) -> None:
        entries = system.matrix.tocoo()
        self._row: NDArray[np.int64] = entries.coords[0].astype(np.int64)
        self._column: NDArray[np.int64] = entries.coords[1].astype(np.int64)
        self._factor: Floats = entries.data
        self._rows = system.matrix.shape[0]
        self._low, self._high = system.row_low, system.row_high

    def narrow(self, bounds: Bounds) -> Bounds:
        """Return the narrowed bounds, rounded inwards to integers."""
        low, high = bounds.low.copy(), bounds.high.copy()
        for _ in range(MAX_ROUNDS):
            before = low.copy(), high.copy()
            self._round(low, high)
            if np.array_equal(before[0], low) and np.array_equal(before[1], high):
                break
        assert np.all(low <= high), "the relations contradict each other"
        return Bounds(low, high)

    def _round(self, low: Floats, high: Floats) -> None:
        row, column, factor = self._row, self._column, self._factor
        positive = factor > 0
        smallest = factor * np.where(positive, low[column], high[column])
        largest = factor * np.where(positive, high[column], low[column])
        row_smallest = np.bincount(row, weights=smallest, minlength=self._rows)
        row_largest = np.bincount(row, weights=largest, minlength=self._rows)
        least = (self._low[row] - (row_largest[row] - largest)) / factor
        most = (self._high[row] - (row_smallest[row] - smallest)) / factor
        np.maximum.at(low, column, np.ceil(np.where(positive, least, most) - TOLERANCE))
        np.minimum.at(high, column, np.floor(np.where(positive, most, least) + TOLERANCE))
