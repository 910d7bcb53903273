"""What is shown of facts and of paths: the same quantities, of every institution and of the country."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gi_monitor.month import Month
from gi_monitor.scenario.facts import Facts, Floats, Ints
from gi_monitor.scenario.simulation import Paths

NATIONAL = "NL"
INTERVAL = {"p10": 0.10, "p50": 0.50, "p90": 0.90}
"""The median, and the interval that should hold 80 % of what comes."""
QUANTITIES = ("workload", "waiting", "measures", "fte", "assigned_workload")


def observed(facts: Facts) -> pd.DataFrame:
    """One row per month, institution and quantity: ``value``; the country only where all delivered."""
    values = _quantities(facts.measures, facts.total_fte, facts.waiting)
    complete = facts.delivered.all(axis=1, keepdims=True)
    known = np.concatenate([facts.delivered, complete], axis=1)
    rows = _index(facts.months, facts.institutions)
    frames = [rows.assign(quantity=name, value=values[name].ravel())[known.ravel()] for name in QUANTITIES]
    return pd.concat(frames, ignore_index=True)


def forecast(paths: Paths) -> pd.DataFrame:
    """One row per month, institution and quantity: ``p10``, ``p50`` and ``p90`` over the paths."""
    values = _quantities(paths.caseload.stock, paths.team.fte, paths.waiting)
    rows = _index(paths.months, paths.institutions)
    frames = []
    for name in QUANTITIES:
        at = np.quantile(values[name], list(INTERVAL.values()), axis=0)
        spread = {label: part.ravel() for label, part in zip(INTERVAL, at, strict=True)}
        frames.append(rows.assign(quantity=name, **spread))
    return pd.concat(frames, ignore_index=True)


def _quantities(measures: Ints, fte: Floats, waiting: Ints) -> dict[str, Floats]:
    """By name, with the country behind the institutions on the last axis; ratios are ratios of sums."""
    stock, carrying, queue = _with_national(measures), _with_national(fte), _with_national(waiting)
    per_fte = np.maximum(carrying, 1e-9)
    return {
        "workload": stock / per_fte,
        "waiting": queue,
        "measures": stock,
        "fte": carrying,
        "assigned_workload": (stock - queue) / per_fte,
    }


def _with_national(values: Ints | Floats) -> Floats:
    return np.concatenate([values, values.sum(axis=-1, keepdims=True)], axis=-1).astype(np.float64)


def _index(months: Sequence[Month], institutions: Sequence[str]) -> pd.DataFrame:
    rows = [(str(month), gi) for month in months for gi in [*institutions, NATIONAL]]
    return pd.DataFrame(rows, columns=["month", "institution"])
