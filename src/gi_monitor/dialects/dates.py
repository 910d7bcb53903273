"""The forms in which institutions write dates: how each is read beside how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gi_monitor.institutions.dialect import DateForm

_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_YEAR, _MONTH, _DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{2})", "(?P<day>[0-9]{2})"
_DAYS_OF_30_YEARS = 11_000


@dataclass(frozen=True)
class _Form:
    read: re.Pattern[str]
    write: str


_FORMS: dict[DateForm, _Form] = {
    "jjjj-mm-dd": _Form(re.compile(f"{_YEAR}-{_MONTH}-{_DAY}"), "{0.year:04}-{0.month:02}-{0.day:02}"),
    "dd-mm-jjjj": _Form(re.compile(f"{_DAY}-{_MONTH}-{_YEAR}"), "{0.day:02}-{0.month:02}-{0.year:04}"),
    "jjjjmmdd": _Form(re.compile(_YEAR + _MONTH + _DAY), "{0.year:04}{0.month:02}{0.day:02}"),
    "d mmm jjjj": _Form(
        re.compile(rf"(?P<day>[0-9]{{1,2}}) (?P<month>[A-Za-z]{{3}})\.? {_YEAR}"), "{0.day} {month} {0.year:04}"
    ),
}


@lru_cache(maxsize=2 * _DAYS_OF_30_YEARS)
def read(text: str, form: DateForm) -> date | None:
    """The date, or None for text that is not a date in this form (a month's point and capitals do not matter)."""
    match = _FORMS[form].read.fullmatch(text)
    if match is None:
        return None
    month = match["month"]
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
        return date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        return None


@lru_cache(maxsize=2 * _DAYS_OF_30_YEARS)
def write(day: date, form: DateForm) -> str:
    """The date in this form."""
    return _FORMS[form].write.format(day, month=_MONTHS[day.month - 1])
