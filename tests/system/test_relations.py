"""No relation between exact figures holds throughout made-up histories without being declared or explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure.audit.discovery import undeclared
from gi_monitor.disclosure.completion import complete
from gi_monitor.month import Month
from gi_monitor.release import inputs
from gi_monitor.warehouse import build
from gi_monitor.warehouse.connection import connect
from tests.made_up import made_up
from tests.recompute import warehouse as stored
from tests.recompute.accepted import of_folder

LATER = "2027-01-01T00:00:00+00:00"
SCALE, FIRST, LAST = 0.1, Month(2022, 12), Month(2024, 12)
SEEDS = (2023, 7)


def test_the_relations_are_those_that_are_declared(
    another_warehouse: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", LATER)
    definitions = indicators.load()
    histories = []
    for seed in SEEDS:
        another_warehouse()
        stored.load(of_folder(made_up(SCALE, FIRST, LAST, canonical=True, seed=seed) / "deliveries"))
        with build.building() as builder:
            builder.seed_and_core(datetime.fromisoformat(LATER))
            builder.marts()
            builder.swap()
        with connect("gi_release") as connection:
            histories.append(complete(inputs.exact(connection, date(2024, 12, 31)), definitions))

    assert undeclared(histories, definitions) == []
    # A relation that the file lacks is found.
    kept = tuple(terms for terms in definitions.identities.sums if next(iter(terms)).indicator != "S8")
    without = definitions.identities.model_copy(update={"sums": kept})
    assert undeclared(histories, replace(definitions, identities=without)) == [
        "S8.value:denominator = S1.fte_caseload_roles + S8.value:numerator"
    ]
