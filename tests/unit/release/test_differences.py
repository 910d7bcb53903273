"""What a candidate says differently from what is out: which figures, and because of what."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure.observation import Observation
from gi_monitor.release import differences
from gi_monitor.release.differences import Difference, RestsOn
from gi_monitor.release.versions import FIRST, Change, Version
from gi_monitor.settings import PROJECT

ROW = Observation(
    "2024-T1", date(2024, 4, 30), "NL", "C1", "count", "total", "total",
    Decimal(32000), None, None, 13, 13, "observed", "provisional",
)  # fmt: skip
MARCH, APRIL = ("haagrijn", date(2024, 3, 1)), ("haagrijn", date(2024, 4, 1))
OWN = replace(ROW, institution="haagrijn", value=Decimal(3000))
OTHER = replace(ROW, institution="waddenkust", value=Decimal(1000))


def more(row: Observation) -> Observation:
    assert row.value is not None
    return replace(row, value=row.value + 5)


def compare(
    old: list[Observation], new: list[Observation], *, rests_on: RestsOn | None = None, same_code: bool = True
) -> list[Difference]:
    return list(differences.compare(old, new, rests_on=rests_on or {}, gone={MARCH}, same_code=same_code).differences)


def test_a_figure_is_changed_by_its_value_terms_or_status_and_by_nothing_else() -> None:
    later = replace(ROW, revision_status="final")
    assert compare([ROW, OWN], [later, OWN]) == []
    for changed in (
        more(ROW),
        replace(ROW, numerator=Decimal(5)),
        replace(ROW, denominator=Decimal(5)),
        replace(ROW, status="incomplete"),
    ):
        [found] = compare([ROW, OWN], [changed, OWN])
        assert (found.old, found.new) == (ROW, changed)


def test_it_names_the_changed_deliveries_beneath_it_and_those_that_count_no_more() -> None:
    rests_on = {("2024-T1", "haagrijn", "C1", "count"): {APRIL}}
    national, own, other = compare([ROW, OWN, OTHER], [more(ROW), more(OWN), more(OTHER)], rests_on=rests_on)

    assert (own.cause, own.deliveries) == ("delivery", [APRIL, MARCH])
    assert (national.cause, national.deliveries) == ("delivery", [MARCH])
    assert (other.cause, other.deliveries) == (None, ())


def test_a_sum_of_components_rests_on_what_its_parts_rest_on() -> None:
    corrections = replace(ROW, indicator="F1", component="corrections")
    of_parts = {
        ("2024-T1", "NL", "F1", "late_in"): {MARCH},
        ("2024-T1", "NL", "F1", "vanished"): {APRIL},
        ("2024-T1", "NL", "F1", "inflow"): {("waddenkust", date(2024, 4, 1))},
    }
    rests_on = differences.with_sums(of_parts, indicators.load())
    assert rests_on["2024-T1", "NL", "F1", "corrections"] == {MARCH, APRIL}
    assert of_parts.items() <= rests_on.items()

    found = differences.compare([corrections], [more(corrections)], rests_on=rests_on, gone=(), same_code=True)
    assert [(each.cause, each.deliveries) for each in found.differences] == [("delivery", [MARCH, APRIL])]


def test_every_published_component_has_a_lineage_of_its_own_or_is_a_sum_of_those_that_have() -> None:
    seed = csv.DictReader((PROJECT / "dbt_project" / "seeds" / "indicator_components.csv").open(encoding="utf-8"))
    with_lineage = {(row["indicator"], row["component"]) for row in seed}
    known = indicators.load()
    for indicator, name, *_ in known.published():
        parts = known.component(indicator, name).sum_of or [name]
        assert {(indicator, part) for part in parts} <= with_lineage


@pytest.mark.parametrize(
    ("new", "same_code", "cause"),
    [
        (replace(OTHER, value=None, status="suppressed_secondary"), True, "disclosure"),
        (more(OTHER), False, "code"),
        (more(OTHER), True, None),
    ],
)
def test_without_a_delivery_beneath_it_the_cause_is_disclosure_control_or_code_or_unknown(
    new: Observation, same_code: bool, cause: str | None
) -> None:
    [found] = compare([OTHER], [new], same_code=same_code)
    assert found.cause == cause


def test_a_period_that_only_one_of_them_has_is_no_difference() -> None:
    later = replace(ROW, period="2024-T2", reference_date=date(2024, 8, 31))
    assert compare([ROW], [ROW, later]) == []


def test_cells_that_are_lost_or_gained_are_named_once() -> None:
    gone = [replace(row, indicator="C2") for row in (ROW, OWN)]
    come = [replace(row, category="PV20", breakdown="province") for row in (ROW, OWN)]
    found = differences.compare([ROW, OWN, *gone], [ROW, OWN, *come], rests_on={}, gone=(), same_code=True)

    assert found.lost == (("C2", "count", "total", "total"),)
    assert found.gained == (("C1", "count", "province", "PV20"),)
    assert {(difference.old is None, difference.new is None) for difference in found.differences} == {
        (True, False), (False, True),
    }  # fmt: skip


@pytest.mark.parametrize(("change", "version"), [("definitions", "2.0.0"), ("figures", "1.3.0"), ("text", "1.2.4")])
def test_a_version_is_numbered_by_what_changed(change: Change, version: str) -> None:
    assert str(Version.of("1.2.3").after(change)) == version
    assert Version.of("1.10.0") > Version.of("1.9.0") > FIRST
