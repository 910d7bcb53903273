"""What happens to one measure or one post over the months, and what is delivered of it when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from gi_monitor.month import Month

Row = dict[str, Any]
DAY = timedelta(days=1)

# Around Ascension Day 2022 and the day off by decree after it, Good Friday, the leap day, Koningsdag on the 26th.
_AWKWARD = [
    *(date(2022, 5, 26), date(2022, 5, 27)),
    *(date(2023, 4, 7), date(2024, 2, 29)),
    *(date(2025, 4, 25), date(2025, 4, 26)),
]


@dataclass
class Life:
    """A row's true cells (None in ``ends`` while it lasts), and how it is registered.

    It is delivered from the month ``registered``, not in the month ``forgotten``; its end from ``end_registered`` on,
    and before ``corrected`` with the cells of ``mistaken`` instead.
    """

    cells: Row
    start: date
    stop: date | None
    ends: tuple[str, ...]
    registered: Month
    end_registered: Month
    forgotten: Month | None
    corrected: Month
    mistaken: Row

    def row(self, month: Month) -> Row | None:
        """What is delivered of it about a month; None when it is not."""
        cells = self.cells | (self.mistaken if month < self.corrected else {})
        start = cells.get("post_start_date", self.start)
        if start > month.reference_date or month < self.registered or month == self.forgotten:
            return None
        if self.stop is not None and month > max(self.end_registered, Month.of(self.stop), self.registered):
            return None
        to_come = {name for name, cell in cells.items() if isinstance(cell, date) and cell > month.reference_date}
        if month < self.end_registered or to_come & set(self.ends):
            to_come |= set(self.ends)
        return {name: None if name in to_come else cell for name, cell in cells.items()}


def registration(random: Random, start: date, stop: date | None, months: list[Month]) -> dict[str, Any]:
    """Mostly in time, at times late, forgotten once, or corrected later."""
    first = max(Month.of(start), months[0])
    return {
        "registered": first + (random.random() < 0.2),
        "end_registered": max(Month.of(stop), first) + (random.random() < 0.2) if stop else months[0],
        "forgotten": random.choice(months) if random.random() < 0.15 else None,
        "corrected": random.choice(months) if random.random() < 0.2 else months[0],
    }


def some_day(random: Random, months: list[Month], before: int) -> date:
    """From so many days before the first month on; often an awkward day."""
    first, last = months[0].start, months[-1].reference_date
    awkward = [day for month in months for day in (month.start, month.reference_date)]
    awkward += [day for day in _AWKWARD if first <= day <= last]
    if random.random() < 0.4:
        return random.choice(awkward)
    return first + random.randint(-before, (last - first).days) * DAY


def delivered(lives: Iterable[Life], month: Month) -> list[tuple[Life, Row]]:
    """The rows about a month, each with what it comes from."""
    return [(life, row) for life in lives if (row := life.row(month)) is not None]
