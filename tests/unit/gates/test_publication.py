"""Gate G3: what would be published is judged as it would be, and the exact figures behind it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import reduce

import pandas as pd
import pytest

from gi_monitor import indicators
from gi_monitor.gates import publication, suites, waivers
from gi_monitor.gates.frames import frames_of
from gi_monitor.indicators import Indicators, Scope
from gi_monitor.warehouse.connection import connect

from .conftest import Execute

# Both institutions delivered April 2024, the month of 2024-T1; each has 10 measures running in a family, NL 20.
EXACT = """
insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from, valid_to) values
    ('noord', 'Noord', true, '', '{}', '2015-01-01', null), ('zuid', 'Zuid', true, '', '{}', '2015-01-01', null),
    ('oost', 'Oost', true, '', '{}', '2015-01-01', '2024-04-29');
insert into ledger.delivery
    (delivery_id, gi_code, reporting_month, sequence_number, content_sha256, state, received_at)
overriding system value values
    (1, 'noord', '2024-04-01', 1, 'a', 'accepted', now()), (2, 'zuid', '2024-04-01', 1, 'b', 'accepted', now());
set role gi_transform;
create table core.dim_month as select date '2024-04-01' as reporting_month, date '2024-04-30' as reference_date;
create table core.cbs_stocks as select date '2024-04-30' as reference_date, 20 as jeugdbescherming_measures,
    20 as jeugdreclassering_measures;
create table core.indicator_components as
select * from (
    values
    ('C1', 'count', 'stock', 0), ('F1', 'stock_begin', 'flow', 0), ('F1', 'inflow', 'flow', 0),
    ('F1', 'outflow', 'flow', 0), ('F1', 'stock_end', 'flow', 0), ('C3', 'value', 'stock', null)
) as component (indicator, component, looks_back, empty_value);
create table marts.build_delivery as select delivery_id from ledger.delivery;
create table marts.observations as
select
    '2024-04' as period, date '2024-04-30' as reference_date, institution, indicator, component, breakdown, category,
    case when institution = 'NL' then 2 * value else value end as value,
    null::numeric as numerator, null::numeric as denominator,
    case when institution = 'NL' then 2 else 1 end as gi_reported,
    case when institution = 'NL' then 2 else 1 end as gi_expected
