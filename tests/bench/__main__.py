"""How fast each stage is, beside a bare COPY of the same rows and DuckDB computing the same headline figures.

Run by ``make bench``; nothing here is asserted but that the figures agree. Verzonnen gegevens / synthetic data.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from gi_monitor import contracts, institutions, settings, steps
from gi_monitor.dialects import File
from gi_monitor.intake import manifest as manifests
from gi_monitor.intake.judgement import judge
from gi_monitor.intake.translate import translate
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month
from gi_monitor.synthetic import synthesise
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.connection import connect
from gi_monitor.warehouse.migrate import migrate

FIRST, LAST = Month(2022, 10), Month(2024, 12)
ONE = "haagrijn"
"""An institution of some 3,000 running measures."""
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
    select reference_date as d, * from staffing
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
        count(distinct (delivery_id, worker_key)) filter (role = 'jeugdbeschermer' and skj_registered) as s1
    from posts group by d
)
select strftime(d, '%Y-%m') as period, c1, c1 / fte as c3, w1, s1
from volume join waiting using (d) join staff using (d) order by 1
"""


@dataclass
class Stage:
    """One line of the table."""

    name: str
    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds


class Bench:
    """The stages in order, each timed."""

    def __init__(self, console: Console) -> None:
        self.stages: list[Stage] = []
        self.console = console

    @contextmanager
    def stage(self, name: str, rows: Callable[[], int]) -> Iterator[None]:
        self.console.print(f"{name} …")
        start = time.perf_counter()
        yield
        self.stages.append(Stage(name, rows(), time.perf_counter() - start))
        self.console.print(f"  {self.stages[-1].seconds:.1f} s")


def delivered(folder: Path) -> list[tuple[Place, dict[str, bytes]]]:
    """Every delivery of the folder in memory, so that no stage pays for the disk of another."""
    found = []
    for path in sorted(folder.glob(f"*/*/*/{MANIFEST}")):
        gi_code, month, number = path.parts[-4:-1]
        files = {file.name: file.read_bytes() for file in path.parent.iterdir()}
        found.append((Place(gi_code, Month.parse(month), int(number)), files))
    return found


def read_all(deliveries: list[tuple[Place, dict[str, bytes]]]) -> int:
    """Cells into typed columns, nothing else; how many rows."""
    rows = 0
    for place, files in deliveries:
        manifest, _ = manifests.parse(files[MANIFEST])
        assert manifest is not None
        dialect = institutions.load()[place.gi_code].dialect
        for name, contract in contracts.load().datasets.items():
            sheet = File(files[manifest.files[name].name], dialect).sheet(contract.delivered_as)
            rows += len(translate(sheet, contract, dialect).raw)
    return rows


def judge_all(deliveries: list[tuple[Place, dict[str, bytes]]]) -> int:
    """Reading and every rule; how many rows count."""
    known, rows = institutions.load(), 0
    for place, files in deliveries:
        judgement = judge(files, place, known[place.gi_code], last_sequence=None, today=place.month.due)
        rows += sum(len(accepted) for accepted in judgement.accepted.values())
    return rows


def copied(dataset: str, folder: Path, condition: str = "true") -> Path:
    """A dataset as loaded, as one CSV."""
    path = folder / f"{dataset}.csv"
    query = (
        "copy (select (l.reporting_month + interval '1 month - 1 day')::date as reference_date, l.*"
        f" from landing.{dataset} as l inner join ledger.known using (delivery_id)"
        f" where known.known_to is null and {condition}) to stdout with (format csv, header)"
    )
    with connect("gi_intake") as connection, path.open("wb") as file, connection.cursor().copy(query) as copy:
        for block in copy:
            file.write(block)
    return path


def copy_in(paths: dict[str, Path]) -> None:
    """Bare COPY of the same rows into tables of the same shape without index or check."""
    with connect("gi_intake") as connection:
        for dataset, path in paths.items():
            connection.execute(
                f"create temp table bare_{dataset} on commit drop as"
                f" select null::date as reference_date, l.* from landing.{dataset} as l with no data"
            )
            with connection.cursor().copy(f"copy bare_{dataset} from stdin with (format csv, header)") as copy:
                copy.write(path.read_bytes())


def duckdb_headlines(paths: dict[str, Path]) -> list[tuple[Any, ...]]:
    """Month, C1, C3, W1 and S1 of the country, from the same CSVs."""
    with duckdb.connect() as db:
        for dataset, path in paths.items():
            db.execute(f"create table {dataset} as select * from read_csv('{path}', types = {TYPES[dataset]})")
        return db.execute(HEADLINES).fetchall()


def check_headlines(found: list[tuple[Any, ...]]) -> None:
    """The marts say the same."""
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
    for period, *figures in found:
        for indicator, figure in zip(("C1", "C3", "W1", "S1"), figures, strict=True):
            mart = ours[period, indicator]
            assert abs(float(mart) - float(figure)) < 1e-9, f"{indicator} of {period}: {figure} in DuckDB, {mart} here"


