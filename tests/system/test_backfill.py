"""A range of months is judged again by a real Airflow: a task for each month, and one build."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gi_monitor import steps
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from tests.inbox import rows
from tests.running import running_airflow

_PATIENCE_SECONDS = 300
EXAMPLE = Path(__file__).parents[1] / "worked_example"


@pytest.fixture
def airflow(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Airflow]:
    """An Airflow before the worked example, in which the original bytes of one month were destroyed."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    shutil.copytree(EXAMPLE / "deliveries", warehouse / "inbox")
    for gi_code in ("haagrijn", "waddenkust"):
        steps.take_in(gi_code)
    [[purged]] = rows(
        "select delivery_id from ledger.known where known_to is null"
        " and gi_code = 'haagrijn' and reporting_month = '2024-02-01'"
    )
    steps.destroy(purged, reason="verzoek om wissing")
    with running_airflow(warehouse) as here:
        yield here


def test_every_month_that_can_be_is_judged_again_in_order_and_the_marts_follow(airflow: Airflow) -> None:
    dana = airflow.client("dana")
    asked = {"gi_code": "haagrijn", "van": "2024-02", "tot_en_met": "2024-04", "reden": "dialect hersteld"}

    dana.trigger("backfill", asked)

    def ended() -> bool:
        return dana.dag_runs("backfill")[0]["state"] in ("success", "failed")

    assert wait_until(ended, _PATIENCE_SECONDS, pause=0.5), "it never came"
    assert dana.dag_runs("backfill")[0]["state"] == "failed", "somebody has to see that a month was not judged"
    judged = rows(
        "select d.reporting_month::text, c.cause from ledger.delivery as d inner join ledger.state_change as c"
        " using (delivery_id) where d.recheck_of is not null and c.to_state = 'received' order by d.delivery_id"
    )
    assert [month for month, _ in judged] == ["2024-03-01", "2024-04-01"]
    assert all("dialect hersteld (dana, " in cause for _, cause in judged)
    assert wait_until(lambda: not steps.undone(), _PATIENCE_SECONDS, pause=1), "the marts were not built"
