"""From accepted deliveries to marts: the worked example, months that miss a delivery, vintages, failures, the swap."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest

from gi_monitor import indicators, settings
from gi_monitor.intake import arrivals
from gi_monitor.release import candidate
from gi_monitor.warehouse import build, dbt
from gi_monitor.warehouse.connection import Role, connect
from gi_monitor.warehouse.dbt import BuildError
from tests import roles
from tests.dbt.comparison import compare, expected
from tests.shapes import BEFORE, EXAMPLE, LAST, marts_observations, observations_before_the_last

EXAMPLE_MONTHS = sorted(path.name for path in (EXAMPLE / "deliveries" / "haagrijn").iterdir())


@pytest.fixture
def example(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse that expects the deliveries of the worked example; its inbox."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(EXAMPLE / "institutions"))
    monkeypatch.setenv("GI_MONITOR_NOW", BEFORE)
    return settings.load().inbox


def _deliver() -> None:
    for gi_code in ("haagrijn", "waddenkust"):
        arrivals.take_over(gi_code)


def _build(vintage: datetime | None = None) -> None:
    with build.building() as builder:
        builder.seed_and_core(vintage)
        builder.marts()
        builder.swap()


def _build_core() -> None:
    with build.building() as builder:
        builder.seed_and_core()


def _swap() -> None:
    with build.building() as builder:
        builder.swap()


def _read(query: str, role: Role = "gi_release") -> pd.DataFrame:
    with connect(role) as connection:
        return pd.DataFrame(connection.execute(query).fetchall())


def _differences() -> list[str]:
    return compare(marts_observations(), expected())


def _months(differences: list[str]) -> set[str]:
    return {line.split()[0] for line in differences}


def test_the_worked_example_comes_out_exactly_whatever_came_when(worked_example: Path) -> None:
    without_the_last = observations_before_the_last(worked_example)
    assert _months(compare(without_the_last, expected())) == {"2024-04"}
    april = without_the_last.query("period == '2024-04' and indicator == 'C1' and breakdown == 'total'")
    assert {(row.institution, row.status, row.gi_reported, row.gi_expected) for row in april.itertuples()} == {
        ("haagrijn", "observed", 1, 1), ("waddenkust", "not_available", 0, 1), ("NL", "incomplete", 1, 2),
    }  # fmt: skip

    assert _differences() == []
    _facts_hold_what_was_accepted()
    _every_code_that_is_published_has_a_cell()
    _trimesters_are_their_closing_months()
    _the_redelivered_month_is_revised()
    _each_role_may_do_what_the_document_says()
    _everything_is_described()
    _all_of_it_can_be_released()

    _build(datetime.fromisoformat(BEFORE))
    pd.testing.assert_frame_equal(marts_observations(), without_the_last)


def _facts_hold_what_was_accepted() -> None:
    counts = _read(
        """
        select
            (select count(*) from core.fct_caseload) as rows_in_fact,
            (select count(distinct delivery_id) from core.fct_caseload) as deliveries_in_fact,
            (select count(*) from landing.caseload) as rows_landed,
            (select count(*) from marts.build_delivery) as deliveries_that_count
        """,
        "gi_transform",
    )
    assert counts.to_numpy().tolist() == [[262, 29, 262, 28]]


def _every_code_that_is_published_has_a_cell() -> None:
    known = indicators.load()
    cells = _read("select distinct indicator, component, breakdown, category from marts.observations")
    published = {cell for cell in known.cells() if not known.component(*cell[:2]).sum_of}
    assert set(cells.itertuples(index=False, name=None)) == published | {("N1", "class", "total", "total")}


def _trimesters_are_their_closing_months() -> None:
    """Hand-counted nationally: 15 measures run at the end of August 2023 and 17 at its end of December.

    In between two measures end and one worker leaves; two terms of first contact end, one met and one unknown.
    """
    shown = _read("select * from publication.observations where institution = 'NL'")
    closing = shown.query("period == '2023-T3' and breakdown == 'total' and category == 'total'")
    figures = closing.set_index(["indicator", "component"])["value"]
    assert (figures["F1", "stock_begin"], figures["F1", "stock_end"]) == (15, 17)
    assert (figures["F2", "n"], figures["S4", "persons_out"], figures["S4", "persons_net"]) == (2, 1, -1)
    assert [figures["W6", term] for term in ("met", "late", "overdue", "unknown")] == [1, 0, 0, 1]
    assert set(shown.query("indicator == 'F1' and period == '2023-T1'")["status"]) == {"not_available"}
    assert set(shown["period"]) == {"2023-T1", "2023-T2", "2023-T3", "2024-T1"}

    on_the_date = _read(
        "select distinct indicator, component from core.indicator_components where looks_back not in ('flow', 'period')"
    )
    months = _read("select * from marts.observations where institution = 'NL'")
    cell = ["indicator", "component", "breakdown", "category"]
    both = shown.merge(on_the_date).merge(months, on=["reference_date", *cell])
    assert len(both) == len(shown.merge(on_the_date))
    assert (both["value_x"].fillna(-999) == both["value_y"].fillna(-999)).all()
    assert (both["status_x"] == both["status_y"]).all()


def _the_redelivered_month_is_revised() -> None:
    """And so is what looks back on August 2023: a month, four months, twelve months, or on all before it."""
    revised = _read(
        """
        select distinct indicator, component, period
        from marts.observations where revision_status = 'revised' and institution in ('haagrijn', 'NL')
        """
    )
    months = revised.groupby(["indicator", "component"])["period"].agg(set)
    since = [month for month in EXAMPLE_MONTHS if month >= "2023-08"]
    assert months["C1", "count"] == months["F2", "n"] == {"2023-08"}
    assert months["F1", "inflow"] == {"2023-08", "2023-09"}
    assert months["S1", "fte_skj_growth_4m"] == {"2023-08", "2023-12"}
    assert months["W5", "n"] == months["S6", "retained_182"] == set(since)
    assert _read(
        "select 1 as found from marts.observations where revision_status = 'revised' and institution = 'waddenkust'"
    ).empty


def _each_role_may_do_what_the_document_says() -> None:
    """docs/security.md, by trying."""
    tried = roles.found()
    assert tried == roles.documented({table for _, table in tried})


def _everything_is_described() -> None:
    silent = _read(
        """
        select relation.oid::regclass::text as relation, attribute.attname
        from pg_class as relation
        inner join pg_attribute as attribute on relation.oid = attribute.attrelid and attribute.attnum > 0
        where relation.relkind in ('r', 'v')
            and relation.relnamespace::regnamespace::text in ('staging', 'core', 'marts', 'publication')
            and (col_description(relation.oid, attribute.attnum) is null or obj_description(relation.oid) is null)
        """
    )
    assert silent.empty, silent


def _all_of_it_can_be_released() -> None:
    """Gate G3 included; two institutions are no country, so the warning about the points of CBS stands."""
    prepared = candidate.prepare("2024-T1", made_by="airflow")
    assert (prepared.state, prepared.reason) == ("candidate", "passed gate G3")


@pytest.mark.fast
def test_the_unit_tests_of_the_models_pass(worked_example: Path) -> None:
    in_use = {"GI_MONITOR_LOOK": ""}  # The marts in use, and not those that a build makes aside.
    _dbt(worked_example, "test", "--select", "test_type:unit", variables=in_use)
    results = json.loads((worked_example / "target" / "run_results.json").read_text())["results"]
    tested = {result["unique_id"].split(".")[2] for result in results if result["status"] == "pass"}
    models = settings.load().home / "dbt_project" / "models"
    folders = ("core/facts", "core/aggregates", "core/outcomes", "marts", "publication")
    made = {path.stem for folder in folders for path in (models / folder).glob("*.sql")}
    passed_on = {"build", "build_delivery", "figure", "indicator_component", "measure", "post", "stay"}
    tested_by_builds = {"remade", "contributing"}  # test_remade.py
    assert made - passed_on - tested_by_builds | {"delivery", "history"} <= tested


def test_a_delivery_that_is_accepted_during_a_build_waits_for_the_next(example: Path, warehouse: Path) -> None:
    shutil.copytree(EXAMPLE / "deliveries" / "haagrijn", example / "haagrijn")
    _deliver()
    _build_core()
    shutil.copytree(EXAMPLE / "deliveries" / "waddenkust", example / "waddenkust")
    _deliver()

    # What is left of a build that had begun before waddenkust came in.
    _dbt(warehouse, "run", "--select", "fct_waitlist", "fct_staffing")
    held = "select distinct gi_code from core.{} order by 1"
    assert _read(held.format("fct_waitlist"), "gi_transform")["gi_code"].tolist() == ["haagrijn"]

    _build()
    assert _read(held.format("fct_waitlist"), "gi_transform")["gi_code"].tolist() == ["haagrijn", "waddenkust"]
    assert _differences() == []


def _dbt(warehouse: Path, *arguments: str, variables: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run dbt outside of build.py."""
    project = settings.load().home / "dbt_project"
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *arguments]
    command += ["--project-dir", str(project), "--profiles-dir", str(project)]
    command += ["--target-path", str(warehouse / "target"), "--log-path", str(warehouse / "logs")]
    environment = {**dbt.environment(), **variables}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout


