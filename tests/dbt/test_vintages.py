"""Figures as known at any moment, what changed between two, and a build from nothing beside one that only added."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from typer.testing import CliRunner

from gi_monitor import steps
from gi_monitor.cli import app
from gi_monitor.warehouse import build, revisions
from gi_monitor.warehouse.connection import connect
from tests.shapes import AFTER, BEFORE, marts_observations, observations_before_the_last


def _rows(query: str) -> list[dict[str, Any]]:
    with connect("gi_transform") as connection:
        return [dict(row) for row in connection.execute(query.encode())]


def _everything() -> dict[str, list[str]]:
    """Every row of every table that builds make, as text, but for the moment of the build."""
    tables = _rows(
        "select schemaname || '.' || tablename as name from pg_tables"
        " where schemaname in ('staging', 'core', 'marts', 'publication') and tablename not in ('build', 'vintage')"
    )
    names = sorted(table["name"] for table in tables)
    return {name: sorted(row["text"] for row in _rows(f"select t::text as text from {name} as t")) for name in names}


def test_figures_as_known_then_and_now(worked_example: Path) -> None:
    added_to = _everything()

    schema = build.look(datetime.fromisoformat(BEFORE))
    pd.testing.assert_frame_equal(marts_observations(schema), observations_before_the_last(worked_example))
    assert _everything() == added_to, "a look leaves what is in use as it is"
    build.drop_look(schema)

    _what_changed_names_its_delivery()
    _a_figure_names_its_deliveries()

    steps.standardise(anew=True)
    assert _everything() == added_to, "built from nothing, it is the same"


def _what_changed_names_its_delivery() -> None:
    found = revisions.between(datetime.fromisoformat(BEFORE), datetime.fromisoformat(AFTER))
    assert {revision.period for revision in found} == {"2024-04"}
    assert {revision.institution for revision in found} == {"waddenkust", "NL"}
    assert {tuple(revision.because_of) for revision in found} == {("waddenkust 2024-04/1",)}
    figures = {(each.institution, each.indicator, each.component, each.category): each for each in found}
    running = figures["NL", "C1", "count", "total"]
    assert (running.earlier, running.earlier_status, running.later_status) == (Decimal(13), "incomplete", "observed")
    assert not _rows("select 1 as found from pg_namespace where nspname ~ '^(marts|publication)_'")


def _a_figure_names_its_deliveries() -> None:
    def named(period: str, indicator: str) -> list[list[str]]:
        answer = CliRunner().invoke(app, ["lineage", period, indicator, "--institution", "haagrijn", "--csv"])
        assert answer.exit_code == 0, answer.output
        return [line.split(",")[:3] for line in answer.output.splitlines()[1:]]

    assert named("2023-08", "C3") == [["haagrijn", "2023-08", "2"]]
    assert named("2023-09", "F1") == [["haagrijn", "2023-08", "2"], ["haagrijn", "2023-09", "1"]]
    assert [month for _, month, _ in named("2024-04", "W5")][-1] == "2024-04"
    assert len(named("2024-04", "W5")) == 14
