"""Running a suite: every expectation gets a verdict, also those that could not be judged."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gi_monitor import clock
from gi_monitor.gates.suites import Suite
from gi_monitor.gates.verdicts import Verdict
from gi_monitor.intake.memory import without_collecting
from gi_monitor.warehouse.connection import connect


def run(
    suite: Suite, *, frames: Mapping[str, pd.DataFrame] | None = None, session: Mapping[str, str] | None = None
) -> list[Verdict]:
    """Judge every expectation of a suite, in its order.

    The SQL of a suite may read ``current_setting('gi_monitor.today')`` (the business clock's day) and what
    else ``session`` sets; expectations on a bare table name judge that one of ``frames``.
    """
    load_engine()
    from gi_monitor.gates.engine import Engine, kind_of

    try:
        engine = Engine(frames or {}, _settings(session))
    except Exception as error:
        return [Verdict(expectation, "NOT_RUN", kind_of(error)) for expectation in suite.expectations]
    return [engine.judge(expectation) for expectation in suite.expectations]


def load_engine() -> None:
    """Import Great Expectations, which takes seconds: while something else is being waited for, where it can be."""
    _quieten()
    with without_collecting():
        from gi_monitor.gates import engine  # noqa: F401


def named(verdict: Verdict, column: str, *, session: Mapping[str, str] | None = None) -> list[Any]:
    """The distinct values of ``column`` in the rows that break a promise, by our own SQL (GX caps its samples).

    Empty where the promise was kept or could not be judged, or its rows have no such column.
    """
    expectation = verdict.expectation
    if verdict.answer != "FAIL" or expectation.rows is None:
        return []
    rows = expectation.rows.replace("{batch}", expectation.table)
    with connect("gi_quality") as connection:
        for name, value in _settings(session).items():
            connection.execute("select set_config(%s, %s, true)", [name, value])
        broken = connection.execute(f"select * from ({rows}) as broken limit 0")  # noqa: S608 SQL of a suite file
        if column not in {described.name for described in broken.description or []}:
            return []
        found = connection.execute(
            f"select distinct {column} from ({rows}) as broken where {column} is not null order by 1"  # noqa: S608
        )
        return [row[column] for row in found]


def _settings(session: Mapping[str, str] | None) -> dict[str, str]:
    return {"gi_monitor.today": clock.today().isoformat(), **(session or {})}


def _quieten() -> None:
    """What goes wrong in it becomes a verdict; an error of the database that it logs may quote a value."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    for name in ("great_expectations", "great_expectations._docs_decorators"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
