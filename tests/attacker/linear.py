"""Linear programming over the connected parts of a system, with one HiGHS model for each part and attacker."""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from tests.attacker.published import UNBOUNDED
from tests.attacker.system import Bounds, Floats, System

Ints = NDArray[np.int64]
BOX = 10**6  # no figure is larger, and HiGHS loses no precision
MAX_NODES = 2000
FINAL = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit)


@dataclass(frozen=True)
class Part:
    """A connected part: the numbers of its unknowns and the rows that still restrict them."""

    unknowns: Ints
    matrix: csr_array
    row_low: Floats
    row_high: Floats


def parts(system: System, bounds: Bounds) -> Iterator[Part]:
    """Yield the connected parts of what remains after known values are put into the rows.

    Rows that the bounds alone satisfy are left out.
    """
    free = np.flatnonzero(bounds.low < bounds.high)
    known = np.where(bounds.low < bounds.high, 0.0, bounds.low)
    constant = system.matrix @ known
    matrix = csr_array(system.matrix[:, free])
    row_low, row_high = system.row_low - constant, system.row_high - constant
    active = _restricting(matrix, Bounds(row_low, row_high), Bounds(bounds.low[free], bounds.high[free]))
    matrix = csr_array(matrix[active])
    row_low, row_high = row_low[active], row_high[active]
    count, label = connected_components(matrix.T @ matrix, directed=False)
    order = np.argsort(label, kind="stable")
    first_row_entry = matrix.indices[matrix.indptr[:-1]]
    row_label = label[first_row_entry] if len(first_row_entry) else np.empty(0, dtype=label.dtype)
    row_order = np.argsort(row_label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(count + 1))
    row_starts = np.searchsorted(row_label[row_order], np.arange(count + 1))
    for number in range(count):
        columns = order[starts[number] : starts[number + 1]]
        rows = row_order[row_starts[number] : row_starts[number + 1]]
        yield Part(free[columns], csr_array(matrix[rows][:, columns]), row_low[rows], row_high[rows])


def _restricting(matrix: csr_array, rows: Bounds, columns: Bounds) -> NDArray[np.bool_]:
    positive, negative = matrix.maximum(0), matrix.minimum(0)
    smallest = positive @ columns.low + negative @ columns.high
    largest = positive @ columns.high + negative @ columns.low
    filled = np.diff(matrix.indptr) > 0
    return np.asarray(filled & ((smallest < rows.low) | (largest > rows.high)))


class Program:
    """A linear or integer program whose objective changes from call to call."""

    def __init__(self, part: Part, bounds: Bounds, integral: NDArray[np.bool_] | None = None) -> None:
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = part.matrix.shape
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_ = np.maximum(bounds.low[part.unknowns], -BOX)
        lp.col_upper_ = np.minimum(bounds.high[part.unknowns], BOX)
        lp.row_lower_ = np.where(part.row_low < -UNBOUNDED / 2, -highspy.kHighsInf, part.row_low)
        lp.row_upper_ = np.where(part.row_high > UNBOUNDED / 2, highspy.kHighsInf, part.row_high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = part.matrix.indptr
        lp.a_matrix_.index_ = part.matrix.indices
        lp.a_matrix_.value_ = part.matrix.data
        self._columns = np.arange(lp.num_col_, dtype=np.int32)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, bool | int | float | str] = {"output_flag": False, "threads": 1}
        if integral is None:
            # Each optimum is a feasible start for the next objective, so primal simplex without presolve is fastest.
            options |= {"presolve": "off", "simplex_strategy": 4}
        else:
            types = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [types[int(whole)] for whole in integral]
            options |= {"mip_max_nodes": MAX_NODES, "mip_rel_gap": 0.0}
        self._set(options)
        self._highs.passModel(lp)

    def minimise(self, costs: Floats) -> Floats | None:
        """Return a point with the smallest value of the objective, or None where the limit of nodes was reached."""
        self._highs.changeColsCost(len(self._columns), self._columns, costs)
        status = self._run()
        if status not in FINAL:
            # Primal simplex from the last point failed: start again with presolve and dual simplex.
            self._highs.clearSolver()
            self._set({"presolve": "on", "simplex_strategy": 1})
            status = self._run()
            self._set({"presolve": "off", "simplex_strategy": 4})
        if status == highspy.HighsModelStatus.kSolutionLimit:
            return None
        assert status == highspy.HighsModelStatus.kOptimal, f"HiGHS stopped with {status}"
        return np.array(self._highs.getSolution().col_value)

    def _set(self, options: dict[str, bool | int | float | str]) -> None:
        for option, value in options.items():
            self._highs.setOptionValue(option, value)

    def _run(self) -> highspy.HighsModelStatus:
        self._highs.run()
        return self._highs.getModelStatus()
