"""What the line is laid beside: bare COPY of the same rows, and DuckDB and Postgres computing the headline figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from gi_monitor import contracts
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect, connect_as_owner
from tests.bench.measure import Parts
from tests.bench.stages import landed

TYPES = {
    "caseload": "{'measure_type': 'VARCHAR'}",
    "waitlist": "{'stay_key': 'VARCHAR'}",
    "staffing": "{'fte_caseload': 'DECIMAL(4, 2)'}",
}
HEADLINES = """
with running as (
    select reference_date as d, delivery_id, measure_key, child_key from caseload
    where measure_type <> '31' and coalesce(taken_over_date, ruling_date) <= reference_date
        and coalesce(end_date, date '9999-12-31') > reference_date
        and coalesce(handed_over_date, date '9999-12-31') >= reference_date
), posts as (
    select reference_date as d, staffing.* from staffing
    where post_start_date <= reference_date and coalesce(post_end_date, date '9999-12-31') > reference_date
), volume as (
    select d, count(*) as c1 from running group by d
), waiting as (
    select d, count(distinct (delivery_id, child_key)) as w1
    from waitlist join running using (delivery_id, measure_key)
    where list in ('wachtlijst', 'doorstroomlijst') and listed_date <= d
        and coalesce(delisted_date, date '9999-12-31') > d
    group by d
), staff as (
    select d, sum(fte_caseload) as fte,
        count(distinct (delivery_id, worker_key)) filter (where role = 'jeugdbeschermer' and skj_registered) as s1
    from posts group by d
)
select d, c1, c1 / fte as c3, w1, s1 from volume join waiting using (d) join staff using (d) order by 1
"""
_CURRENT = """
create temp view {dataset} as
select (l.reporting_month + interval '1 month - 1 day')::date as reference_date, l.*
from landing.{dataset} as l inner join ledger.known using (delivery_id) where known.known_to is null
"""


def copy_out(folder: Path) -> tuple[int, Parts]:
    """Each dataset as loaded, as one CSV in ``folder``."""
    for dataset in contracts.DATASETS:
        with connect("gi_intake") as connection, (folder / f"{dataset}.csv").open("wb") as file:
            connection.execute(_CURRENT.format(dataset=dataset))
            with connection.cursor().copy(f"copy (select * from {dataset}) to stdout with (format csv, header)") as out:
                for block in out:
                    file.write(block)
    return landed(), {}


def copy_in(folder: Path) -> tuple[int, Parts]:
    """Bare COPY of the same rows into tables of the same shape without index or check."""
    with connect("gi_intake") as connection:
        for dataset in contracts.DATASETS:
            connection.execute(
                f"create temp table bare_{dataset} on commit drop as"
                f" select null::date as reference_date, l.* from landing.{dataset} as l with no data"
            )
            with connection.cursor().copy(f"copy bare_{dataset} from stdin with (format csv, header)") as copy:
                copy.write((folder / f"{dataset}.csv").read_bytes())
    return landed(), {}


def duckdb_headlines(folder: Path) -> tuple[int, Parts]:
    """C1, C3, W1 and S1 of the country for every month, from the CSVs; the marts must say the same."""
    with duckdb.connect() as db:
        for dataset in contracts.DATASETS:
            path = folder / f"{dataset}.csv"
            db.execute(f"create table {dataset} as select * from read_csv('{path}', types = {TYPES[dataset]})")
        _check(db.execute(HEADLINES).fetchall())
    return landed(), {}


def postgres_headlines() -> tuple[int, Parts]:
    """The same query on the rows as they were loaded."""
    # Right after a load it may have no statistics yet, and then a plan that takes minutes.
    with connect_as_owner() as owner:
        for dataset in contracts.DATASETS:
            owner.execute(f"analyze landing.{dataset}")
    with connect("gi_intake") as connection:
        for dataset in contracts.DATASETS:
            connection.execute(_CURRENT.format(dataset=dataset))
        rows = connection.execute(HEADLINES).fetchall()
        _check([tuple(row.values()) for row in rows])
    return landed(), {}


def _check(found: list[tuple[Any, ...]]) -> None:
    with connect("gi_analyst") as connection:
        ours = {
            (row["period"], row["indicator"]): row["value"]
            for row in connection.execute(
                """
                select period, indicator, value from marts.observations
                where institution = 'NL' and breakdown = 'total' and (indicator, component) in (
                    ('C1', 'count'), ('C3', 'value'), ('W1', 'children'), ('S1', 'persons_skj')
                )
                """
            )
        }
    assert found
    for day, *figures in found:
        for indicator, figure in zip(("C1", "C3", "W1", "S1"), figures, strict=True):
            mart = ours[str(Month.of(day)), indicator]
            assert abs(float(mart) - float(figure)) < 1e-9, f"{indicator} of {day}: {figure} beside us, {mart} here"
