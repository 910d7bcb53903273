"""What a scenario rests on, and what it says when that is not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gi_monitor.month import Month
from gi_monitor.scenario import facts as of_marts
from gi_monitor.scenario.facts import Facts, FactsError
from gi_monitor.scenario.fit import fit
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.quantities import NATIONAL, observed
from gi_monitor.scenario.simulation import Simulation


def without(facts: Facts, month: int, institution: str) -> Facts:
    """One delivery never came."""
    lacking = {
        name: getattr(facts, name).copy()
        for name in ("delivered", "running", "trainees", "workers", "qualified", "fte", "waiting")
    }
    for values in lacking.values():
        values[month, facts.institutions.index(institution)] = 0
    return replace(facts, **lacking)


def test_rows_are_put_where_they_belong() -> None:
    key = {"gi_code": "haagrijn", "month": "2024-02"}
    other = {"gi_code": "waddenkust", "month": "2024-01"}
    measures = pd.DataFrame(
        [
            {**key, "measure_type": "11", "months_since_ruling": 3, "measures": 7},
            {**other, "measure_type": "21", "months_since_ruling": 400, "measures": 2},
        ]
    )
    person = {**key, "is_trainee": False, "is_side_entrant": False}
    posts = pd.DataFrame(
        [
            {**person, "months_in_role": 1, "persons": 2, "fte_caseload": 0.9},
            {**person, "months_in_role": 50, "persons": 5, "fte_caseload": 4.5},
            {**person, "months_in_role": 0, "persons": 1, "fte_caseload": 0.4, "is_side_entrant": True},
            {**person, "months_in_role": 2, "persons": 3, "fte_caseload": 0.0, "is_trainee": True},
        ]
    )
    facts = of_marts.of(measures, posts, pd.DataFrame([{**key, "measures": 4}]))

    assert facts.months == (Month(2024, 1), Month(2024, 2))
    assert facts.delivered.tolist() == [[False, True], [True, False]]
    assert facts.running[1, 0, 0, 3] == 7 and facts.running[0, 1, 1, 60] == 2
    assert facts.workers[1, 0].tolist() == [1, 2, 0, 5] and facts.trainees[1, 0, 2] == 3
    assert facts.qualified[1, 0] == 1
    assert facts.fte[1, 0] == pytest.approx([1.3, 4.5])
    assert facts.waiting.tolist() == [[0, 0], [4, 0]]
    no_list = pd.DataFrame(columns=["gi_code", "month", "measures"])
    assert not of_marts.of(measures, posts[~posts["is_trainee"]], no_list).trainees.any()


def test_a_month_without_a_delivery_is_no_fall(facts: Facts) -> None:
    lacking = without(facts, 20, "haagrijn")
    said = [
        Simulation(fit(each, each.months[-1]), seed=1, paths=300, months=6).run(Levers()).waiting.mean()
        for each in (facts, lacking)
    ]

    assert said[1] == pytest.approx(said[0], rel=0.1)
    assert np.isfinite(fit(lacking, lacking.months[-1]).waiting_changes).all()
    national = observed(lacking).query("institution == @NATIONAL and month == @lacking.months[20].__str__()")
    assert national.empty


def test_an_origin_that_is_not_complete_is_refused(facts: Facts) -> None:
    with pytest.raises(FactsError, match="origin: haagrijn did not deliver 2024-06: name an earlier month"):
        fit(without(facts, 20, "haagrijn"), Month(2024, 6))
    with pytest.raises(FactsError, match="origin: the marts hold no 2025-01; they hold 2022-10 to 2024-12"):
        fit(facts, Month(2025, 1))
    with pytest.raises(FactsError, match="2023-09 has no year of facts before it: name 2023-10 or later"):
        fit(facts, Month(2023, 9))


def test_empty_marts_are_said() -> None:
    empty = pd.DataFrame(columns=["gi_code", "month"])
    with pytest.raises(FactsError, match="the marts hold no measures"):
        of_marts.of(empty, empty, empty)


def test_the_baseline_is_the_workload_of_its_month(facts: Facts) -> None:
    place = facts.months.index(Month(2023, 4))

    assert facts.baseline_workload() == pytest.approx(facts.measures[place] / facts.total_fte[place])
    assert NATIONAL not in facts.institutions