def test_a_failed_build_names_the_node_leaves_nothing_and_can_be_mended(example: Path) -> None:
    shutil.copytree(EXAMPLE / "deliveries" / LAST, example / LAST)
    _deliver()
    with connect("gi_intake") as connection:
        connection.execute("create temporary table twin as select * from landing.staffing where row_number = 2")
        connection.execute("insert into landing.staffing select * from twin")
    with pytest.raises(BuildError, match=r"(?s)^dbt could not build:\nmodel\.gi_monitor\.fct_staffing: .*row_number"):
        _build_core()
    with connect("gi_intake") as connection:
        connection.execute(
            "create temporary table twin as select distinct * from landing.staffing where row_number = 2"
        )
        connection.execute("delete from landing.staffing where row_number = 2")
        connection.execute("insert into landing.staffing select * from twin")
    _build_core()
    facts = _read("select count(*) as rows, count(distinct row_number) as numbers from core.fct_staffing", "gi_quality")
    assert facts.to_dict("records") == [{"rows": 3, "numbers": 3}]


def test_only_finished_marts_are_swapped_and_only_once(warehouse: Path) -> None:
    _swap()
    with connect("gi_transform") as connection:
        connection.execute("create schema marts_next create table observations (value numeric)")
        connection.execute("comment on schema marts_next is 'Made of 0123'")
        connection.execute("create schema publication_next")
    with pytest.raises(BuildError, match="unfinished"):
        _swap()
    with connect("gi_transform") as connection:
        connection.execute("create table marts_next.build as select 1 as built")
    _swap()
    _swap()
    with connect("gi_transform") as connection:
        schemas = connection.execute("select nspname from pg_namespace where nspname ~ '^(marts|publication)'")
        assert {row["nspname"] for row in schemas} == {"marts", "publication"}
        assert connection.execute("select built from marts.build").fetchall() == [{"built": 1}]