def one_delivery(bench: Bench, folder: Path) -> None:
    """One delivery from inbox to receipt in this process, the month before being there; and COPY of its rows alone."""
    at(f"{(FIRST + 1).due}T09:00:00")
    for month in (FIRST, FIRST + 1):
        place = Path(ONE, str(month))
        shutil.copytree(folder / "deliveries" / place, settings.load().inbox / place)
        if month == FIRST:
            steps.take_in(ONE)
    before = loaded_rows()
    with bench.stage(f"one delivery ({ONE}): check, load, receipt", lambda: loaded_rows() - before):
        steps.take_in(ONE)
    this_month = f"l.reporting_month = '{FIRST + 1}-01'"
    paths = {dataset: copied(dataset, folder, this_month) for dataset in contracts.DATASETS}
    with bench.stage("beside it: bare COPY of that delivery", lambda: loaded_rows() - before):
        copy_in(paths)


def at(moment: str) -> None:
    """Set the clock of this process and of what it starts."""
    os.environ["GI_MONITOR_NOW"] = moment


def deliver(folder: Path, month: Month, codes: list[str]) -> None:
    """Everybody's deliveries of a month, taken over on the day on which they are due."""
    at(f"{month.due}T09:00:00")
    for gi_code in codes:
        place = Path(gi_code, str(month))
        shutil.copytree(folder / "deliveries" / place, settings.load().inbox / place, dirs_exist_ok=True)
        steps.take_over(gi_code)


def deliver_again(folder: Path, month: Month) -> None:
    """The same rows under the next volgnummer."""
    place = Path(ONE, str(month))
    again = settings.load().inbox / place / "2"
    shutil.copytree(folder / "deliveries" / place / "1", again)
    manifest = json.loads((again / MANIFEST).read_text())
    (again / MANIFEST).write_text(json.dumps({**manifest, "volgnummer": 2}))
    steps.take_over(ONE)


def loaded_rows() -> int:
    with connect("gi_intake") as connection:
        query = " + ".join(f"(select count(*) from landing.{name})" for name in contracts.DATASETS)
        row = connection.execute(f"select {query} as number").fetchone()
    assert row is not None
    return int(row["number"])


def run(bench: Bench, folder: Path) -> None:
    """All stages, from made-up deliveries to a candidate."""
    months = FIRST.months_until(LAST) + 1
    with bench.stage(f"synthesise {months} months", lambda: 1):
        synthesise(folder / "deliveries", first=FIRST, last=LAST, progress=lambda _line: None)
    deliveries = delivered(folder / "deliveries")
    rows = 0
    bench.stages.clear()
    with bench.stage("read", lambda: rows):
        rows = read_all(deliveries)
    with bench.stage("read + screen + check", lambda: rows):
        judge_all(deliveries)
    one_delivery(bench, folder)
    codes = sorted({place.gi_code for place, _ in deliveries})
    with bench.stage("read + screen + check + archive + load", loaded_rows):
        for number in range(months):
            deliver(folder, FIRST + number, codes)
    with bench.stage("receipts", lambda: rows):
        for gi_code in codes:
            steps.send_receipts(gi_code)
    with bench.stage(f"standardise (core, G2, marts), {months} months", loaded_rows):
        steps.standardise()
    before = loaded_rows()
    deliver_again(folder, LAST - 6)
    with bench.stage("standardise after one month was delivered again", lambda: loaded_rows() - before):
        steps.standardise()
    with bench.stage("release (disclosure, files, G3)", loaded_rows):
        assert steps.prepare_release("2024-T3", made_by="bench") is not None
    paths = {dataset: copied(dataset, folder) for dataset in contracts.DATASETS}
    with bench.stage("beside it: bare COPY", loaded_rows):
        copy_in(paths)
    with bench.stage("beside it: DuckDB, C1, C3, W1, S1", loaded_rows):
        headlines = duckdb_headlines(paths)
    check_headlines(headlines)


def report(bench: Bench, history: Path) -> None:
    """The table on screen, and a JSON file with machine and versions that later runs can be laid beside."""
    table = Table("stage", "rows", "seconds", "rows/s", title="verzonnen gegevens / synthetic data, 1×")
    for stage in bench.stages:
        table.add_row(stage.name, f"{stage.rows:,}", f"{stage.seconds:.2f}", f"{stage.rows_per_second:,.0f}")
    bench.console.print(table)
    about = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}",
        "versions": {name: version(name) for name in ("pandas", "dbt-core", "great-expectations", "duckdb")},
        "stages": [asdict(stage) for stage in bench.stages],
    }
    history.mkdir(parents=True, exist_ok=True)
    path = history / time.strftime("%Y%m%dT%H%M%S.json")
    path.write_text(json.dumps(about, indent=1))
    bench.console.print(f"kept in {path}")


def main() -> None:
    """Run everything in a folder of its own, and clean it up."""
    history = settings.load().data / "bench"
    bench = Bench(Console())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"GI_MONITOR_DATA": str(folder / "data"), "GI_MONITOR_NOW": f"{LAST.due}T09:00:00"}
        os.environ.pop("GI_MONITOR_DATABASE_URL", None)
        (folder / "data").mkdir()
        try:
            migrate()
            run(bench, folder)
        finally:
            embedded.stop(folder / "data")
    report(bench, history)


main()