from (
    values
    ('C1', 'count', 'total', 'total', 20.0), ('C1', 'count', 'family', 'jeugdbescherming', 10.0),
    ('C1', 'count', 'family', 'jeugdreclassering', 10.0), ('F1', 'stock_begin', 'total', 'total', 21.0),
    ('F1', 'inflow', 'total', 'total', 2.0), ('F1', 'outflow', 'total', 'total', 3.0),
    ('F1', 'stock_end', 'total', 'total', 20.0)
) as figure (indicator, component, breakdown, category, value)
cross join (values ('NL'), ('noord'), ('zuid')) as place (institution);
create table publication.observations as select * from marts.observations;
update publication.observations set period = '2024-T1';
grant usage on schema core, marts, publication to gi_quality;
grant select on all tables in schema core, marts, publication to gi_quality;
reset role;
"""

_BY_UNIT = {
    "fte": "12.5",
    "measures_per_fte": "11.9",
    "families_per_fte": "9.8",
    "changes_per_measure": "1.3",
    "share": "0.55",
    "days": "31",
    "flag": "0",
}
NO_LEAKS = pd.DataFrame(columns=["cell", "institution"])
FOLLOWS = {
    "changes": pd.DataFrame({"has_cause": ["yes"]}),
    "cells": pd.DataFrame({"is_announced": []}, dtype=str),
    "headlines": pd.DataFrame(
        {"indicator": ["C1", "C3", "S1", "W1"], "change": [-10.0, -0.4, 3.0, 12.0], "percent": [-1.0, -3.0, 2.0, 8.0]}
    ),
    "pages": pd.DataFrame(columns=["page", "problem"]),
}
PLACES: dict[str, Scope] = {"NL": "national", "noord": "institution"}
Break = Callable[[pd.DataFrame], pd.DataFrame]
Change = Callable[[Indicators], Indicators]


@pytest.fixture
def exact(execute: Execute, monkeypatch: pytest.MonkeyPatch) -> Execute:
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-06-03T12:00:00+02:00")
    execute(EXACT)
    return execute


def published(period: str = "2024-T1") -> pd.DataFrame:
    """Every figure that the indicator files publish, of the nation and one institution: counts 25."""
    known = indicators.load()
    rows = []
    for institution, scope in PLACES.items():
        for indicator, name, breakdown, category in known.cells(scope):
            component = known.component(indicator, name)
            value = Decimal(_BY_UNIT.get(component.unit, "25"))
            terms = (Decimal(25), Decimal(45)) if component.published.kind == "ratio" else (None, None)
            if component.published.kind != "withheld":
                rows.append((institution, indicator, name, breakdown, category, value, *terms))
    columns = ["institution", "indicator", "component", "breakdown", "category", "value", "numerator", "denominator"]
    reference_date = publication._reference_date(period) if "-T" in period else "2024-03-31"
    return pd.DataFrame(rows, columns=columns).assign(
        period=period, reference_date=reference_date, gi_reported=2, gi_expected=2, status="observed",
        revision_status="provisional",
    )  # fmt: skip


def judged(frame: pd.DataFrame, leaks: pd.DataFrame | None = NO_LEAKS, **follows: pd.DataFrame) -> dict[str, str]:
    """The answers other than PASS, after checking that the gate's own answer goes with them."""
    evidence = {"published": frame, **FOLLOWS, **follows, **({} if leaks is None else {"leaks": leaks})}
    passed = publication.judge(7, "2024-T1", evidence)
    with connect("gi_quality") as connection:
        rows = connection.execute(
            "select * from quality.verdict where candidate_id = 7 and gate = 'G3' and run_id ="
            " (select run_id from quality.verdict order by verdict_id desc limit 1)"
        ).fetchall()
    assert len(rows) == sum(len(suites.load(name).expectations) for name in waivers.G3)
    stops = [
        row for row in rows if row["verdict"] == "NOT_RUN" or (row["verdict"], row["severity"]) == ("FAIL", "critical")
    ]
    assert passed == (not stops)
    return {row["expectation"]: row["verdict"] for row in rows if row["verdict"] != "PASS"}


