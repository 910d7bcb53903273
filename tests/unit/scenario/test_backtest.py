"""The back-test on made-up histories that were not looked at while the model was made."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gi_monitor.month import Month
from gi_monitor.scenario import backtest
from gi_monitor.scenario.facts import Facts, FactsError
from gi_monitor.scenario.quantities import QUANTITIES
from tests.unit.scenario.made_up import history

UNSEEN = range(1001, 1006)
"""Seeds up to 1000 were there to build with."""


@pytest.fixture(scope="module")
def tested() -> pd.DataFrame:
    return pd.concat([backtest.run(history(seed), seed=seed) for seed in UNSEEN])


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_interval_of_80_percent_holds_70_to_90_percent_of_what_was_observed(
    tested: pd.DataFrame, quantity: str
) -> None:
    known = backtest.coverage(tested).set_index("quantity").loc[quantity]

    assert known["months"] > 1_250
    assert 0.70 <= known["share"] <= 0.90


def test_a_forecast_knows_nothing_of_what_came_after_it(facts: Facts) -> None:
    changed = {name: getattr(facts, name).copy() for name in ("running", "workers", "trainees", "fte", "waiting")}
    for values in changed.values():
        values[13:] *= 3
    said = [
        backtest.run(of, seed=1).query("origin == '2023-10'").drop(columns=["value", "inside"])
        for of in (facts, replace(facts, **changed))
    ]

    assert facts.months[12] == Month(2023, 10)
    pd.testing.assert_frame_equal(*said)


def test_an_institution_without_a_list_does_not_make_the_forecast_look_good(facts: Facts) -> None:
    rows = backtest.run(facts, seed=1).query("quantity == 'waiting'")

    assert "ankerhuis" not in set(rows["institution"])
    assert "haagrijn" in set(rows["institution"])


def test_too_little_history_is_said(facts: Facts) -> None:
    with pytest.raises(FactsError, match="a back-test needs 14 months of deliveries; the marts hold 13"):
        backtest.run(facts.until(Month(2023, 10)), seed=1)
