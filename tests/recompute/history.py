"""What was current at a vintage, and which rows a figure is made of (specification 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import pandas as pd

from gi_monitor.month import Month
from tests.recompute.accepted import Accepted
from tests.recompute.parameters import Parameters

KEYS = {
    "caseload": ["measure_key"],
    "waitlist": ["stay_key"],
    "staffing": ["worker_key", "role", "post_start_date"],
}
WAITING_FOR_A_WORKER = ["wachtlijst", "doorstroomlijst"]
ONE_DAY = pd.Timedelta(days=1)
# Figures of one period share their rows and institutions; nobody changes them.
shared = lru_cache(maxsize=4096)


class History:
    """Current deliveries at a vintage, with what follows from a row alone."""

    def __init__(self, accepted: Accepted, parameters: Parameters, vintage: datetime) -> None:
        self.parameters = parameters
        self.institutions = accepted.institutions
        deliveries = accepted.deliveries
        gone = deliveries["known_to"] <= vintage
        self.deliveries = deliveries[(deliveries["known_from"] <= vintage) & ~gone]
        self._month = {(row.gi_code, Month.of(row.reporting_month)): row for row in self.deliveries.itertuples()}
        caseload = self._caseload(accepted.caseload)
        self._rows = {
            "caseload": caseload,
            "waitlist": self._waitlist(accepted.waitlist, caseload),
            "staffing": self._current(accepted.staffing),
        }

    @cached_property
    def months(self) -> list[Month]:
        """Every month from the first to the last that anybody delivered."""
        first, last = min(month for _, month in self._month), max(month for _, month in self._month)
        return [first + n for n in range(first.months_until(last) + 1)]

    def delivered(self, gi_code: str, months: Iterable[Month]) -> bool:
        """Whether an institution delivered every one of the months."""
        return all((gi_code, month) in self._month for month in months)

    def first_month(self, gi_code: str) -> Month:
        """The first month that an institution delivered."""
        return min(month for code, month in self._month if code == gi_code)

    def can_report(self, gi_code: str, what: str, months: Iterable[Month]) -> bool:
        """Whether none of the months' deliveries says that it cannot report this."""
        found = [self._month[gi_code, month] for month in months if (gi_code, month) in self._month]
        return not any(what in delivery.unavailable for delivery in found)

    def vacancies_fte(self, gi_code: str, month: Month) -> object:
        """The open vacancies of a delivery."""
        return self._month[gi_code, month].vacancies_fte

    @shared
    def expected(self, month: Month) -> list[str]:
        """Who should deliver about a month's reference date."""
        day, known = _day(month), self.institutions
        ended = known["valid_to"] < day
        return sorted(known.loc[(known["valid_from"] <= day) & ~ended, "gi_code"])

    @shared
    def before(self, gi_code: str, then: Month, now: Month) -> list[str]:
        """Who was there then of those whose work is this institution's now."""
        return [code for code in self.expected(then) if self._carried_on_by(code, _day(now)) == gi_code]

    @shared
    def _carried_on_by(self, gi_code: str, day: pd.Timestamp) -> str | None:
        """Who does an institution's work on a day: itself, or whom its successors lead to."""
        known, code = self.institutions.set_index("gi_code"), gi_code
        while pd.notna(known.loc[code, "valid_to"]) and known.loc[code, "valid_to"] < day:
            if pd.isna(known.loc[code, "successor"]):
                return None
            code = known.loc[code, "successor"]
        return code

    @shared
    def rows(self, dataset: str, month: Month) -> pd.DataFrame:
        """The rows of a month's current deliveries."""
        rows = self._rows[dataset]
        return _population(rows[rows["seen"] == _day(month)])

    @shared
    def latest(self, dataset: str, month: Month) -> pd.DataFrame:
        """Per institution and key, the row of the latest month <= m whose current delivery holds it."""
        rows = self._rows[dataset]
        until = rows[rows["seen"] <= _day(month)].sort_values("seen", kind="stable")
        # A measure that has left the population is not looked back on as it was before.
        return _population(until.drop_duplicates(["gi_code", *KEYS[dataset]], keep="last"))

    def _current(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of current deliveries; ``seen`` is the reference date of theirs."""
        known = self.deliveries[["delivery_id", "gi_code"]]
        seen = self.deliveries["reporting_month"] + pd.offsets.MonthEnd(0)
        return rows.merge(known.assign(seen=seen), on="delivery_id")

    def _caseload(self, rows: pd.DataFrame) -> pd.DataFrame:
        current = self._current(rows)
        # start = datum_overgekomen if filled, else datum_aanvang.
        start = current["taken_over_date"].fillna(current["ruling_date"])
        # stop = least(datum_einde, datum_overgedragen + 1 day).
        stop = pd.concat([current["end_date"], current["handed_over_date"] + ONE_DAY], axis=1).min(axis=1)
        weights = [
            self.parameters.number("weight", *of) for of in zip(current["measure_type"], current["seen"], strict=True)
        ]
        family = current["measure_type"].map(self.parameters.families())
        return current.assign(start=start, stop=stop, family=family, weight=pd.Series(weights, dtype=object))

    def _waitlist(self, rows: pd.DataFrame, caseload: pd.DataFrame) -> pd.DataFrame:
        """Stays, each beside its measure in the same delivery."""
        measures = caseload[["delivery_id", "measure_key", "child_key", "start", "stop", "weight"]]
        return self._current(rows).merge(measures, on=["delivery_id", "measure_key"])


@dataclass(frozen=True)
class Scope:
    """What one figure is about: a period (its last month is m) and the institutions behind it."""

    history: History
    months: tuple[Month, ...]
    institutions: frozenset[str]
    national: bool = False

    @property
    def parameters(self) -> Parameters:
        """The reference tables."""
        return self.history.parameters

    @property
    def month(self) -> Month:
        """m."""
        return self.months[-1]

    @property
    def d(self) -> pd.Timestamp:
        """d(m)."""
        return _day(self.month)

    @property
    def first(self) -> pd.Timestamp:
        """The first day of the period."""
        return pd.Timestamp(self.months[0].start)

    def at(self, *months: Month) -> Scope:
        """The same institutions in another period."""
        return Scope(self.history, months, self.institutions, self.national)

    def earlier(self, then: Month) -> Scope:
        """What is compared with: the same institutions then, with those that they have taken over since."""
        before = (self.history.before(code, then, self.month) for code in self.institutions)
        return Scope(self.history, (then,), frozenset().union(*before), self.national)

    @shared
    def rows(self, dataset: str) -> pd.DataFrame:
        """The rows of m's current deliveries."""
        return self._ours(self.history.rows(dataset, self.month))

    @shared
    def looked_back_on(self, dataset: str) -> pd.DataFrame:
        """The rows for anything that looks back; ``seen`` is when each was last seen."""
        return self._ours(self.history.latest(dataset, self.month))

    @shared
    def running(self) -> pd.DataFrame:
        """Measures of the population running at d."""
        return _running(self.rows("caseload"), self.d)

    @shared
    def open_stays(self) -> pd.DataFrame:
        """Stays open at d, of measures running at d."""
        stays = _running(self.rows("waitlist"), self.d)
        left = stays["delisted_date"] <= self.d
        return stays[(stays["listed_date"] <= self.d) & ~left]

    @shared
    def in_post(self) -> pd.DataFrame:
        """Rows of formatie in post at d."""
        posts = self.rows("staffing")
        left = posts["post_end_date"] <= self.d
        return posts[(posts["post_start_date"] <= self.d) & ~left]

    def within(self, days: pd.Series) -> pd.Series:
        """Which days lie in the period."""
        return (days >= self.first) & (days <= self.d)

    def _ours(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["gi_code"].isin(self.institutions)]


def _population(rows: pd.DataFrame) -> pd.DataFrame:
    """Measures with weight > 0 and their stays; all posts."""
    return rows[rows["weight"] > 0] if "weight" in rows else rows


def _running(rows: pd.DataFrame, d: pd.Timestamp) -> pd.DataFrame:
    """start <= d and (stop is null or stop > d)."""
    stopped = rows["stop"] <= d
    return rows[(rows["start"] <= d) & ~stopped]


def _day(month: Month) -> pd.Timestamp:
    return pd.Timestamp(month.reference_date)
