"""What an analyst may see: everything that docs/analysts.md promises, and nothing behind it (spec 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from gi_monitor import settings
from gi_monitor.warehouse import build
from gi_monitor.warehouse.connection import connect
from tests.analysts import analyst


@pytest.fixture
def login(worked_example: Path) -> Iterator[str]:
    with analyst() as url:
        yield url.render_as_string(hide_password=False)


def test_an_analyst_sees_the_marts_and_no_way_behind_them(login: str) -> None:
    _no_way_past_the_role(login)
    _no_key_and_no_day_of_an_event(login)
    _a_number_says_nothing_about_another_month(login)
    _the_questions_of_the_guide_have_answers(login)
    _one_file_describes_it_all()


@contextmanager
def _refused() -> Iterator[None]:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
        yield


def _no_way_past_the_role(login: str) -> None:
    tried = [
        "set role gi_transform",
        "set role gi_intake",
        "set session authorization gi_transform",
        "select * from core.fct_caseload",
        "select * from landing.caseload",
        "select * from staging.stg_known",
        "select * from publication.observations",
        "select * from quality.finding",
        "select * from ledger.delivery",
        "select * from ledger.data_key",
        "select pg_read_file('/etc/passwd')",
        "copy (select 1) to program 'true'",
        "create table marts.mine (x int)",
        "create function marts.mine() returns int language sql as 'select 1'",
        "update marts.observations set value = 0",
        "alter view marts.measure set (security_barrier = false)",
        "drop view marts.measure",
    ]
    with psycopg.connect(login, autocommit=True) as session:
        for statement in tried:
            with _refused():
                session.execute(statement.encode())
        everywhere = session.execute(
            "select distinct schemaname from pg_tables"
            " where has_table_privilege(schemaname || '.' || tablename, 'select')"
            " and has_schema_privilege(schemaname, 'usage') and schemaname not in ('pg_catalog', 'information_schema')"
        )
        assert {row[0] for row in everywhere} == {"marts"}


def _no_key_and_no_day_of_an_event(login: str) -> None:
    with psycopg.connect(login) as session:
        columns = session.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'marts'"
        ).fetchall()
        assert {"measure", "stay", "post", "observations"} <= {table for table, _, _ in columns}
        assert not [column for _, column, _ in columns if column.endswith("_key")]
        for table, column, kind in columns:
            if kind == "date" and column != "reference_date":
                query = sql.SQL("select count(*) from marts.{} where extract(day from {}) <> 1")
                days = session.execute(query.format(sql.Identifier(table), sql.Identifier(column))).fetchone()
                assert days == (0,), f"{table}.{column} tells a day"


def _a_number_says_nothing_about_another_month(login: str) -> None:
    """The same measures run in the two months, and most of them have another number in the second."""
    with connect("gi_transform") as session:
        pairs = session.execute(
            """
            select this_month.measure_number as this_month, last_month.measure_number as last_month
            from core.fct_caseload as this_month
            inner join core.fct_caseload as last_month using (gi_code, measure_key)
            where gi_code = 'haagrijn' and this_month.reporting_month = '2024-03-01'
                and last_month.reporting_month = '2024-02-01'
            """
        ).fetchall()
    assert len(pairs) > 8
    kept = sum(pair["this_month"] == pair["last_month"] for pair in pairs)
    assert kept <= len(pairs) / 2
    with psycopg.connect(login) as session:
        numbers = session.execute(
            "select array_agg(measure_number order by measure_number) = array_agg(n order by n) from ("
            " select measure_number, row_number() over () as n from marts.measure"
            " where gi_code = 'haagrijn' and reporting_month = '2024-03-01') as numbered"
        ).fetchone()
        assert numbers == (True,)


def _one_file_describes_it_all() -> None:
    file = settings.load().data / "warehouse.html"
    build.describe(file)
    page = file.read_text(encoding="utf-8")
    assert '"marts"."observations"' in page.replace("\\", "")
    assert "Number of institutions behind the figure." in page
    assert not re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?(?:https?:)?//[^"'>]+""", page)


def _the_questions_of_the_guide_have_answers(login: str) -> None:
    guide = (settings.PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
    questions = re.findall(r"```sql\n(.*?)```", guide, flags=re.DOTALL)
    assert len(questions) == 10
    engine = sa.create_engine(sa.make_url(login).set(drivername="postgresql+psycopg"))
    for question in questions:
        answer = pd.read_sql(sa.text(question), engine)
        assert len(answer), question
        assert answer.notna().any().all(), f"a column without any answer: {question}"
    engine.dispose()
