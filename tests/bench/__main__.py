"""How fast each stage is at the size of the country and at ten times that, beside COPY and DuckDB.

Run by ``make bench``, which keeps the run; ``python -m tests.bench --scale 100 --months 1`` measures another size and
keeps nothing. Nothing is asserted but that the figures agree. Verzonnen gegevens / synthetic data.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console

from gi_monitor.month import Month
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.migrate import migrate
from tests.bench import beside, report, stages, through_airflow
from tests.bench.measure import Bench

LAST = Month(2024, 12)
ONE = "haagrijn"
"""An institution of some 3,000 running measures."""
SIZES = ((1.0, 27), (10.0, 3))
WORKERS = 2


def country(bench: Bench, scale: float, months: int) -> None:
    """All stages at one size, in a folder and a database of their own."""
    first, clock = LAST - (months - 1), f"{LAST.due}T09:00:00"
    measure = partial(bench.stage, f"{scale:g}×")
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name, "deliveries"), Path(name, "data")
        data.mkdir()
        os.environ |= {"GI_MONITOR_DATA": str(data), "GI_MONITOR_NOW": clock}
        try:
            migrate()
            measure(f"make up {months} months", stages.make_up, folder, scale, first, LAST)
            measure("read one month", stages.read, folder, LAST)
            if months > 1:
                measure(
                    f"take in {months - 1} months, {WORKERS} workers",
                    stages.take_in, folder, first, LAST - 1, WORKERS, at_once=WORKERS,
                )  # fmt: skip
            measure("take in the last month, one worker", stages.take_in, folder, LAST, LAST)
            measure("receipts", stages.send_receipts)
            measure(f"standardise {months} months", stages.standardise, clock)
            if months > 6:
                measure("take in one month again", stages.take_again, folder, ONE, LAST - 6, clock)
                measure("standardise that", stages.standardise, clock)
                through_a_real_airflow(bench, measure, folder, clock)
                measure("release", stages.release, "2024-T3", clock)
            beside_it(measure, Path(name))
        finally:
            embedded.stop(data)


def through_a_real_airflow(bench: Bench, measure: Callable[..., None], folder: Path, clock: str) -> None:
    """One delivery, thirteen at once, and what it needs when there are none."""
    try:
        measure("Airflow starts and does a task", through_airflow.start, clock)
        measure("one month again, through Airflow into the marts", through_airflow.refresh, folder, [ONE], LAST - 5)
        everybody = [place.gi_code for place in stages.delivered(folder, LAST, LAST)]
        measure("thirteen at once, through Airflow into the marts", through_airflow.refresh, folder, everybody, LAST)
        bench.note("1×: Airflow at rest, all its processes", through_airflow.memory_at_rest())
    finally:
        through_airflow.stop()


def beside_it(measure: Callable[..., None], folder: Path) -> None:
    """COPY, DuckDB and Postgres on the same rows."""
    measure("beside it: COPY out", beside.copy_out, folder)
    measure("beside it: bare COPY in", beside.copy_in, folder)
    measure("beside it: DuckDB, C1, C3, W1, S1 from those files", beside.duckdb_headlines, folder)
    measure("beside it: the same query in Postgres, from loaded rows", beside.postgres_headlines)


def main() -> None:
    """Measure the sizes that were asked for; those of ``make bench`` are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, help="1 is the country")
    parser.add_argument("--months", type=int, default=3)
    asked = parser.parse_args()
    bench = Bench(Console())
    os.environ.pop("GI_MONITOR_DATABASE_URL", None)
    for scale, months in [(asked.scale, asked.months)] if asked.scale else SIZES:
        country(bench, scale, months)
    print(report.table(bench.stages, report.earlier()))  # noqa: T201
    if not asked.scale:
        print(f"kept in {report.keep(bench.stages)}")  # noqa: T201


if __name__ == "__main__":
    main()
