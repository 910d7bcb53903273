"""The made-up history through the whole line without Airflow, against what the simulation itself counted."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gi_monitor import steps
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect
from tests.journeys.conftest import Country

MONTHS = [Month(2022, 10) + n for n in range(27)]
IN = ("stock_begin", "inflow", "transferred_in", "late_in", "reappeared")
OUT = ("outflow", "transferred_out", "late_out", "vanished")


def observed(query: str) -> dict[tuple[Any, ...], Decimal]:
    with connect("gi_analyst") as connection:
        rows = [tuple(row.values()) for row in connection.execute(query)]
    return {row[:-1]: row[-1] for row in rows}


def truth(made_up: Path) -> dict[tuple[str, ...], Decimal]:
    with (made_up / "waarheid.csv").open(newline="") as file:
        return {
            (r["period"], r["institution"], r["indicator"], r["component"], r["category"]): Decimal(r["value"])
            for r in csv.DictReader(file)
        }


@pytest.fixture
def history(country: Country) -> Country:
    for month in MONTHS:
        country.take_in(month)
    steps.standardise()
    return country


def test_headline_figures_are_those_counted_in_the_population_and_every_balance_closes(history: Country) -> None:
    found = observed(
        "select period, institution, indicator, component, category, value from marts.observations"
        " where breakdown in ('total', 'family')"
    )
    expected = truth(history.folder)
    assert len(expected) > 27 * 14 * 8
    wrong = {
        key: (value, found.get(key, Decimal(0)))
        for key, value in expected.items()
        if abs(found.get(key, Decimal(0)) - value) > Decimal("1e-9")
    }
    assert wrong == {}

    balance = observed(
        "select period, institution, category, component, value from marts.observations"
        " where indicator = 'F1' and status = 'observed'"
    )
    keys = {key[:3] for key in balance}
    assert len({key[:2] for key in keys}) == 26 * 14
    for key in keys:
        begin_and_in = sum(balance[*key, component] for component in IN)
        out = sum(balance[*key, component] for component in OUT)
        assert begin_and_in - out == balance[*key, "stock_end"], key