def put(column: str, value: object, **where: str) -> Break:
    """Change a column in the rows where the others are as said."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = rows_of(frame, where)
        return frame.assign(**{column: frame[column].mask(chosen, value)})

    return change


def drop(**where: str) -> Break:
    return lambda frame: frame[~rows_of(frame, where)]


def rows_of(frame: pd.DataFrame, where: dict[str, str]) -> pd.Series[bool]:
    chosen = (frame[list(where)] == pd.Series(where)).all(axis=1)
    assert chosen.any()
    return chosen


def suppressed(column: str) -> Break:
    """A workload that is suppressed, but for one of its columns."""
    hidden = put("status", "suppressed_small_n", **C3)
    empty = [put(name, None, **C3) for name in ("value", "numerator", "denominator") if name != column]
    return lambda frame: reduce(lambda changed, change: change(changed), [hidden, *empty], frame)


C2 = {"institution": "noord", "indicator": "C2", "component": "families", "breakdown": "total"}
C3 = {"institution": "NL", "indicator": "C3", "component": "value"}

# What is done to a sound candidate, by the expectation that it breaks.
VIOLATIONS: dict[str, Break] = {
    "every_figure_present": drop(institution="NL", indicator="S3", component="fte", category="overig"),
    "nothing_undeclared": put("category", "PV19", institution="noord", breakdown="province", category="PV20"),
    "observations_unique": put("category", "PV21", institution="noord", breakdown="province", category="PV20"),
    "status_known": put("status", "estimated", **C2),
    "texts_legal": put("status", None, **C2),
    "revision_status_known": put("revision_status", "secret", **C2),
    "observed_has_value": put("value", None, **C2),
    "figures_in_range": put("value", Decimal("1.10"), institution="NL", indicator="W6", component="share"),
    "unobserved_is_empty": put("status", "suppressed_primary", **C2),
    "unobserved_numerator_empty": suppressed("numerator"),
    "unobserved_denominator_empty": suppressed("denominator"),
    "columns_described": lambda frame: frame.assign(toelichting="x"),
    "codes_occur": drop(institution="noord", indicator="N1", component="delta_workload"),
    "breakdowns_have_total": drop(institution="noord", indicator="C1", component="count", breakdown="total"),
    "breakdowns_have_levels": drop(institution="noord", indicator="C1", component="count", category="jeugdbescherming"),
    "dates_of_periods": put("reference_date", "2024-05-01", **C2),
    "reported_within_expected": put("gi_reported", 3, **C2),
    "headlines_complete": put("status", "incomplete", institution="NL", indicator="W1", breakdown="total"),
    "counts_rounded": put("value", Decimal(23), **C2),
    "decimals_kept": put("value", Decimal("11.94"), **C3),
}


def says(**changes: str) -> Change:
    """The indicator files, with something else about C2 or its component families."""

    def change(known: Indicators) -> Indicators:
        c2 = known.indicators["C2"]
        named = {name: text for name, text in changes.items() if name.startswith("name")}
        labelled = {name: text for name, text in changes.items() if name.startswith("label")}
        families = c2.components["families"].model_copy(update=labelled)
        changed = c2.model_copy(update={**named, "components": {**c2.components, "families": families}})
        return replace(known, indicators={**known.indicators, "C2": changed})

    return change


def renamed(known: Indicators) -> Indicators:
    """A column of the vocabulary under another name."""
    columns = {name.replace("value", "Value"): column for name, column in known.vocabulary.columns.items()}
    return replace(known, vocabulary=known.vocabulary.model_copy(update={"columns": columns}))


def unit(**changes: str) -> Change:
    def change(known: Indicators) -> Indicators:
        units = {**known.units, "families": known.units["families"].model_copy(update=changes)}
        return replace(known, vocabulary=known.vocabulary.model_copy(update={"units": units}))

    return change


def finer(known: Indicators) -> Indicators:
    decimals = known.disclosure.decimals.model_copy(update={"ratio": 3})
    return replace(known, disclosure=known.disclosure.model_copy(update={"decimals": decimals}))


# What is done to sound indicator files, and the expectations that it breaks.
UNNAMED: list[tuple[Change, set[str]]] = [
    (says(name_en=" "), {"named_in_both_languages"}),
    (says(label_nl="gezinnen "), {"named_in_both_languages"}),
    (unit(label_en=""), {"named_in_both_languages"}),
    (says(name_nl="x" * 101), {"labels_short"}),
    (says(label_nl="kinderen"), {"labels_told_apart"}),
    (renamed, {"names_in_snake_case", "columns_described"}),
    (finer, {"decimals_declared"}),
]


@pytest.mark.parametrize(("change", "broken"), UNNAMED)
def test_whatever_has_no_proper_name_in_both_languages_stops(
    exact: Execute, monkeypatch: pytest.MonkeyPatch, change: Change, broken: set[str]
) -> None:
    sound, changed = published(), change(indicators.load())
    monkeypatch.setattr(indicators, "load", lambda: changed)
    assert judged(sound) == dict.fromkeys(broken, "FAIL")


@pytest.mark.parametrize("text", ["", "noord ", "NULL", "n/a", "NaN", "None", "-"])
def test_a_code_that_stands_for_something_missing_stops(exact: Execute, text: str) -> None:
    assert judged(put("institution", text, institution="noord")(published())) == {"texts_legal": "FAIL"}


def test_a_sound_candidate_passes(exact: Execute) -> None:
    assert judged(published()) == {}


@pytest.mark.parametrize("broken", VIOLATIONS)
def test_a_violation_breaks_its_own_promise(exact: Execute, broken: str) -> None:
    assert judged(VIOLATIONS[broken](published())) == {broken: "FAIL"}


def test_a_leak_stops(exact: Execute) -> None:
    leaks = pd.DataFrame([("2024-T1 NL W8 unknown total total", "noord")], columns=NO_LEAKS.columns)
    assert judged(published(), leaks) == {"disclosure_audit": "FAIL"}


def test_an_audit_that_could_not_run_stops(exact: Execute) -> None:
    assert judged(published(), None) == {"disclosure_audit": "NOT_RUN"}


def test_a_page_that_not_everybody_can_use_stops(exact: Execute) -> None:
    pages = pd.DataFrame([("public/index.html", "html has no lang")], columns=FOLLOWS["pages"].columns)
    assert judged(published(), pages=pages) == {"pages_accessible": "FAIL"}


@pytest.mark.parametrize("count", [1, 4])
def test_small_counts_are_neither_small_nor_unrounded(exact: Execute, count: int) -> None:
    assert judged(put("value", Decimal(count), **C2)(published())) == {
        "no_small_counts": "FAIL",
        "counts_rounded": "FAIL",
    }


@pytest.mark.parametrize(
    ("indicator", "component", "column"),
    [
        ("C3", "value", "numerator"),
        ("C4", "value", "numerator"),
        ("W4", "share_over_91_days", "denominator"),
        ("W4", "share_over_91_days", "numerator"),
        ("S1", "persons_skj_growth_4m", "value"),
        ("F1", "corrections", "value"),
        ("W4", "median", "numerator"),
        ("C9", "mean", "denominator"),
        ("W3", "mean", "numerator"),
        ("W5", "share_7", "denominator"),
        ("W6", "share", "denominator"),
    ],
)
def test_counts_hidden_in_other_figures_are_judged_too(
    exact: Execute, indicator: str, component: str, column: str
) -> None:
    cell = {"indicator": indicator, "component": component, "institution": "NL", "breakdown": "total"}
    number = Decimal(-23) if column == "value" else Decimal(23)
    assert judged(put(column, number, **cell)(published())) == {"counts_rounded": "FAIL"}


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal(-25)])
@pytest.mark.parametrize("column", ["value", "numerator", "denominator"])
def test_what_is_no_number_of_its_unit_stops(exact: Execute, column: str, number: Decimal) -> None:
    assert judged(put(column, number, **C3)(published()))["figures_in_range"] == "FAIL"


def test_a_change_may_be_negative_and_a_turnover_more_than_all(exact: Execute) -> None:
    gap = {"institution": "NL", "indicator": "C6", "component": "gap_to_norm"}
    turnover = {"institution": "NL", "indicator": "S5"}
    assert judged(put("value", Decimal("1.10"), **turnover)(put("value", Decimal("-1.2"), **gap)(published()))) == {}


def test_the_fte_under_a_workload_is_no_count() -> None:
    counts = frames_of(published().query("indicator == 'C3'"), "2024-T1", indicators.load())["counts"]
    assert counts["count"].tolist() == [25.0, 25.0]


def test_terms_have_no_more_decimals_than_fte(exact: Execute) -> None:
    assert judged(put("denominator", Decimal("1010.25"), **C3)(published())) == {"decimals_kept": "FAIL"}


def test_an_incomplete_figure_keeps_its_value_and_stops_only_as_a_headline(exact: Execute) -> None:
    assert judged(put("status", "incomplete", institution="NL", indicator="C2")(published())) == {}


def test_an_earlier_period_may_be_incomplete_but_not_left_out(exact: Execute) -> None:
    earlier = published("2023-T3").assign(status="incomplete")
    assert judged(pd.concat([earlier, published()])) == {}
    frames = frames_of(pd.concat([published("2023-T2"), published()]), "2024-T1", indicators.load())
    assert frames["periods"]["step"].tolist() == [2]


def test_a_period_left_out_stops(exact: Execute) -> None:
    assert judged(pd.concat([published("2023-T2"), published()])) == {"periods_consecutive": "FAIL"}


def test_a_month_is_no_period_of_a_release(exact: Execute) -> None:
    broken = {"periods_consecutive": "FAIL", "dates_of_periods": "FAIL"}
    assert judged(pd.concat([published("2024-03"), published()])) == broken


def test_the_figures_of_another_release_are_not_those_of_this_one(exact: Execute) -> None:
    assert judged(published("2023-T3")) == {"every_figure_present": "FAIL"}


def test_nothing_to_publish_does_not_pass(exact: Execute) -> None:
    assert judged(published().iloc[:0])["every_figure_present"] == "FAIL"


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        ("delete from marts.build_delivery where delivery_id = 2", "coverage"),
        ("update ledger.institution set valid_to = '2024-04-30' where gi_code = 'oost'", "coverage"),
        ("update publication.observations set denominator = 'NaN' where indicator = 'F1'", "exact_figures_are_numbers"),
        ("update publication.observations set numerator = '-Infinity'", "exact_figures_are_numbers"),
        ("delete from publication.observations where institution = 'zuid' and indicator = 'F1'", "institutions_add_up"),
        (
            "update publication.observations set value = value + 1 where indicator = 'F1' and component = 'inflow'"
            " and institution = 'noord'; update publication.observations set value = value + 1 where indicator = 'F1'"
            " and component = 'inflow' and institution = 'NL'",
            "balance_closes",
        ),
        (
            "update marts.observations set value = 19 where institution = 'noord' and indicator = 'C1'"
            " and breakdown = 'total'",
            "release_equals_month",
        ),
        (
            "update publication.observations set value = 9 where institution = 'noord' and category ~ 'bescherming'"
            "; update marts.observations set value = 9 where institution = 'noord' and category ~ 'bescherming'",
            "institutions_add_up",
        ),
        ("delete from marts.observations where institution = 'NL' and breakdown = 'total'", "release_equals_month"),
        ("update core.cbs_stocks set jeugdreclassering_measures = 21", "cbs_points"),
    ],
)
def test_the_exact_figures_behind_the_candidate_are_judged(exact: Execute, statements: str, broken: str) -> None:
    exact(statements)
    assert judged(published()) == {broken: "FAIL"}


def test_a_gap_of_three_percent_to_the_outside_is_near_enough(exact: Execute) -> None:
    exact("update core.cbs_stocks set jeugdbescherming_measures = 2000, jeugdreclassering_measures = 2000")
    exact("update marts.observations set value = 1940 where institution = 'NL' and breakdown = 'family'")
    exact("update publication.observations set value = 1940 where institution = 'NL' and breakdown = 'family'")
    exact("update publication.observations set value = 970 where institution <> 'NL' and breakdown = 'family'")
    exact("update marts.observations set value = 970 where institution <> 'NL' and breakdown = 'family'")
    assert judged(published()) == {}


def test_the_institution_that_is_missing_is_named(exact: Execute, caplog: pytest.LogCaptureFixture) -> None:
    exact("delete from marts.build_delivery where delivery_id = 2")
    publication.judge(7, "2024-T1", {"published": published(), "leaks": NO_LEAKS, **FOLLOWS})
    assert "coverage names zuid" in caplog.text


def test_without_marts_the_gate_does_not_pass(exact: Execute) -> None:
    exact("drop schema marts cascade")
    assert set(judged(published()).values()) == {"NOT_RUN"}


def test_every_expectation_of_the_suite_is_broken_here() -> None:
    behind = {
        "coverage",
        "exact_figures_are_numbers",
        "institutions_add_up",
        "balance_closes",
        "release_equals_month",
        "cbs_points",
    }
    named = {expectation for _, broken in UNNAMED for expectation in broken}
    shown = {"no_small_counts", "periods_consecutive", "disclosure_audit", "pages_accessible"}
    assert {e.id for e in suites.load("publication").expectations} == behind | shown | named | VIOLATIONS.keys()
