"""What a scenario says: the forecast, what each lever gives, the queue's figures, and how good forecasts have been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gi_monitor.scenario import backtest, queues
from gi_monitor.scenario.facts import Facts
from gi_monitor.scenario.files import Scenario
from gi_monitor.scenario.fit import fit
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.quantities import NATIONAL, forecast, observed
from gi_monitor.scenario.simulation import Paths, Simulation

NONE, TOGETHER = "none", "together"
_WEEKS_A_MONTH = 365.25 / 12 / 7
_QUEUE_MONTHS = 12


@dataclass(frozen=True)
class Result:
    """One run. ``scenario`` has its origin filled in; the frames have one row per institution and what they name.

    ``levers``: per lever and quantity at the horizon, the interval and the ``change`` of the median from none.
    ``queue``: what arrives and is helped a week in the first year, and what the rules of thumb ask.
    """

    scenario: Scenario
    facts_sha256: str
    observed: pd.DataFrame
    forecast: pd.DataFrame
    levers: pd.DataFrame
    queue: pd.DataFrame
    backtest: pd.DataFrame


def run(scenario: Scenario, facts: Facts) -> Result:
    """Run a scenario. Raises FactsError when the facts do not allow it; the message says what does."""
    origin = scenario.origin or facts.last_complete
    fitted = fit(facts, origin)
    simulation = Simulation(fitted, seed=scenario.seed, paths=scenario.paths, months=scenario.horizon)
    without, together = simulation.run(Levers()), simulation.run(scenario.levers)
    said = {NONE: forecast(without), TOGETHER: forecast(together)}
    alone = {name: forecast(simulation.run(levers)) for name, levers in scenario.levers.each_alone().items()}
    return Result(
        scenario.model_copy(update={"origin": origin}),
        facts.sha256,
        observed(facts),
        said[TOGETHER].merge(said[NONE][[*_KEY, "p50"]].rename(columns={"p50": "without_levers"})),
        _what_each_gives({NONE: said[NONE], **alone, TOGETHER: said[TOGETHER]}),
        _queue(together, scenario.target_weeks),
        backtest.run(facts, seed=scenario.seed),
    )


_KEY = ["month", "institution", "quantity"]


def _what_each_gives(variants: dict[str, pd.DataFrame]) -> pd.DataFrame:
    at_the_end = {name: rows[rows["month"] == rows["month"].max()] for name, rows in variants.items()}
    before = at_the_end[NONE][[*_KEY, "p50"]].rename(columns={"p50": "before"})
    frames = [rows.merge(before).assign(lever=name) for name, rows in at_the_end.items()]
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    table["change"] = table["p50"] - table.pop("before")
    return table


def _queue(paths: Paths, target_weeks: float) -> pd.DataFrame:
    """Means over paths and the first year. Demand is whoever needs a worker: new measures, and of workers who left."""
    waiting, joined, given = (
        np.append(mean, mean.sum()) for mean in (each[:, :_QUEUE_MONTHS].mean(axis=(0, 1)) for each in _lists(paths))
    )
    rows = []
    for number, institution in enumerate([*paths.institutions, NATIONAL]):
        demand, capacity, queue = joined[number] / _WEEKS_A_MONTH, given[number] / _WEEKS_A_MONTH, waiting[number]
        target = queues.target_queue(demand, target_weeks)
        relief = queues.needs_relief(queue, target)
        rows.append(
            {
                "institution": institution,
                "demand": demand,
                "capacity": capacity,
                "load": queues.load(demand, capacity) if capacity else np.inf,
                "queue": queue,
                "target_queue": target,
                "capacity_needed": (
                    queues.relief_capacity(demand, queue, target)
                    if relief
                    else queues.target_capacity(demand, target_weeks)
                ),
                "pressure": queues.pressure(queue / demand, target_weeks) if demand else 0.0,
            }
        )
    return pd.DataFrame(rows)


def _lists(paths: Paths) -> tuple[np.ndarray, ...]:
    return paths.waiting, paths.joined, paths.given
