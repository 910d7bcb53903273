"""Whether a re-delivered month costs more behind a longer history: 27 and 108 months, at a twentieth of the country.

Run on demand as ``python -m tests.bench.history``. Verzonnen gegevens / synthetic data.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console

from gi_monitor.month import Month
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.migrate import migrate
from tests.bench import report, stages
from tests.bench.measure import Bench

FIRST = Month(2021, 12)
LENGTHS = (27, 108)
SCALE = 0.05
ONE = "haagrijn"
WORKERS = 2


def main() -> None:
    """Take in a history of each length, the longer behind the shorter, and one month again at its end."""
    bench = Bench(Console())
    os.environ.pop("GI_MONITOR_DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name, "deliveries"), Path(name, "data")
        data.mkdir()
        os.environ |= {"GI_MONITOR_DATA": str(data), "GI_MONITOR_NOW": f"{FIRST.due}T09:00:00"}
        try:
            migrate()
            stages.make_up(folder, SCALE, FIRST, FIRST + (max(LENGTHS) - 1))
            taken = 0
            for months in LENGTHS:
                begin, last = FIRST + taken, FIRST + (months - 1)
                measure, clock = partial(bench.stage, f"{months} months"), f"{last.due}T09:00:00"
                measure("take in", stages.take_in, folder, begin, last, WORKERS, at_once=WORKERS)
                measure("standardise", stages.standardise, clock)
                measure("take in one month again", stages.take_again, folder, ONE, last - 6, clock)
                measure("standardise that", stages.standardise, clock)
                taken = months
        finally:
            embedded.stop(data)
    print(report.table(bench.stages, {}))  # noqa: T201


if __name__ == "__main__":
    main()
