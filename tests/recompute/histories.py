"""Made-up histories, small and nasty but legal under the contract: late, vanished, corrected, handed over, forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from gi_monitor.month import Month
from tests.recompute.accepted import Accepted, typed
from tests.recompute.lives import Row, measures, posts

CODES = ["noord", "west", "zuid"]

# With the baseline; with 27 May 2022; with a leap day; with Koningsdag on the 26th.
FIRST_MONTHS = [Month(2023, 2), Month(2023, 4), Month(2022, 4), Month(2023, 11), Month(2025, 2)]
_CANNOT_REPORT = ["contact", "plan", "hulp", "wisselingen"]


@st.composite
def histories(draw: st.DrawFn) -> Accepted:
    """Two or three institutions, three to sixteen months, a few rows each."""
    first, length = draw(st.sampled_from(FIRST_MONTHS)), draw(st.integers(3, 16))
    # A seed, for a history takes more choices than hypothesis is made for.
    return _History(Random(draw(st.integers(0, 2**32))), [first + n for n in range(length)]).accepted()


class _History:
    def __init__(self, random: Random, months: list[Month]) -> None:
        self.random, self.months = random, months
        self.deliveries: list[dict[str, Any]] = []
        self.rows: dict[str, list[Row]] = {"caseload": [], "waitlist": [], "staffing": []}

    def accepted(self) -> Accepted:
        """The whole of it."""
        codes = CODES[: self.random.choice([2, 3])]
        caseload = measures(self.random, codes, self.months)
        for code in codes:
            staff = posts(self.random, code, self.months)
            unable = self.random.sample(_CANNOT_REPORT, self.random.choice([0, 0, 1]))
            missing = self.random.choice([None, None, *self.months])
            for month in self.months:
                if month != missing:
                    self._deliver(code, month, unable, caseload[code], staff)
                elif self.random.random() < 0.5:
                    unable = self.random.sample(_CANNOT_REPORT, self.random.choice([0, 2]))
        institutions = [{"gi_code": code, "valid_from": "2015-01-01", "valid_to": None} for code in codes]
        return typed(institutions, self.deliveries, self.rows)

    def _deliver(self, code: str, month: Month, unable: list[str], caseload: list[Any], staff: list[Any]) -> None:
        known_from = datetime.combine((month + 1).start + timedelta(days=7), time(9), UTC)
        again = self.random.random() < 0.15
        known_to = known_from + timedelta(days=self.random.choice([3, 70])) if again else None
        self._one(code, month, unable, (known_from, known_to), caseload, staff, lost=0.1 if again else 0)
        if again:
            self._one(code, month, unable, (known_to, None), caseload, staff, lost=0)

    def _one(
        self,
        code: str,
        month: Month,
        unable: list[str],
        known: tuple[datetime | None, datetime | None],
        caseload: list[Any],
        staff: list[Any],
        lost: float,
    ) -> None:
        number = len(self.deliveries) + 1
        self.deliveries.append(
            {
                "delivery_id": number,
                "gi_code": code,
                "reporting_month": month.start,
                "known_from": known[0],
                "known_to": known[1],
                "unavailable": unable,
                "vacancies_fte": self.random.choice(["0", "0.89", "2.00"]),
            }
        )
        for life in caseload:
            row = life.row(month)
            if row is not None and self.random.random() >= lost:
                self.rows["caseload"].append(row | {"delivery_id": number})
                self.rows["waitlist"] += [stay | {"delivery_id": number} for stay in life.stays_in(month)]
        for life in staff:
            row = life.row(month)
            if row is not None and self.random.random() >= lost:
                self.rows["staffing"].append(row | {"delivery_id": number})


def last_known(history: Accepted) -> datetime:
    """A moment at which everything is known."""
    return datetime.combine(date(2027, 1, 1), time(), UTC)
