"""What the sentences say of the figures, and that they never say more than was published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gi_monitor.disclosure.observation import Observation
from gi_monitor.release.pages import findings, language
from gi_monitor.release.pages.figures import Figures
from gi_monitor.release.pages.findings import Findings
from gi_monitor.release.pages.language import Code
from gi_monitor.release.pages.telling import Telling
from tests.released import EDITION, INDICATORS, NATION, published


def told(rows: list[Observation], code: Code = "nl") -> Findings:
    return Findings(Telling(Figures(rows), language.load(code), INDICATORS), EDITION.baseline)


def test_the_headlines_say_what_happened() -> None:
    workers, workload, waiting = told(NATION).headlines()

    assert (workers.value, workers.coverage) == ("2.780", "Van 13 van 13 instellingen")
    assert workers.sentence == (
        "Het aantal jeugdbeschermers is gestegen van 2.735 tot 2.780: "
        "+45 in vier maanden, +330 sinds de nulmeting van 1 mei 2023."
    )
    assert (workload.value, workload.unit) == ("12,5", "maatregelen per fte")
    # 31 250 / 2440.2 = 12.8; 33 160 / 2098.7 = 15.8; the path is at the norm.
    assert workload.sentence == (
        "De werklast is gedaald van 12,8 tot 12,5 maatregelen per fte, 0,5 boven de norm en 0,5 boven het afbouwpad."
    )
    assert waiting.value == "1.535"
    assert waiting.sentence == (
        "Het aantal wachtende kinderen is gestegen van 1.420 tot 1.535. "
        "De helft van de plaatsingen op de lijsten duurt al 78 dagen of langer."
    )


def test_english_readers_are_told_the_same() -> None:
    workers, workload, _ = told(NATION, "en").headlines()

    assert workers.value == "2,780"
    assert workload.sentence == (
        "The workload has fallen from 12.8 to 12.5 measures per fte, 0.5 above the norm and 0.5 above the path."
    )


def test_workload_and_waiting_list_are_told_together() -> None:
    assert told(NATION).together() == "De werklast is gedaald, het aantal wachtende kinderen is gestegen"
    assert told(NATION).relief() == (
        "Bij 9 van 13 instellingen zijn werklast en wachtlijst sinds de nulmeting beide gedaald"
    )


def test_what_is_suppressed_is_told_as_such() -> None:
    rows = published(("2024-T2", {}), ("2024-T3", {"S1.persons_caseload_roles": 4, "S1.persons_skj": 3}))

    workers, workload, _ = told(rows).headlines()
    assert (workers.value, workload.value) == ("x", "x")
    assert workload.sentence == "De werklast is niet gepubliceerd."


def test_the_first_period_has_nothing_to_compare_with() -> None:
    _, workload, _ = told(published(("2024-T3", {}))).headlines()

    assert workload.sentence == "De werklast is 13,2 maatregelen per fte, 1,2 boven de norm."
    assert told(published(("2024-T3", {}))).compared_with() is None


def test_figures_of_other_institutions_are_not_compared() -> None:
    rows = published(("2024-T2", {}), ("2024-T3", {"C1.count": 300, "C1.weighted": 300}))
    fewer = [row if row.period == "2024-T3" else replace(row, gi_reported=12) for row in rows]

    assert told(rows).said("C1.count") == "Het aantal lopende maatregelen is gestegen van 240 tot 300"
    assert told(fewer).said("C1.count") == "Het aantal lopende maatregelen is 300"


@pytest.mark.parametrize(("now", "before", "moved"), [(100, 95, "same"), (100, 90, "risen"), (90, 100, "fallen")])
def test_one_step_of_rounding_is_no_movement(now: int, before: int, moved: str) -> None:
    assert findings.movement(Decimal(now), Decimal(before), Decimal(5)) == moved


def test_what_stays_the_same_is_not_said_to_have_been_another() -> None:
    assert told(published(("2024-T2", {}), ("2024-T3", {}))).said("C3.value") == (
        "De werklast is ongeveer gelijk gebleven: 13,2 maatregelen per fte"
    )


def test_the_largest_category_is_named_only_where_rounding_leaves_no_doubt() -> None:
    names = [f"C1.count/age_group/{code}" for code in INDICATORS.categories("age_group")]
    close = [replace(row, value=Decimal(12345)) if row.category == "12-17" else row for row in NATION]

    assert told(NATION).most("ages", names) == (
        "De meeste lopende maatregelen zijn voor kinderen van 12 tot en met 17 jaar (14.250)"
    )
    assert told(close).most("ages", names) == "Lopende maatregelen naar leeftijd"


def test_a_category_known_of_fewer_institutions_is_never_the_largest() -> None:
    names = [f"W1.children/list/{code}" for code in ("doorstroomlijst", "passende_hulp")]
    two = [
        replace(row, value=Decimal(5000), gi_reported=2) if row.category == "passende_hulp" else row for row in NATION
    ]

    assert told(two).most("lists", names) == "De meeste kinderen staan op deze lijst: doorstroomlijst (845)"
