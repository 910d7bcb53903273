"""F1 and W2: from the stock of a month's predecessor to its own, summed over the months of a period."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from tests.recompute.figure import Figure
from tests.recompute.history import ONE_DAY, Scope, shared
from tests.recompute.volumes import FAMILIES

Counts = dict[str, int]
IN = ["inflow", "transferred_in", "late_in", "reappeared"]
OUT = ["outflow", "transferred_out", "late_out", "vanished"]


def measures(scope: Scope) -> Iterator[Figure]:
    """F1, over all keys of the population and over the keys of each family in each of the two months."""
    cells: list[tuple[tuple[str, ...], str, str]] = [(tuple(FAMILIES), "total", "total")]
    cells += [((family,), "family", family) for family in FAMILIES]
    for families, breakdown, category in cells:
        yield from _of_months(scope, lambda month, only=families: _balance(month, only), breakdown, category)


def lists(scope: Scope, names: list[str]) -> Iterator[Figure]:
    """W2 of some lists."""
    for name in names:
        yield from _of_months(scope, lambda month, only=name: _stays(month, only), "list", name)


def _of_months(scope: Scope, count: Callable[[Scope], Counts], breakdown: str, category: str) -> Iterator[Figure]:
    """The first month's beginning, the last month's end, and between them what happened in all."""
    months = [count(scope.at(month)) for month in scope.months]
    for component in months[0]:
        if component in ("stock_begin", "begin"):
            value = months[0][component]
        elif component in ("stock_end", "end"):
            value = months[-1][component]
        else:
            value = sum(month[component] for month in months)
        yield Figure(component, value, None, None, breakdown, category)


def _keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """The key of each row; no key crosses institutions."""
    return list(zip(rows["gi_code"], rows["measure_key"], strict=True))


@shared
def _balance(scope: Scope, families: tuple[str, ...]) -> Counts:
    before = scope.at(scope.month - 1)
    s0, s1, delivered_before, rows = (
        of[of["family"].isin(families)]
        for of in (before.running(), scope.running(), before.rows("caseload"), scope.rows("caseload"))
    )
    in_s0, in_s1, known = (_among(rows, of) for of in (s0, s1, delivered_before))
    starts_before = rows["start"] < scope.first
    stopped_before = rows["stop"] < scope.first
    taken_over = rows["taken_over_date"].notna()
    new = ~in_s0

    inflow = new & ~taken_over & scope.within(rows["start"])
    transferred_in = new & taken_over & scope.within(rows["start"])
    late_in = new & starts_before & ~known & ~stopped_before
    reappeared = new & starts_before & known & in_s1
    present = in_s0 | inflow | transferred_in | late_in | reappeared
    stopped = rows["stop"] <= scope.d
    still_followed = set(_keys(rows[in_s1 | stopped]))
    return {
        "stock_begin": len(s0),
        "inflow": int(inflow.sum()),
        "transferred_in": int(transferred_in.sum()),
        "late_in": int(late_in.sum()),
        "reappeared": int(reappeared.sum()),
        "outflow": int((present & scope.within(rows["end_date"])).sum()),
        "transferred_out": int((present & scope.within(rows["handed_over_date"] + ONE_DAY)).sum()),
        "late_out": int((in_s0 & stopped_before).sum()),
        "vanished": len(set(_keys(s0)) - still_followed),
        "stock_end": len(s1),
    }


def _among(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Which rows have a key that is among the others."""
    there = set(_keys(others))
    return pd.Series([key in there for key in _keys(rows)], index=rows.index, dtype=bool)


@shared
def _stays(scope: Scope, name: str) -> Counts:
    begin = _of_list(scope.at(scope.month - 1).open_stays(), name)
    end = _of_list(scope.open_stays(), name)
    stays = _of_list(scope.rows("waitlist"), name)
    # An open stay of a measure that has stopped counts as left on the stop date (rule X06).
    left = stays[["delisted_date", "stop"]].min(axis=1)
    on, off = int(scope.within(stays["listed_date"]).sum()), int(scope.within(left).sum())
    corrections = len(end) - len(begin) - on + off
    return {"begin": len(begin), "on": on, "off": off, "corrections": corrections, "end": len(end)}


def _of_list(stays: pd.DataFrame, name: str) -> pd.DataFrame:
    return stays[stays["list"] == name]
