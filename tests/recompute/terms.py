"""W6-W8: was a statutory term met? Measures are placed in the period in which their term ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from tests.recompute.figure import Figure, ratio
from tests.recompute.history import ONE_DAY, Scope
from tests.recompute.parameters import Parameters
from tests.recompute.waits import clock_start

CLASSES = ["met", "late", "overdue", "unknown"]


def contact(scope: Scope) -> Iterator[Figure]:
    """W6: the day on which working_days(clock start, day) first reaches 5."""
    rows = _not_taken_over(scope.looked_back_on("caseload"))
    # Older clocks have no term that ends in the period; holidays are known from 2015 on.
    rows = rows[clock_start(rows) >= scope.first - pd.Timedelta(days=31)]
    unknown = rows["charged_date"].isna() | rows["notified_date"].isna()
    done = rows[["appointed_date", "first_contact_date"]].max(axis=1, skipna=False)
    days = int(scope.parameters.value("term", "contact_working_days", scope.d))
    ends = clock_start(rows).map(partial(_working_days_later, scope.parameters, days))
    yield from _classes(scope, rows, ends, done, unknown)


def plan(scope: Scope) -> Iterator[Figure]:
    """W7: 42 calendar days later, moved to the next working day (Algemene termijnenwet art. 1)."""
    rows = _not_taken_over(scope.looked_back_on("caseload"))
    rows = rows[rows["plan_term_date"].notna()]
    days = int(scope.parameters.value("term", "plan_calendar_days", scope.d))
    ends = (rows["plan_term_date"] + pd.Timedelta(days=days)).map(partial(_moved, scope.parameters))
    yield from _classes(scope, rows, ends, rows["plan_date"])


def appropriate_help(scope: Scope) -> Iterator[Figure]:
    """W8: 91 calendar days later, not moved; measures taken over count."""
    rows = scope.looked_back_on("caseload")
    days = int(scope.parameters.value("term", "help_calendar_days", scope.d))
    yield from _classes(scope, rows, rows["help_needed_date"] + pd.Timedelta(days=days), rows["help_started_date"])


def _not_taken_over(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["taken_over_date"].isna()]


def _working_days_later(parameters: Parameters, days: int, clock: pd.Timestamp) -> pd.Timestamp:
    day = clock
    while days:
        day += ONE_DAY
        days -= parameters.is_working_day(day)
    return day


def _moved(parameters: Parameters, day: pd.Timestamp) -> pd.Timestamp:
    while not parameters.is_working_day(day):
        day += ONE_DAY
    return day


def _classes(
    scope: Scope, rows: pd.DataFrame, ends: pd.Series, done: pd.Series, unknown: pd.Series | None = None
) -> Iterator[Figure]:
    ends = pd.to_datetime(ends)
    unknown = pd.Series(data=False, index=rows.index) if unknown is None else unknown
    # Stopped, or (open and) no longer delivered, on or before the term end without it.
    last_known = rows["stop"].where(rows["stop"].notna(), rows["seen"].where(rows["seen"] < scope.d))
    lost = done.isna() & (last_known <= ends)
    names = pd.Series("overdue", index=rows.index)
    names = names.mask(done > ends, "late").mask(done <= ends, "met").mask(lost | unknown, "unknown")
    counts = {name: int((names[scope.within(ends)] == name).sum()) for name in CLASSES}
    yield from (Figure(name, count) for name, count in counts.items())
    yield ratio("share", counts["met"], counts["met"] + counts["late"] + counts["overdue"])
