"""Made-up histories, small, nasty and legal under the contract: late, vanished, corrected, handed over, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from gi_monitor.month import Month
from tests.recompute.accepted import Accepted, typed
from tests.recompute.lives import Life, Row, delivered
from tests.recompute.measure_lives import Measure, measures
from tests.recompute.post_lives import posts

EVERYTHING_IS_KNOWN = datetime(2027, 1, 1, tzinfo=UTC)

_CODES = ["noord", "west", "zuid"]
# Two with the baseline; one with a day off by decree; one with a leap day; one with Koningsdag on the 26th.
_FIRST_MONTHS = [Month(2023, 2), Month(2023, 4), Month(2022, 4), Month(2023, 11), Month(2025, 2)]
_CANNOT_REPORT = ["contact", "plan", "hulp", "wisselingen"]


@st.composite
def histories(draw: st.DrawFn) -> Accepted:
    """Two or three institutions, three to sixteen months, a few rows each."""
    first, length = draw(st.sampled_from(_FIRST_MONTHS)), draw(st.integers(3, 16))
    # A seed, for a history takes more choices than hypothesis is made for.
    return _Made(Random(draw(st.integers(0, 2**32))), [first + n for n in range(length)]).accepted()


class _Made:
    def __init__(self, random: Random, months: list[Month]) -> None:
        self.random, self.months = random, months
        self.deliveries: list[dict[str, Any]] = []
        self.rows: dict[str, list[Row]] = {"caseload": [], "waitlist": [], "staffing": []}

    def accepted(self) -> Accepted:
        """The whole of it."""
        codes = _CODES[: self.random.choice([2, 3])]
        caseload = measures(self.random, codes, self.months)
        for code in codes:
            staff = posts(self.random, code, self.months)
            missing = self.random.choice([None, None, *self.months])
            # What an institution cannot report may change once.
            changes = self.random.choice([self.months[0], *self.months])
            before, after = (self.random.sample(_CANNOT_REPORT, self.random.choice([0, 0, 1, 2])) for _ in range(2))
            for month in self.months:
                if month != missing:
                    self._deliver(code, month, before if month < changes else after, caseload[code], staff)
        return typed(self._institutions(codes), self.deliveries, self.rows)

    def _institutions(self, codes: Sequence[str]) -> list[Row]:
        """At times the first ends, and another, or nobody, carries on; at times the last is new. Both still deliver."""
        known: list[Row] = [
            {"gi_code": code, "valid_from": date(2015, 1, 1), "valid_to": None, "successor": None} for code in codes
        ]
        if self.random.random() < 0.6:
            ends = self.random.choice(self.months)
            known[0]["valid_to"] = self.random.choice([ends.reference_date, ends.start + timedelta(days=14)])
            known[0]["successor"] = self.random.choice([*codes[1:], *codes[1:], None])
        if self.random.random() < 0.3:
            known[-1]["valid_from"] = self.random.choice(self.months).start
        return known

    def _deliver(
        self, code: str, month: Month, unavailable: list[str], caseload: Sequence[Measure], staff: Sequence[Life]
    ) -> None:
        """On the eighth, at times without some of the rows; they are in the delivery that then replaces it."""
        known_from = datetime.combine((month + 1).start + timedelta(days=7), time(9), UTC)
        again = known_from + timedelta(days=self.random.choice([3, 70])) if self.random.random() < 0.15 else None
        about = {"gi_code": code, "reporting_month": month.start, "unavailable": unavailable}
        if again:
            some = [life for life in caseload if self.random.random() > 0.1]
            self._rows_of(about | {"known_from": known_from, "known_to": again}, month, some, staff[1:])
        self._rows_of(about | {"known_from": again or known_from, "known_to": None}, month, caseload, staff)

    def _rows_of(self, about: Row, month: Month, caseload: Sequence[Measure], staff: Sequence[Life]) -> None:
        number = {"delivery_id": len(self.deliveries) + 1}
        self.deliveries.append(about | number | {"vacancies_fte": self.random.choice(["0", "0.89", "2.00"])})
        for life, row in delivered(caseload, month):
            self.rows["caseload"].append(row | number)
            self.rows["waitlist"] += [stay | number for stay in life.stays_in(month)]
        self.rows["staffing"] += [row | number for _, row in delivered(staff, month)]
