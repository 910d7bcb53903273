"""Every indicator of the warehouse beside its recomputation from the accepted rows, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings

from gi_monitor.month import Month
from gi_monitor.warehouse import build
from tests.made_up import made_up
from tests.recompute import warehouse as stored
from tests.recompute.accepted import Accepted, of_folder
from tests.recompute.comparison import differences, names
from tests.recompute.histories import histories
from tests.recompute.history import History
from tests.recompute.observations import observations
from tests.recompute.parameters import Parameters

NOW = "2027-01-01T00:00:00+00:00"
AFTER_SIX_MONTHS = "2023-09-20T00:00:00+00:00"
INSTITUTIONS = ["ankerhuis", "dommelpeel", "geuldal", "haagrijn", "ijsselzoom", "kennemerduin"]
"""Between them they can report everything, and each figure is one that some of them cannot report."""
SCALE, FIRST, LAST = 0.05, Month(2023, 3), Month(2024, 6)
"""The baseline, twelve months after it for what looks back a year, and the closing months of three trimesters."""


@pytest.fixture
def in_2027(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every made-up history lies in the past."""
    monkeypatch.setenv("GI_MONITOR_NOW", NOW)


@pytest.fixture(scope="module")
def country() -> Accepted:
    """Sixteen months of six institutions; one month of one is missing, another's baseline was delivered again."""
    everything = _of(of_folder(made_up(SCALE, FIRST, LAST, canonical=True) / "deliveries"), INSTITUTIONS)
    return _delivered_again(_without(everything, "geuldal", "2023-12-01"), "haagrijn", "2023-04-01")


def _of(accepted: Accepted, gi_codes: list[str]) -> Accepted:
    """The deliveries of some institutions; rows of the others belong to no delivery and do not count."""
    return replace(
        accepted,
        institutions=accepted.institutions[accepted.institutions["gi_code"].isin(gi_codes)],
        deliveries=accepted.deliveries[accepted.deliveries["gi_code"].isin(gi_codes)],
    )


def _is(deliveries: pd.DataFrame, gi_code: str, month: str) -> pd.Series:
    return (deliveries["gi_code"] == gi_code) & (deliveries["reporting_month"] == month)


def _without(accepted: Accepted, gi_code: str, month: str) -> Accepted:
    """One delivery never came."""
    return replace(accepted, deliveries=accepted.deliveries[~_is(accepted.deliveries, gi_code, month)])


def _delivered_again(accepted: Accepted, gi_code: str, month: str) -> Accepted:
    """What was accepted replaces, five months later, a delivery that lacked every seventh row."""
    (number,) = accepted.deliveries.loc[_is(accepted.deliveries, gi_code, month), "delivery_id"]
    first = accepted.deliveries["delivery_id"] == number
    again = accepted.deliveries["known_from"] + pd.Timedelta(days=150)
    lacking = accepted.deliveries[first].assign(delivery_id=10_000, known_to=again)
    deliveries = accepted.deliveries.assign(known_from=accepted.deliveries["known_from"].mask(first, again))
    return Accepted(
        accepted.institutions,
        pd.concat([deliveries, lacking]),
        *(_with_copy(rows, number) for rows in (accepted.caseload, accepted.waitlist, accepted.staffing)),
    )


def _with_copy(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    mine = rows[rows["delivery_id"] == number].reset_index(drop=True)
    # No stay is delivered without its measure.
    kept = mine[mine.index % 7 > 0] if "list" not in mine else mine.head(0)
    return pd.concat([rows, kept.assign(delivery_id=10_000)])


def _build(vintage: datetime) -> None:
    with build.building() as builder:
        builder.seed_and_core(vintage)
        builder.marts()
        builder.swap()


def _as_the_warehouse_has_it(accepted: Accepted, vintage: str) -> None:
    """Build as known at a vintage, and compare months and releases; what the warehouse lacks is not compared."""
    moment = datetime.fromisoformat(vintage)
    _build(moment)
    history = History(accepted, Parameters.read(), moment)
    for schema, period_kind in (("marts", "month"), ("publication", "trimester")):
        recomputed = observations(history, period_kind)
        found = differences(stored.observations(schema), recomputed)
        assert not found, f"{len(found)} cells of {schema} at {vintage}, among them\n" + "\n".join(found[:40])


@pytest.mark.usefixtures("in_2027", "warehouse")
def test_the_country_comes_out_the_same_at_two_vintages(country: Accepted) -> None:
    stored.load(country)
    _as_the_warehouse_has_it(country, AFTER_SIX_MONTHS)
    _as_the_warehouse_has_it(country, NOW)


@pytest.mark.usefixtures("in_2027", "warehouse")
def test_every_name_of_the_specification_is_there(country: Accepted) -> None:
    one_month = replace(country, deliveries=country.deliveries[country.deliveries["reporting_month"] == "2023-04-01"])
    stored.load(one_month)
    _build(datetime.fromisoformat(NOW))
    recomputed = observations(History(one_month, Parameters.read(), datetime.fromisoformat(NOW)), "month")
    assert names(stored.observations("marts")) == names(recomputed)


def test_nasty_histories_come_out_the_same(another_warehouse: Callable[[], None], in_2027: None) -> None:
    # A failing history takes two builds to find; to shrink it would take hundreds.
    @settings(
        max_examples=3,
        derandomize=True,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def compare(accepted: Accepted) -> None:
        another_warehouse()
        stored.load(accepted)
        _as_the_warehouse_has_it(accepted, accepted.deliveries["known_from"].median().isoformat())
        _as_the_warehouse_has_it(accepted, NOW)

    compare()
