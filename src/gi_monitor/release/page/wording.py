"""Dutch words for dates, numbers and movements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from gi_monitor.disclosure.observation import Observation

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_NO_VALUE = {
    "not_available": "n.b.",
    "not_applicable": "n.v.t.",
    "suppressed_primary": "x",
    "suppressed_secondary": "x",
    "suppressed_small_n": "x",
}
_MINUS = "\N{MINUS SIGN}"
Movement = Literal["gestegen", "gedaald", "ongeveer gelijk gebleven"]


def day(moment: date) -> str:
    """A date as ``1 januari 2025``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def number(value: Decimal) -> str:
    """A number as ``2.500`` or ``-0,3``, with the decimals it was published with."""
    return f"{value:,f}".translate(str.maketrans(",.-", f".,{_MINUS}"))


def signed(value: Decimal) -> str:
    """A difference, with its sign unless it is zero."""
    return number(value) if value <= 0 else f"+{number(value)}"


def cell(row: Observation) -> str:
    """What a table shows: the number, or the sign for why there is none."""
    return number(row.value) if row.value is not None else _NO_VALUE[row.status]


def difference(row: Observation) -> str:
    """What a table shows of a difference: the number with its sign, or the sign for why there is none."""
    return signed(row.value) if row.value is not None else cell(row)


def coverage(row: Observation) -> str:
    """How many institutions are behind a figure."""
    return f"{row.gi_reported} van {row.gi_expected}"


def movement(now: Decimal, before: Decimal, rounding: Decimal) -> Movement:
    """What a figure did; a difference of one step of rounding is none."""
    if abs(now - before) <= rounding:
        return "ongeveer gelijk gebleven"
    return "gestegen" if now > before else "gedaald"
