"""What is published of an exact table, computed by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gi_monitor import indicators
from gi_monitor.disclosure import audience, control
from gi_monitor.disclosure.observation import DisclosureError, Observation
from tests.unit.disclosure.exact import PATH, cell, exact

INDICATORS = indicators.load()


def publish(*tables: list[Observation]) -> list[Observation]:
    return control.apply([row for table in tables for row in table], INDICATORS, PATH)


def shown(row: Observation) -> tuple[str | None, str]:
    return None if row.value is None else str(row.value), row.status


@pytest.mark.parametrize(
    ("component", "published"),
    [
        ("C1.count", ("240", "observed")),
        ("C2.families", ("190", "observed")),
        ("S2.fte", ("18.2", "observed")),
        ("C3.value", ("13.2", "observed")),  # 240 / 18.2 = 13.187
        ("C4.value", ("12.1", "observed")),  # 221 -> 220; 220 / 18.2 = 12.088
        ("C7.value", ("1.8", "observed")),  # 240 / 12 - 18.2
        ("S2.share", ("0.48", "observed")),  # 18.2 / 38.0 = 0.4789
        ("W1.children", ("25", "observed")),
        ("W4.n", ("25", "observed")),
        ("W4.median", ("42", "observed")),
        ("W4.p90", (None, "suppressed_small_n")),  # 27 is fewer than 50
        ("W4.share_over_5_working_days", ("0.80", "observed")),  # 22 -> 20, of 25
        ("W4.share_over_91_days", ("0.20", "observed")),  # 7 -> 5, of 25
        ("F1.stock_begin", ("250", "observed")),
        ("F1.inflow", ("60", "observed")),
        ("F1.outflow", ("70", "observed")),
        ("F1.corrections", (None, "suppressed_primary")),  # 2 + 1 + 0 - 1 - 1 - 0 = 1
        ("F1.stock_end", ("240", "observed")),
        ("C5.value", ("10.4", "observed")),  # 190 / 18.2 = 10.44
        ("C8.p50", ("12.5", "observed")),  # 18.2 fte take 13 persons at least
        ("C8.p90", (None, "suppressed_small_n")),  # ... and not certainly 50
        ("C8.share_above_12", ("0.48", "observed")),  # 8.7 / 18.2 = 0.478
        ("C9.mean", ("0.8", "observed")),  # 133 -> 135, of 170
        ("C9.share_two_or_more", ("0.12", "observed")),  # 21 -> 20, of 170
        ("C10.share", ("0.35", "observed")),  # 61 -> 60, of 170
        ("F2.median", ("402", "observed")),
        ("F2.p90", ("1130", "observed")),  # 71 -> 70, certainly 68
        ("W3.n", ("35", "observed")),
        ("W3.mean", ("37", "observed")),  # 39.3 x 33 = 1296.9 -> 1295, of 35
        ("W5.median", ("24", "observed")),
        ("W5.p90", (None, "not_applicable")),  # not reached
        ("W5.share_7", ("0.19", "observed")),  # 0.17 x 80 = 13.6 -> 15, of 80
        ("W5.share_91", ("0.94", "observed")),  # 0.93 x 80 = 74.4 -> 75, of 80
        ("W6.late", ("10", "observed")),
        ("W6.unknown", (None, "suppressed_primary")),
        ("W6.share", ("0.67", "observed")),  # 41 -> 40, of 60
        ("S4.persons_net", ("10", "observed")),  # 20 - 10
        ("S4.fte_net", ("5.3", "observed")),  # 15.4 - 10.1
        ("S5.value", ("0.26", "observed")),  # 7.3 / 28.2 = 0.259
        ("S6.share_of_starts", ("0.50", "observed")),  # 8 -> 10, of 20
        ("S6.retained_182", ("0.88", "observed")),  # 42 -> 40; 0.91 x 40 = 36.4 -> 35, of 40
        ("S6.retained_730", (None, "not_applicable")),  # nobody was followed for so long
        ("S7.value", ("0.22", "observed")),  # 6.2 / 28.2 = 0.2199
        ("S8.value", ("0.08", "observed")),  # 2.5 / 30.6 = 0.082: no person has a vacancy
        ("S9.value", ("0.27", "observed")),  # 232.5 / 31 = 7.5; 868 / 31 = 28.0
    ],
)
def test_each_component_is_published_by_its_rule(component: str, published: tuple[str | None, str]) -> None:
    assert shown(cell(publish(exact()), component)) == published


@pytest.mark.parametrize(
    ("component", "terms", "published"),
    [
        ("S7.value", ("5.64", None), (None, "suppressed_primary")),  # four persons can work 5.6 fte
        ("S7.value", ("5.65", None), ("0.20", "observed")),
        ("S7.value", ("0", None), ("0.00", "observed")),
        ("S9.value", ("173.5", "868.0"), (None, "suppressed_primary")),  # 5.6 fte ill on average
        ("S9.value", ("350", "390"), (None, "suppressed_small_n")),  # 12.6 fte may be nine persons
        ("S5.value", ("6.30", "12.64"), (None, "suppressed_small_n")),
        ("S5.value", ("6.30", "12.65"), ("0.50", "observed")),
        ("C8.share_above_12", ("1.10", "18.23"), (None, "suppressed_primary")),
    ],
)
def test_fte_whose_persons_nobody_counted_needs_certainly_five(
    component: str, terms: tuple[Any, Any], published: tuple[str | None, str]
) -> None:
    assert shown(cell(publish(exact(terms={component: terms})), component)) == published


def test_a_survival_of_a_few_is_suppressed_as_their_count_would_be() -> None:
    rows = publish(exact(values={"W5.n": 80, "W5.share_7": "0.04", "W5.share_42": "0"}))

    assert shown(cell(rows, "W5.share_7")) == (None, "suppressed_primary")  # 3.2 of 80
    assert shown(cell(rows, "W5.share_42")) == ("0.00", "observed")


def test_the_nation_has_the_classes_and_institutions_have_their_deltas() -> None:
    periods = [exact(period, place) for period in ("2023-T1", "2024-T3") for place in ("NL", "haagrijn")]
    rows = [row for row in publish(*periods) if row.indicator == "N1" and row.period == "2024-T3"]

    assert [(row.component, row.category, row.value) for row in rows if row.institution == "NL"] == [
        ("class", "both_down", 9),
        ("class", "workload_down_list_up", 1),
        ("class", "workload_up_list_down", 0),
        ("class", "both_up", 0),
        ("class", "about_the_same", 3),
    ]
    assert {(row.component, row.value) for row in rows if row.institution == "haagrijn"} == {
        ("delta_workload", 0), ("delta_waiting", 0),
    }  # fmt: skip


def test_classes_that_are_not_available_are_each_without_a_value() -> None:
    table = [row for row in exact() if row.component != "class"]
    total = next(row for row in table if (row.indicator, row.component) == ("C1", "count"))
    nobody = replace(total, indicator="N1", component="class", value=None, status="not_available")

    classes = [shown(row) for row in publish([*table, nobody]) if row.component == "class"]
    assert classes == 5 * [(None, "not_available")]


def test_what_is_less_than_the_other_is_about_the_same_institutions() -> None:
    fewer = [
        replace(row, gi_reported=12, status="incomplete")
        if row.indicator == "C6" and row.component != "gap_to_norm"
        else row
        for row in exact()
    ]
    rows = publish(exact("2023-T1"), fewer)

    assert shown(cell(rows, "C6.path")) == (None, "not_available")
    assert shown(cell(rows, "C6.gap_to_path")) == (None, "not_available")
    assert shown(cell(rows, "C6.gap_to_norm")) == ("1.2", "observed")


def test_what_is_recomputed_shows_its_published_terms() -> None:
    rows = publish(exact())

    for component, terms in {
        "C3.value": (240, Decimal("18.2")),
        "C4.value": (220, Decimal("18.2")),
        "W4.share_over_91_days": (5, 25),
        "W3.mean": (1295, 35),
        "W5.share_7": (15, 80),
        "S9.value": (Decimal("7.5"), Decimal("28.0")),
        "C1.count": (None, None),
    }.items():
        row = cell(rows, component)
        assert (row.numerator, row.denominator) == terms


def test_growth_is_the_difference_of_published_numbers() -> None:
    rows = publish(
        exact("2023-T1", values={"S1.persons_skj": 22, "S1.fte_skj": "17.96"}),
        exact("2024-T2", values={"S1.persons_skj": 28, "S1.fte_skj": "22.14"}),
        exact("2024-T3", values={"S1.persons_skj": 31, "S1.fte_skj": "24.45"}),
    )

    assert shown(cell(rows, "S1.persons_skj_growth_4m")) == ("0", "observed")  # 30 - 30
    assert shown(cell(rows, "S1.persons_skj_growth_baseline")) == ("10", "observed")  # 30 - 20
    assert shown(cell(rows, "S1.fte_skj_growth_4m")) == ("2.4", "observed")  # 24.5 - 22.1
    assert shown(cell(rows, "S1.fte_skj_growth_baseline")) == ("6.5", "observed")  # 24.5 - 18.0


def test_growth_is_empty_where_either_date_is_suppressed() -> None:
    rows = publish(exact("2024-T2", values={"S1.persons_skj": 3}), exact("2024-T3"))

    assert shown(cell(rows, "S1.persons_skj_growth_4m")) == (None, "suppressed_primary")


def test_there_is_no_growth_between_different_sets_of_institutions() -> None:
    rows = publish(exact("2024-T2", reported=12, status="incomplete"), exact("2024-T3"))

    assert shown(cell(rows, "S1.persons_skj_growth_4m")) == (None, "not_available")


def test_gaps_follow_the_published_workload() -> None:
    rows = publish(exact("2023-T1", values={"S2.fte": "14.64"}), exact("2023-T3"))

    path, gap, to_norm = (cell(rows, f"C6.{name}", period="2023-T3") for name in ("path", "gap_to_path", "gap_to_norm"))
    assert shown(path) == ("13.9", "observed")  # 240 / 14.6 = 16.4; 16.4 - 2.5
    assert shown(gap) == ("-0.7", "observed")  # 13.2 - 13.9
    assert shown(to_norm) == ("1.2", "observed")  # 13.2 - 12


def test_without_a_baseline_there_is_no_path() -> None:
    rows = publish(exact("2024-T3"))

    assert shown(cell(rows, "C6.path")) == (None, "not_available")
    assert shown(cell(rows, "C6.gap_to_path")) == (None, "not_available")


def test_fte_of_fewer_than_five_persons_takes_what_rests_on_it_along() -> None:
    rows = publish(exact(values={"S1.persons_caseload_roles": 4}))

    assert shown(cell(rows, "S1.fte_caseload_roles")) == (None, "suppressed_primary")
    assert shown(cell(rows, "C3.value")) == (None, "suppressed_primary")
    assert shown(cell(rows, "C7.value")) == (None, "suppressed_primary")
    assert shown(cell(rows, "S1.fte_skj")) == ("24.4", "observed")
    assert cell(rows, "C3.value").numerator is None


@pytest.mark.parametrize("waiting", [1, 4, 8, 9, 11])
def test_no_median_or_share_on_fewer_than_ten_stays(waiting: int) -> None:
    terms = {"W4.share_over_91_days": (1, waiting), "W4.share_over_5_working_days": (1, waiting)}
    rows = publish(exact(values={"W4.n": waiting}, terms=terms))

    assert shown(cell(rows, "W4.median")) == (None, "suppressed_small_n")
    assert shown(cell(rows, "W4.share_over_91_days")) == (None, "suppressed_small_n")


def test_what_could_not_be_computed_is_not_applicable_however_few_there_are() -> None:
    """Of three side entrants nobody was followed for 730 days, and of four measures half has no worker yet."""
    rows = publish(exact(values={"W5.n": 4, "W5.median": "not_applicable"}))

    assert shown(cell(rows, "W5.median")) == (None, "not_applicable")
    nobody = exact(values={"S6.retained_730": "not_applicable"})
    few = [replace(row, denominator=Decimal(3)) if row.component == "retained_730" else row for row in nobody]
    assert shown(cell(publish(few), "S6.retained_730")) == (None, "not_applicable")


def test_a_national_figure_of_one_institution_is_not_shown() -> None:
    rows = publish([*exact(reported=1), *exact(institution="haagrijn")])

    national = [row for row in rows if row.institution == "NL"]
    assert {row.status for row in national} == {"suppressed_small_n"}
    assert not any(row.value or row.numerator or row.denominator for row in national)
    assert shown(cell(rows, "C3.value", institution="haagrijn")) == ("13.2", "observed")


def test_a_share_of_a_suppressed_number_is_suppressed() -> None:
    rows = publish(exact(terms={"W4.share_over_91_days": (3, 27), "C9.mean": (4, 100)}, values={"W3.mean": "0.1"}))

    for component in ("W4.share_over_91_days", "C9.mean", "W3.mean"):
        assert shown(cell(rows, component)) == (None, "suppressed_primary")


def test_nobody_waiting_is_zero_and_has_no_median() -> None:
    values = {"W1.children": 0, "W4.n": 0, "W4.median": "not_applicable", "W4.p90": "not_applicable"}
    terms = {"W4.share_over_91_days": (0, 0), "W4.share_over_5_working_days": (0, 0)}
    rows = publish(exact(values=values, terms=terms))

    assert shown(cell(rows, "W1.children")) == ("0", "observed")
    assert shown(cell(rows, "W4.median")) == (None, "not_applicable")
    assert shown(cell(rows, "W4.share_over_91_days")) == (None, "not_applicable")


def test_what_is_not_available_stays_so() -> None:
    rows = publish(exact(values={"W4.n": "not_available", "C3.value": "not_available", "F1.vanished": "not_available"}))

    assert shown(cell(rows, "W4.n")) == (None, "not_available")
    assert shown(cell(rows, "C3.value")) == (None, "not_available")
    assert shown(cell(rows, "F1.corrections")) == (None, "not_available")


def test_an_incomplete_figure_keeps_its_status_and_coverage() -> None:
    row = cell(publish(exact(reported=12, status="incomplete")), "C3.value")

    assert (shown(row), row.gi_reported, row.gi_expected) == (("13.2", "incomplete"), 12, 13)


def test_every_code_is_shown_and_the_small_ones_are_suppressed() -> None:
    rows = publish(exact(categories={("C1.count", "type", "11"): 183, ("C1.count", "type", "12"): 2}))

    types = {row.category: shown(row) for row in rows if (row.component, row.breakdown) == ("count", "type")}
    assert types.pop("11") == ("185", "observed")
    assert types.pop("12") == (None, "suppressed_primary")
    assert set(types) == {"21", "22", "23", "41", "42", "50", "51", "61", "62", "63"}
    assert set(types.values()) == {("0", "observed")}


def test_a_weighted_count_hides_with_the_count_behind_it() -> None:
    rows = publish(exact(values={"C1.count": 4, "C1.weighted": 6}))

    assert shown(cell(rows, "C1.weighted")) == (None, "suppressed_primary")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (exact(values={"C9.median": 3}), "C9 median total total: no indicator file declares it"),
        (exact(categories={("C1.count", "type", "31"): 3}), "C1 count type 31: no indicator file declares it"),
        ([*exact(), *exact()[:1]], "1 observations stand there twice"),
        (exact(without=["S2.fte"]), "S2 fte total total: is missing"),
        ([row for row in exact() if row.category != "passende_hulp"], "W1 children list passende_hulp: is missing"),
        ([replace(row, value=None) for row in exact()[:1]], "status observed does not go with its value"),
    ],
)
def test_what_cannot_be_judged_is_refused(table: list[Observation], message: str) -> None:
    with pytest.raises(DisclosureError, match=message):
        publish(table)


@pytest.mark.parametrize(
    ("component", "change"),
    [
        ("S8.value", {"numerator": Decimal("NaN")}),
        ("S8.value", {"value": Decimal("NaN")}),
        ("S8.value", {"denominator": Decimal("Infinity")}),
        ("C1.count", {"value": Decimal("NaN")}),
        ("F1.vanished", {"value": Decimal("NaN")}),
        ("C1.count", {"value": Decimal(-3)}),
        ("W4.median", {"value": Decimal("-Infinity")}),
    ],
)
def test_what_is_no_number_of_its_kind_is_refused(component: str, change: dict[str, Decimal]) -> None:
    table = exact()
    spoilt = [replace(row, **change) if row == cell(table, component) else row for row in table]  # type: ignore[arg-type]
    with pytest.raises(DisclosureError, match=rf"{component.replace('.', ' ')} total total: is not a finite number"):
        publish(spoilt)


def test_a_balance_and_a_change_may_be_negative() -> None:
    assert shown(cell(publish(exact(values={"F1.vanished": 20})), "F1.corrections")) == ("-20", "observed")


def test_flows_behind_the_balance_are_withheld() -> None:
    components = {row.component for row in publish(exact()) if row.indicator == "F1"}

    assert components == {"stock_begin", "inflow", "outflow", "corrections", "stock_end"}


def test_the_public_sees_national_figures_only() -> None:
    rows = publish(exact(), exact(institution="haagrijn"))

    seen: Any = {row.institution for row in audience.public(rows, INDICATORS)}
    assert seen == {"NL"}
    assert {row.institution for row in rows} == {"NL", "haagrijn"}
