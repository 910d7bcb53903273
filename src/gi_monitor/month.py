"""A reporting month (verslagmaand) such as 2024-04, and what follows from it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """One reporting month."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2024-04``; raises ValueError for anything else."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a month such as 2024-04")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month in which a day falls."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    def __add__(self, months: int) -> Month:
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def reference_date(self) -> date:
        """The last day: d(m) of spec 2.1."""
        return date(self.year, self.number, self.days)

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def due(self) -> date:
        """The 15th of the following month (spec 1.1)."""
        return (self + 1).start + timedelta(days=14)

    def months_until(self, later: Month) -> int:
        """How many months lie between this one and a later one."""
        return (later.year - self.year) * 12 + later.number - self.number
