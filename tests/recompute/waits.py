"""F2 and W1-W5: how long measures last, who waits and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from tests.recompute.figure import Figure, by, distinct, percentile, ratio
from tests.recompute.history import WAITING_FOR_A_WORKER, Scope
from tests.recompute.survival import Survival


def days_between(begin: pd.Series, end: pd.Series | pd.Timestamp) -> pd.Series:
    """Whole days; negative durations count as 0."""
    return (end - begin).dt.days.clip(lower=0)


def duration(scope: Scope) -> Iterator[Figure]:
    """F2."""
    rows = scope.looked_back_on("caseload")
    ended = rows[scope.within(rows["end_date"])]
    types = [code for code in scope.parameters.categories("type_maatregel") if code != "31"]
    for of_type, *cell in by(ended, "type", "measure_type", types):
        days = days_between(of_type["ruling_date"], of_type["end_date"])
        yield Figure("n", len(days), None, None, *cell)
        yield Figure("median", percentile(days, 0.5), None, None, *cell)
        yield Figure("p90", percentile(days, 0.9), None, None, *cell)


def _waiting_for_a_worker(stays: pd.DataFrame) -> pd.DataFrame:
    return stays[stays["list"].isin(WAITING_FOR_A_WORKER)]


def children_waiting(scope: Scope) -> int:
    """W1's headline: a child on both lists counts once."""
    return distinct(_waiting_for_a_worker(scope.open_stays()), "child_key")


def waiting(scope: Scope) -> Iterator[Figure]:
    """W1 of those who wait for a worker: in all, per list, and per urgency in all."""
    stays = _waiting_for_a_worker(scope.open_stays())
    for of_urgency, *cell in by(stays, "urgency", "urgency", scope.parameters.categories("urgentie")):
        yield Figure("children", distinct(of_urgency, "child_key"), None, None, *cell)
    yield from waiting_on(scope, WAITING_FOR_A_WORKER)


def waiting_on(scope: Scope, names: list[str]) -> Iterator[Figure]:
    """W1 of each list."""
    stays = scope.open_stays()
    for name in names:
        yield Figure("children", distinct(stays[stays["list"] == name], "child_key"), None, None, "list", name)


def completed(scope: Scope) -> Iterator[Figure]:
    """W3."""
    stays = _waiting_for_a_worker(scope.looked_back_on("waitlist"))
    left = stays[scope.within(stays["delisted_date"]) & (stays["delisting_reason"] == "toegewezen")]
    days = days_between(left["listed_date"], left["delisted_date"])
    yield Figure("n", len(days))
    yield Figure("mean", Fraction(int(days.sum()), len(days)) if len(days) else None)
    yield Figure("median", percentile(days, 0.5))
    yield Figure("p90", percentile(days, 0.9))


def so_far(scope: Scope) -> Iterator[Figure]:
    """W4."""
    listed = _waiting_for_a_worker(scope.open_stays())["listed_date"]
    days, working_days = days_between(listed, scope.d), scope.parameters.working_days(listed, scope.d)
    yield Figure("n", len(days))
    yield Figure("median", percentile(days, 0.5))
    yield Figure("p90", percentile(days, 0.9))
    yield ratio("share_over_5_working_days", sum(n > 5 for n in working_days), len(days))
    yield ratio("share_over_91_days", int((days > 91).sum()), len(days))


def clock_start(rows: pd.DataFrame) -> pd.Series:
    """max(datum_gi_belast, datum_gi_in_kennis), or datum_aanvang where either is empty."""
    return rows[["charged_date", "notified_date"]].max(axis=1, skipna=False).fillna(rows["ruling_date"])


def to_a_permanent_worker(scope: Scope) -> Iterator[Figure]:
    """W5: the twelve months up to d, whatever the period."""
    rows = scope.looked_back_on("caseload")
    clock = clock_start(rows)
    # Measures taken over from another institution are left out.
    own = rows["taken_over_date"].isna()
    rows = rows[own & scope.at(scope.month - 11, scope.month).within(clock)]
    clock, event = clock[rows.index], rows["permanent_worker_date"]
    # Censored at stop, at d, or, when the row is open, when last seen.
    followed_until = rows["stop"].fillna(rows["seen"]).clip(upper=scope.d)
    named = event <= followed_until
    days = days_between(clock, event.where(named, followed_until))
    observed = days_between(clock, scope.d).max() if len(clock) else 0
    survival = Survival(days.tolist(), named.tolist(), observed)
    yield Figure("n", survival.n)
    yield Figure("median", survival.percentile(Fraction(1, 2)))
    yield Figure("p90", survival.percentile(Fraction(9, 10)))
    for within in (7, 42, 91):
        without = survival.after(within)
        yield Figure(f"share_{within}", None if without is None else 1 - without)
