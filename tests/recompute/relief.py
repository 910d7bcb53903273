"""C6's path and N1: against the baseline of 2023-04-30."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from gi_monitor.month import Month
from tests.recompute.figure import Figure
from tests.recompute.history import Scope
from tests.recompute.parameters import Parameters
from tests.recompute.volumes import norm, workload
from tests.recompute.waits import children_waiting

CLASSES = ["both_down", "workload_down_list_up", "workload_up_list_down", "both_up", "about_the_same"]


def at_baseline(scope: Scope) -> Scope:
    """What the institutions are compared with, on the baseline's reference date."""
    return scope.earlier(Month.of(scope.parameters.baseline.date()))


def reduction(parameters: Parameters, d: pd.Timestamp) -> tuple[Fraction, bool]:
    """By how much the path has gone down at d (nothing before it began), and whether that was assumed."""
    day = d + pd.Timedelta(days=1)
    reached = [row for row in parameters.path if pd.Timestamp(row["reference_date"]) <= day]
    last = parameters.path[-1]
    if not reached:
        return Fraction(0), False
    # After its last row 1.0 more every four months.
    begun = pd.Timestamp(last["reference_date"])
    steps = max(0, ((day.year - begun.year) * 12 + day.month - begun.month) // 4)
    agreed = Fraction(reached[-1]["reduction_since_baseline"])
    if reached[-1] is not last or steps == 0:
        return agreed, False
    return agreed + steps * parameters.number("path", "assumed_step_per_four_months", d), True


def gap_to_path(scope: Scope) -> Iterator[Figure]:
    """C6: path(d) = max(12, C3 at the baseline - reduction); national over institutions present at both dates."""
    now, then = workload(scope), workload(at_baseline(scope))
    down, assumed = reduction(scope.parameters, scope.d)
    path = None if then is None else max(norm(scope), then - down)
    yield Figure("path", path)
    yield Figure("gap_to_path", None if now is None or path is None else now - path)
    yield Figure("path_assumed", int(assumed))


def _deltas(scope: Scope) -> tuple[Fraction, int] | None:
    then = at_baseline(scope)
    before, after = workload(then), workload(scope)
    if before is None or after is None:
        return None
    return after - before, children_waiting(scope) - children_waiting(then)


def _class(workload_delta: Fraction, waiting_delta: int) -> str:
    if abs(workload_delta) < Fraction(1, 2) and abs(waiting_delta) < 5:
        return "about_the_same"
    # A zero change counts as down.
    return {
        (True, True): "both_down",
        (True, False): "workload_down_list_up",
        (False, True): "workload_up_list_down",
        (False, False): "both_up",
    }[workload_delta <= 0, waiting_delta <= 0]


def is_the_relief_real(scope: Scope) -> Iterator[Figure]:
    """N1; national: the number of institutions in each class, no deltas."""
    if scope.national:
        each = [_deltas(Scope(scope.history, scope.months, frozenset([code]))) for code in scope.institutions]
        classes = [_class(*deltas) for deltas in each if deltas is not None]
        for name in CLASSES if scope.institutions else ["total"]:
            yield Figure("class", classes.count(name), category=name)
        return
    deltas = _deltas(scope)
    yield Figure("delta_workload", deltas and deltas[0])
    yield Figure("delta_waiting", deltas and deltas[1])
    yield Figure("class", 1, category=_class(*deltas)) if deltas else Figure("class", None)
