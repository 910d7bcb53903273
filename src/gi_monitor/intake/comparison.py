"""A delivery beside the previous month's: both as delivered, before rows are set aside (spec 1.3, H01–H03)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from gi_monitor import contracts
from gi_monitor.intake import derived, totals
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.totals import Interval
from gi_monitor.intake.translate import Dataset
from gi_monitor.month import Month

RULES = ("H01", "H02", "H03")


def _as_delivered(keys: pd.Series[str]) -> pd.Series[str]:
    return keys


@dataclass(frozen=True)
class Previous:
    """The previous month's current delivery: all measures' keys, those certainly running, fte_caseload in post.

    Where its keys are known as hashes only, ``pseudonym`` gives the hashes of this delivery's keys.
    """

    delivered: frozenset[str]
    running: frozenset[str]
    fte_caseload: Decimal
    pseudonym: Callable[[pd.Series[str]], pd.Series[str]] = _as_delivered


def of(datasets: Mapping[str, Dataset], month: Month) -> Previous:
    """What a later delivery is compared with; raises KeyError when caseload or staffing was not read."""
    caseload = datasets["caseload"]
    keys = caseload.raw["maatregel_sleutel"]
    return Previous(
        delivered=frozenset(keys[keys != ""]),
        running=frozenset(keys[totals.certainly_running(caseload, month)]),
        fte_caseload=totals.count({"staffing": datasets["staffing"]}, month)["fte_caseload"].counted,
    )


def check(
    datasets: Mapping[str, Dataset], counted: Mapping[str, Interval], previous: Previous | None, month: Month
) -> Iterator[Finding]:
    """H01–H03, where there is a previous delivery; ``counted`` are the control totals as counted in this one."""
    if previous is None or not {"maatregelen_actief", "fte_caseload"} <= counted.keys():
        return
    caseload = datasets["caseload"]
    keys = previous.pseudonym(caseload.raw["maatregel_sleutel"])
    yield from _absent(keys, previous)
    yield from _changed(counted, previous)
    yield from _late(caseload, keys, previous, month)


def _absent(keys: pd.Series[str], previous: Previous) -> Iterator[Finding]:
    limits = contracts.load().rules["H01"].limits
    absent = len(previous.running.difference(keys.tolist()))
    if absent > limits["number"] and absent > limits["share"] * len(previous.running):
        detail = f"{absent} van de {len(previous.running)}"
        yield finding("H01", "caseload", column="maatregel_sleutel", value=str(absent), detail=detail)


def _changed(counted: Mapping[str, Interval], previous: Previous) -> Iterator[Finding]:
    limits = contracts.load().rules["H02"].limits
    figures = [
        (
            "caseload",
            "maatregelen_actief",
            Decimal(len(previous.running)),
            limits["measures_share"],
            limits["measures"],
        ),
        ("formatie", "fte_caseload", previous.fte_caseload, limits["fte_share"], limits["fte"]),
    ]
    for dataset, name, before, share, number in figures:
        now = counted[name].counted
        change = abs(now - before)
        if change > Decimal(str(number)) and change > Decimal(str(share)) * before:
            yield finding("H02", dataset, column=name, value=str(now), detail=f"van {before} naar {now}")


def _late(caseload: Dataset, keys: pd.Series[str], previous: Previous, month: Month) -> Iterator[Finding]:
    begun = derived.started(caseload.values).lt(pd.Timestamp(month.start))
    known = derived.among(keys, pd.Series(list(previous.delivered), dtype="str"))
    late = int((begun & ~known).sum())
    if late > contracts.load().rules["H03"].limits["share"] * len(begun):
        detail = f"{late} van de {len(begun)}"
        yield finding("H03", "caseload", column="maatregel_sleutel", value=str(late), detail=detail)
