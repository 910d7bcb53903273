"""How good it would have been: forecasts from months that have passed, beside what was observed since."""

from __future__ import annotations

import pandas as pd

from gi_monitor.scenario.cohorts import WINDOW
from gi_monitor.scenario.facts import Facts, FactsError
from gi_monitor.scenario.fit import fit
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.quantities import forecast, observed
from gi_monitor.scenario.simulation import Simulation

PATHS = 1_000
_EVERY, _HORIZON = 3, 12
"""Months between origins, and how many months are forecast from each."""


def run(facts: Facts, *, seed: int) -> pd.DataFrame:
    """One row per origin, month, institution and quantity: observed ``value``, the interval, and whether it held.

    Each forecast knows the facts up to its origin alone, and pulls no lever. An institution that keeps no list has
    nothing to forecast there. Raises FactsError when less than fourteen months are known.
    """
    real = observed(facts)
    frames = []
    for place in range(WINDOW, len(facts.months) - 1, _EVERY):
        origin = facts.months[place]
        if facts.delivered[place].all():
            months = min(_HORIZON, len(facts.months) - 1 - place)
            paths = Simulation(fit(facts, origin), seed=seed, paths=PATHS, months=months).run(Levers())
            frames.append(forecast(paths).merge(real).assign(origin=str(origin)))
    if not frames:
        raise FactsError(f"a back-test needs {WINDOW + 2} months of deliveries; the marts hold {len(facts.months)}")
    rows = pd.concat(frames, ignore_index=True)
    rows = rows[(rows["p90"] > 0) | (rows["value"] > 0)]
    return rows.assign(inside=(rows["p10"] <= rows["value"]) & (rows["value"] <= rows["p90"]))


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """Per quantity the ``share`` of observed months inside the 80 % interval, and of how many (``months``)."""
    return rows.groupby("quantity")["inside"].agg(share="mean", months="size").reset_index()
