"""``waarheid.csv`` against a slow count of the delivered rows, row by row from the definitions (spec 2.1, 2.2)."""

from __future__ import annotations

from collections import defaultdict

import pytest

from gi_monitor.month import Month
from gi_monitor.synthetic.profiles import PROFILES
from tests.unit.synthetic.conftest import MONTHS, History

ROLES = ("jeugdbeschermer", "jeugdreclasseringswerker")
Counts = dict[tuple[str, str, str], float]


def _runs(row: dict[str, str], day: str) -> bool:
    start = row["datum_overgekomen"] or row["datum_aanvang"]
    ended = row["datum_einde"] != "" and row["datum_einde"] <= day
    gone = row["datum_overgedragen"] != "" and row["datum_overgedragen"] < day
    return start <= day and not ended and not gone


def _slow_count(history: History, gi: str, month: Month) -> Counts:
    day = month.reference_date.isoformat()
    delivered = {name: frame.to_dict("records") for name, frame in history.delivered[gi, month].items()}
    population = {
        row["maatregel_sleutel"]: row
        for row in delivered["caseload"]
        if _runs(row, day) and row["type_maatregel"] != "31"
    }
    waiting = {
        population[stay["maatregel_sleutel"]]["kind_sleutel"]
        for stay in delivered["wachtlijst"]
        if stay["maatregel_sleutel"] in population
        and stay["lijst"] in ("wachtlijst", "doorstroomlijst")
        and stay["datum_op_lijst"] <= day
        and (stay["datum_van_lijst"] == "" or stay["datum_van_lijst"] > day)
    }
    here = [
        post
        for post in delivered["formatie"]
        if post["datum_in_functie"] <= day and (post["datum_uit_functie"] == "" or post["datum_uit_functie"] > day)
    ]
    types = [row["type_maatregel"] for row in population.values()]
    qualified = {p["medewerker_sleutel"] for p in here if p["functie"] == ROLES[0] and p["skj_registratie"] == "J"}
    carrying = {p["medewerker_sleutel"] for p in here if p["functie"] in ROLES}
    return {
        ("C1", "count", "total"): len(types),
        ("C1", "count", "jeugdbescherming"): sum(kind < "31" for kind in types),
        ("C1", "count", "jeugdreclassering"): sum(kind > "31" for kind in types),
        ("C2", "children", "total"): len({row["kind_sleutel"] for row in population.values()}),
        ("C2", "families", "total"): len({row["gezin_sleutel"] for row in population.values()}),
        ("W1", "children", "total"): len(waiting),
        ("S1", "persons_skj", "total"): len(qualified),
        ("S1", "persons_caseload_roles", "total"): len(carrying),
        ("S2", "fte", "total"): sum(round(float(p["fte_caseload"]) * 100) for p in here) / 100,
    }


def test_truth_is_what_an_independent_count_finds(history: History) -> None:
    truth = {
        (f.period, f.institution, f.indicator, f.component, f.category): float(f.value)
        for f in history.truth
        if f.value
    }
    for month in MONTHS:
        national: Counts = defaultdict(float)
        for profile in PROFILES:
            counted = _slow_count(history, profile.gi_code, month)
            for name, value in counted.items():
                assert truth.pop((str(month), profile.gi_code, *name)) == pytest.approx(value, abs=1e-9)
                national[name] += value
            workload = counted["C1", "count", "total"] / counted["S2", "fte", "total"]
            assert truth.pop((str(month), profile.gi_code, "C3", "value", "total")) == pytest.approx(workload)
        for name, value in national.items():
            assert truth.pop((str(month), "NL", *name)) == pytest.approx(value)
        workload = national["C1", "count", "total"] / national["S2", "fte", "total"]
        assert truth.pop((str(month), "NL", "C3", "value", "total")) == pytest.approx(workload)
    assert not truth
