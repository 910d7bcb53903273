"""Search for the smallest and largest value of each target that an attacker cannot rule out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.attacker.linear import Ints, Part, Program, parts
from tests.attacker.published import Interval
from tests.attacker.system import TOLERANCE, Bounds, Floats, System

RANDOM_ROUNDS = 8
SHARPENED_WIDTH = 4


@dataclass(frozen=True)
class Target:
    """A suppressed unknown, and how wide its interval must be."""

    unknown: int
    needed: int
    is_fte: bool
    is_nonzero: bool  # a suppressed net count is 1-4 in size


class Ranges:
    """The smallest and largest value seen of each target of a part, between integers."""

    def __init__(self, targets: Sequence[Target], values: Floats) -> None:
        self._needed = np.array([target.needed for target in targets])
        self._nonzero = np.array([target.is_nonzero for target in targets])
        self._low, self._high = values.copy(), values.copy()

    def add(self, values: Floats) -> None:
        """Widen the ranges by values that satisfy all relations."""
        np.minimum(self._low, values, out=self._low)
        np.maximum(self._high, values, out=self._high)

    def intervals(self) -> tuple[Floats, Floats]:
        """Return the smallest and the largest integers inside the ranges."""
        low, high = np.ceil(self._low - TOLERANCE), np.floor(self._high + TOLERANCE)
        return np.where(self._nonzero & (low == 0), 1, low), np.where(self._nonzero & (high == 0), -1, high)

    def wide(self) -> NDArray[np.bool_]:
        """Mark the targets whose range is so wide that whole numbers cannot make it too narrow."""
        return np.asarray(self._high - self._low > SHARPENED_WIDTH)

    def narrow(self) -> Ints:
        """Return the places of the targets whose range is too narrow so far."""
        low, high = self.intervals()
        return np.flatnonzero(high - low < self._needed)


class _Search:
    """The search in one connected part."""

    def __init__(self, part: Part, bounds: Bounds, targets: Sequence[Target], exact: Floats) -> None:
        self._part, self._bounds, self._targets = part, bounds, targets
        place = {int(unknown): column for column, unknown in enumerate(part.unknowns)}
        self._columns = np.array([place[target.unknown] for target in targets])
        self._exact = exact[part.unknowns][self._columns]
        self._random = np.random.default_rng(len(part.unknowns))

    def run(self, integral: NDArray[np.bool_]) -> Iterator[tuple[Target, Interval]]:
        """Yield the targets whose interval is too narrow. `integral` marks the unknowns that are counts."""
        linear = Ranges(self._targets, self._exact)
        whole = Ranges(self._targets, self._exact)
        self._widen(Program(self._part, self._bounds), linear, whole, integral, range(len(self._targets)))
        found = linear.narrow().tolist()
        yield from self._results(linear, found)
        wide = linear.wide()
        counts = [p for p, target in enumerate(self._targets) if not (p in found or target.is_fte or wide[p])]
        if _common(whole.narrow(), counts):
            proven = self._widen(Program(self._part, self._bounds, integral), whole, whole, integral, counts)
            yield from self._results(whole, [p for p in _common(whole.narrow(), counts) if p in proven])

    def _widen(
        self, program: Program, ranges: Ranges, whole: Ranges, integral: NDArray[np.bool_], places: Sequence[int]
    ) -> set[int]:
        """Widen the ranges of the targets, first of all together, and return those of which both ends were found."""
        for _ in range(RANDOM_ROUNDS):
            if not (narrow := _common(ranges.narrow(), places)):
                return set()
            self._solve(program, self._signs(narrow), (ranges, whole), integral)
        proven = set()
        for place in _common(ranges.narrow(), places):
            costs = np.zeros(len(self._part.unknowns))
            costs[self._columns[place]] = 1.0
            ends = [self._solve(program, sign * costs, (ranges, whole), integral) for sign in (1.0, -1.0)]
            if all(ends):
                proven.add(place)
        return proven

    def _results(self, ranges: Ranges, places: Sequence[int]) -> Iterator[tuple[Target, Interval]]:
        low, high = ranges.intervals()
        for place in places:
            yield self._targets[place], Interval(int(low[place]), int(high[place]))

    def _signs(self, places: Sequence[int]) -> Floats:
        costs = np.zeros(len(self._part.unknowns))
        signs = self._random.choice([-1.0, 1.0], len(places))
        for place, sign in zip(places, signs, strict=True):
            costs[self._columns[place]] += sign / self._targets[place].needed
        return costs

    def _solve(
        self, program: Program, costs: Floats, ranges: tuple[Ranges, Ranges], integral: NDArray[np.bool_]
    ) -> bool:
        point = program.minimise(costs)
        if point is None:
            return False
        any_point, whole_points = ranges
        any_point.add(point[self._columns])
        counts = point[integral]
        if np.all(np.abs(counts - np.round(counts)) < TOLERANCE):
            whole_points.add(point[self._columns])
        return True


def _common(narrow: Ints, places: Sequence[int]) -> list[int]:
    chosen = set(places)
    return [place for place in narrow.tolist() if place in chosen]


def too_narrow(
    system: System, bounds: Bounds, targets: Sequence[Target], counts: NDArray[np.bool_]
) -> Iterator[tuple[Target, Interval]]:
    """Yield the targets that the bounds, a linear or an integer program prove to be too narrow, with the interval.

    `counts` marks the unknowns that are whole numbers; fte stay continuous.
    """
    for target in targets:
        low, high = int(bounds.low[target.unknown]), int(bounds.high[target.unknown])
        interval = Interval(low + (target.is_nonzero and low == 0), high - (target.is_nonzero and high == 0))
        if interval.high - interval.low < target.needed:
            yield target, interval
    for part in parts(system, bounds):
        inside = set(part.unknowns.tolist())
        chosen = [t for t in targets if t.unknown in inside and not _decided(t, bounds)]
        if chosen and part.matrix.shape[0]:
            yield from _Search(part, bounds, chosen, system.exact).run(counts[part.unknowns])


def _decided(target: Target, bounds: Bounds) -> bool:
    low, high = bounds.low[target.unknown], bounds.high[target.unknown]
    low, high = low + (target.is_nonzero and low == 0), high - (target.is_nonzero and high == 0)
    return bool(high - low < target.needed)
