"""Whatever happens, what began plus what came less what went is what is left."""

from __future__ import annotations

import pandas as pd
from hypothesis import HealthCheck, given, settings

from tests.recompute import balance
from tests.recompute.accepted import Accepted
from tests.recompute.histories import EVERYTHING_IS_KNOWN, histories
from tests.recompute.history import WAITING_FOR_A_WORKER, History, Scope
from tests.recompute.parameters import Parameters


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_every_balance_closes(accepted: Accepted) -> None:
    history = History(accepted, Parameters.read(), EVERYTHING_IS_KNOWN)
    for code in accepted.institutions["gi_code"]:
        for month in history.months[1:]:
            scope = Scope(history, (month,), frozenset([code]))
            figures = [*balance.measures(scope), *balance.lists(scope, WAITING_FOR_A_WORKER)]
            cells = pd.DataFrame(figures).pivot_table("value", "category", "component", aggfunc="sum")
            measures = cells.loc[["total", "jeugdbescherming", "jeugdreclassering"]]
            came, went = measures[balance.IN].sum(axis=1), measures[balance.OUT].sum(axis=1)
            assert (measures["stock_begin"] + came - went == measures["stock_end"]).all()
