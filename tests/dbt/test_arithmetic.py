"""Survival, percentiles and terms as SQL computes them, beside libraries that others maintain (spec 2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
import numpy as np
import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from scipy import stats

from gi_monitor.settings import PROJECT
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.connection import connect

DESIGNATED = date(2022, 5, 27)
Follow_up = list[tuple[int, bool]]
"""Days and whether the event came, of each who was followed."""


def _macro(file: str, name: str, *arguments: Any) -> str:
    text = (PROJECT / "dbt_project" / "macros" / f"{file}.sql").read_text(encoding="utf-8")
    return str(getattr(Environment().from_string(text).module, name)(*arguments))


@pytest.fixture(scope="module")
def session(cluster: Path) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(embedded.url(cluster, "postgres")) as connection:
        yield connection


_PEOPLE = st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=40)
_NOBODY_ENDS: Follow_up = [(3, False), (9, False)]
_HALF_OF_SIX: Follow_up = [(1, True), (2, False), (3, True), (4, True), (4, False), (8, False)]


@settings(max_examples=60)
@given(people=_PEOPLE)
@example(people=_NOBODY_ENDS)
@example(people=_HALF_OF_SIX)
@example(people=[(7, True)])
@example(people=[(5, True), (5, False), (5, True)])
def test_the_product_limit_is_that_of_scipy(session: psycopg.Connection[tuple[Any, ...]], people: Follow_up) -> None:
    follow_up = ", ".join(f"('2024-04', 'NL', {days}, 400, {event}, 1)" for days, event in people)
    survival_table = _macro("kaplan_meier", "kaplan_meier", "follow_up")
    query = f"""
        with follow_up (period, institution, days, observable_days, is_event, number) as (values {follow_up})
        select days, share_left from ({survival_table}) as survival order by days
    """
    steps = session.execute(query.encode()).fetchall()
    ended = [days for days, event in people if event]
    known = stats.CensoredData(ended, right=[days for days, event in people if not event])
    survival = stats.ecdf(known).sf
    for days, share_left in steps:
        assert float(share_left) == pytest.approx(float(survival.evaluate(days)), abs=1e-9)


@settings(max_examples=60)
@given(days=st.lists(st.integers(0, 4000), min_size=1, max_size=60), share=st.sampled_from(["0.1", "0.5", "0.9"]))
@example(days=[4], share="0.9")
@example(days=[2, 2, 2, 9], share="0.5")
def test_a_percentile_is_that_of_numpy(
    session: psycopg.Connection[tuple[Any, ...]], days: list[int], share: str
) -> None:
    query = f"select {_macro('numbers', 'percentile', 'days', share)} from unnest(%s::int[]) as waits (days)"
    found = session.execute(query.encode(), [days]).fetchone()
    assert found is not None
    assert float(found[0]) == pytest.approx(float(np.percentile(days, float(share) * 100)), abs=1e-9)


@pytest.mark.usefixtures("worked_example")
def test_every_term_ends_where_numpy_and_the_calendar_of_holidays_end_it() -> None:
    first, last = date(2015, 1, 1), date(2030, 6, 30)
    law = holidays.country_holidays("NL", years=range(2015, 2031), categories=("public", "optional"))
    calendar = np.busdaycalendar(holidays=[*law, DESIGNATED])
    with connect("gi_transform") as connection:
        rows = connection.execute(
            "select day, contact_ends, plan_ends, help_ends from core.dim_term_end where day between %s and %s",
            [first, last],
        ).fetchall()
    assert len(rows) == (last - first).days + 1
    for row in rows:
        day = row["day"]
        fifth = np.busday_offset(np.busday_offset(day, 0, "preceding", busdaycal=calendar), 5, busdaycal=calendar)
        assert row["contact_ends"] == fifth.item(), f"contact, from {day}"
        moved = np.busday_offset(day + timedelta(days=42), 0, "following", busdaycal=calendar).item()
        assert row["plan_ends"] == moved, f"plan, from {day}"
        assert row["help_ends"] == day + timedelta(days=91)
