"""What each lever does to the country, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gi_monitor import parameters
from gi_monitor.month import Month
from gi_monitor.scenario.facts import Facts, FactsError
from gi_monitor.scenario.fit import fit
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.quantities import NATIONAL, forecast
from gi_monitor.scenario.simulation import Simulation

MONTHS = 24


@pytest.fixture(scope="module")
def simulation(facts: Facts) -> Simulation:
    return Simulation(fit(facts, facts.months[-1]), seed=4, paths=1_000, months=MONTHS)


def national(simulation: Simulation, **levers: object) -> pd.Series:
    rows = forecast(simulation.run(Levers.model_validate(levers)))
    last = rows[(rows["institution"] == NATIONAL) & (rows["month"] == rows["month"].max())]
    return last.set_index("quantity")["p50"]


@pytest.mark.parametrize(
    ("levers", "up", "down"),
    [
        ({"hires": 2.0}, {"fte"}, {"workload", "waiting"}),
        ({"tariff": {"fte": 30, "months": 12}}, {"fte"}, {"workload", "waiting"}),
        ({"turnover": -0.3}, {"fte"}, {"workload", "waiting"}),
        ({"turnover": 0.3}, {"workload", "waiting"}, {"fte"}),
        ({"inflow": -0.1}, set(), {"measures", "workload", "waiting"}),
        ({"inflow": 0.1}, {"measures", "workload", "waiting"}, set()),
        ({"training": -4}, {"fte"}, {"workload"}),
        ({"training": 8}, {"workload"}, {"fte"}),
    ],
)
def test_a_lever_moves_what_it_should(
    simulation: Simulation, levers: dict[str, object], up: set[str], down: set[str]
) -> None:
    change = national(simulation, **levers) - national(simulation)

    assert set(change.index[change > 0.01]) - {"assigned_workload"} >= up
    assert set(change.index[change < -0.01]) - {"assigned_workload"} >= down
    if "inflow" not in levers:
        assert change["measures"] == 0
    else:
        assert change["fte"] == 0


def test_a_tariff_brings_the_fte_it_pays_for_less_who_left_again(simulation: Simulation) -> None:
    more = national(simulation, tariff={"fte": 30, "months": 12})["fte"] - national(simulation)["fte"]

    assert 0.6 * 30 < more < 30


def test_a_rule_changes_who_waits_and_not_how_many_measures_an_fte_has(simulation: Simulation) -> None:
    usual, held = national(simulation), national(simulation, rule="hold_path")

    assert held["workload"] == usual["workload"]
    assert held["waiting"] != usual["waiting"]


def test_held_to_the_path_nobody_carries_more_than_it_but_who_did_already(facts: Facts) -> None:
    origin = facts.months[14]
    fitted = fit(facts, origin)
    paths = Simulation(fitted, seed=1, paths=300, months=12).run(Levers(rule="hold_path"))
    given = paths.given > 0
    path = np.array([fitted.path(month) for month in paths.months])

    assert given.any() and not given.all()
    assert (paths.assigned[given] <= (paths.team.fte * path)[given]).all()


def test_above_the_path_the_rule_of_two_helps_more_than_holding_it(facts: Facts) -> None:
    fitted = fit(facts, facts.months[12])
    tight = replace(fitted, baseline=np.full(13, parameters.norm(facts.months[12].reference_date)))
    simulation = Simulation(tight, seed=1, paths=300, months=12)
    waiting = {rule: national(simulation, rule=rule)["waiting"] for rule in ("hold_path", "two_closed_one_new")}

    assert waiting["two_closed_one_new"] < waiting["hold_path"]


def test_without_a_baseline_there_is_no_path_to_hold(facts: Facts) -> None:
    fitted = replace(fit(facts, facts.months[-1]), baseline=np.append(np.full(12, 15.0), np.nan))
    simulation = Simulation(fitted, seed=1, paths=100, months=1)

    simulation.run(Levers())
    with pytest.raises(FactsError, match=r"levers.rule: hold_path needs the path, .* baseline of waddenkust"):
        simulation.run(Levers(rule="hold_path"))


def test_before_the_accord_there_is_no_path_to_hold(facts: Facts) -> None:
    fitted = replace(fit(facts, facts.months[-1]), origin=Month(2022, 6))
    simulation = Simulation(fitted, seed=1, paths=100, months=1)

    simulation.run(Levers())
    with pytest.raises(LookupError, match="the path to the norm begins after 2022-07-31"):
        simulation.run(Levers(rule="hold_path"))


def test_the_same_seed_says_the_same_and_another_something_else(facts: Facts) -> None:
    fitted = fit(facts, facts.months[-1])
    first, again, other = (
        forecast(Simulation(fitted, seed=seed, paths=100, months=6).run(Levers(hires=3))) for seed in (1, 1, 2)
    )

    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
