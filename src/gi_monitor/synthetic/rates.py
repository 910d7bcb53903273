"""The rates of the simulation, set so that it runs near the published figures of spec 2.6.

What each was set by, and what stays made up, is in ``docs/synthetic.md``. Stocks and flows are in measures a month
for the whole country. Paths in time are knots between which is interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gi_monitor.month import Month
from gi_monitor.synthetic.table import NEVER, YEAR, Floats, Ints, Texts, month_ordinal

BURN_IN = Month(2021, 10)
"""The simulation starts here, a year before the first reporting month, with the stock that CBS saw then."""

JEUGDBESCHERMING = (11, 12, 21, 22, 23)
JEUGDRECLASSERING = (41, 42, 50, 51, 61, 62, 63)
PROVISIONAL = (12, 22)
SUPERVISION = (11, 12)
NOT_BY_COURT = 31
"""Weight 0: outside the population of spec 2.1."""

SEASON = (1.02, 0.98, 1.04, 1.0, 1.0, 1.03, 0.95, 0.86, 1.03, 1.04, 1.04, 1.01)
LATE = 0.015
"""Share of starts, ends and leavers that an institution registers a month late."""


@dataclass(frozen=True)
class Path:
    """A quantity that moves in time, by (month, value)."""

    knots: tuple[tuple[str, float], ...]

    def at(self, month: Month) -> float:
        """The value in a month; constant before the first and after the last knot."""
        months = [month_ordinal(Month.parse(text)) for text, _ in self.knots]
        return float(np.interp(month_ordinal(month), months, [value for _, value in self.knots]))


@dataclass(frozen=True)
class Kind:
    """One type of measure: stock at the start, arrivals, and how it ends.

    ``ending`` is the chance to end in a month, on any day. ``terms`` are the first terms that courts set, in days with
    their weights; each further one is a year. ``lapse`` is the chance that a term is not extended when it is over.
    ``ages`` are bands (from, to, weight) of the age at the ruling; nobody keeps the measure beyond ``until``.
    ``siblings`` are the chances of one, two, … children of a family under the same ruling.
    """

    code: int
    stock: int
    arrivals: Path
    ending: Path
    ages: tuple[tuple[float, float, float], ...]
    until: int
    siblings: tuple[float, ...] = (1.0,)
    terms: tuple[tuple[int, float], ...] = ((NEVER, 1.0),)
    lapse: Path = Path((("2022-01", 0.0),))

    @property
    def mean_siblings(self) -> float:
        """Children per ruling."""
        return sum(chance * number for number, chance in enumerate(self.siblings, start=1))

    @property
    def leaving(self) -> float:
        """Share of a stock that ends in a month at the start of the burn-in, ends at an age apart."""
        mean_term = sum(days * weight for days, weight in self.terms)
        return self.ending.at(BURN_IN) + self.lapse.at(BURN_IN) * YEAR / 12 / mean_term


def _steady(rate: float) -> Path:
    return Path((("2022-01", rate),))


_CHILDREN = ((0.0, 4.0, 0.24), (4.0, 12.0, 0.46), (12.0, 17.6, 0.30))
_YOUNG = ((0.0, 4.0, 0.45), (4.0, 12.0, 0.35), (12.0, 17.6, 0.20))
_TEENS = ((12.3, 15.0, 0.22), (15.0, 17.9, 0.62), (18.0, 20.5, 0.16))
_WARDS = ((0.0, 4.0, 0.32), (4.0, 12.0, 0.45), (12.0, 17.6, 0.23))
_FAMILY = (0.58, 0.24, 0.12, 0.06)

_SUPERVISION = Path((("2022-06", 472), ("2023-01", 463), ("2023-10", 473), ("2024-12", 468)))
_PROBATION = Path((("2022-10", 275), ("2023-03", 286), ("2023-09", 325), ("2024-12", 355)))
_YEARLY = ((365, 0.42), (335, 0.06), (304, 0.10), (274, 0.17), (182, 0.20), (91, 0.05))
_THREE_MONTHS = ((91, 0.80), (77, 0.12), (56, 0.08))
_NOT_EXTENDED = Path((("2022-01", 0.270), ("2023-01", 0.279), ("2023-06", 0.279), ("2023-08", 0.257)))
_GUARDIANSHIP = Path((("2022-12", 15), ("2023-01", 6)))
_GUARDIANSHIP_ENDS = Path((("2023-06", 0.0052), ("2023-08", 0.0064)))

KINDS = (
    Kind(11, 22480, _SUPERVISION, _steady(0.0083), _CHILDREN, 18, _FAMILY, _YEARLY, _NOT_EXTENDED),
    Kind(12, 330, _steady(113), _steady(0.0), _YOUNG, 18, (0.75, 0.17, 0.08), _THREE_MONTHS, _steady(1.0)),
    Kind(21, 9600, _GUARDIANSHIP, _GUARDIANSHIP_ENDS, _WARDS, 18, (0.7, 0.3)),
    Kind(22, 105, _steady(13), _steady(0.115), _YOUNG, 18),
    Kind(23, 150, _steady(10), _steady(0.073), _CHILDREN, 18),
    Kind(31, 150, _steady(15), _steady(0.10), _CHILDREN, 18),
    Kind(41, 4400, _PROBATION, _steady(0.0635), _TEENS, 23),
    Kind(42, 440, _steady(144), _steady(0.305), _TEENS, 23),
    Kind(50, 115, _steady(18), _steady(0.14), _TEENS, 23),
    Kind(51, 25, _steady(8.5), _steady(0.41), _TEENS, 23),
    Kind(61, 2, _steady(0.4), _steady(0.2), _TEENS, 23),
    Kind(62, 3, _steady(0.7), _steady(0.2), _TEENS, 23),
    Kind(63, 6, _steady(1.2), _steady(0.2), _TEENS, 23),
)


def by_code(values: dict[int, float]) -> Floats:
    """A table to look values up by code; 0 where none is given."""
    table = np.zeros(100)
    for code, value in values.items():
        table[code] = value
    return table


def ending(month: Month) -> Floats:
    """By code: the chance to end in this month, on any day."""
    return by_code({kind.code: kind.ending.at(month) for kind in KINDS})


def lapse(month: Month) -> Floats:
    """By code: the chance that a term which is over this month is not extended."""
    return by_code({kind.code: kind.lapse.at(month) for kind in KINDS})


UNTIL = by_code({kind.code: kind.until for kind in KINDS})
PLACED = by_code({11: 0.30, 12: 0.5})
"""Share with a placement order at the ruling; under guardianship no order is needed."""
PLACING, RETURNING = 0.0085, 0.02
"""Chance in a month that a supervised child at home is placed, and that a placement order ends."""

CONVERSIONS = {12: (11, 0.65), 22: (21, 0.40), 23: (21, 0.20)}
"""A measure that ends → the measure that follows it on the same day, and how often."""

JUDGED_TOGETHER = 0.7
"""How often the measures of a family come before the court together."""

TRANSFERRED = 0.0013
"""Share of families handed over to another institution, a month."""

REASONS: dict[str, tuple[tuple[int, ...], tuple[float, ...]]] = {
    "ots": ((2, 5, 6, 99), (0.64, 0.325, 0.01, 0.025)),
    "voogdij": ((12, 13, 14, 15, 99), (0.46, 0.26, 0.25, 0.01, 0.02)),
    "jeugdreclassering": ((21, 22, 24, 25, 26, 99), (0.62, 0.10, 0.13, 0.12, 0.002, 0.028)),
    "preventief": ((31,), (1.0,)),
}
"""Why a measure of each family ends while its term runs: codes and their chances."""
LAPSED = ((3, 4, 99), (0.085, 0.895, 0.02))
"""Why a supervision order ends when its term is over."""
AUTHORITY_ENDED = 5
"""A supervision order with this end reason is followed by guardianship."""
OF_AGE = {"ots": 1, "voogdij": 11, "jeugdreclassering": 23, "preventief": 31}
AS_PLANNED = 4
HANDED_OVER = 90
NOT_RECORDED = 99

PROVINCES = {
    "PV20": 0.034, "PV21": 0.037, "PV22": 0.028, "PV23": 0.066, "PV24": 0.025, "PV25": 0.120,
    "PV26": 0.078, "PV27": 0.165, "PV28": 0.212, "PV29": 0.022, "PV30": 0.146, "PV31": 0.063, "PV99": 0.004,
}  # fmt: skip

WAITING = Path((
    ("2022-09", 1800), ("2023-04", 1700), ("2023-12", 1510), ("2024-01", 1500), ("2024-03", 1355),
    ("2024-04", 1343), ("2024-05", 1375), ("2024-09", 1495), ("2024-10", 1500), ("2024-12", 1485),
))  # fmt: skip
"""Children without a permanent worker (spec 2.6)."""

WORKLOAD = Path((
    ("2022-10", 16.40), ("2023-04", 15.70), ("2023-08", 14.45), ("2023-12", 13.35), ("2024-04", 12.65),
    ("2024-08", 12.25), ("2024-12", 12.08),
))  # fmt: skip
"""Measures per fte that institutions hire towards: the accord's path, a little late (spec 2.6)."""


def draw(rng: np.random.Generator, chances: dict[str, float], size: int) -> Texts:
    """Draw names by their chances, which need not add up to one."""
    weights = np.array(list(chances.values()))
    return np.array(list(chances), dtype=object)[rng.choice(len(weights), size, p=weights / weights.sum())]


def draw_ages(rng: np.random.Generator, kind: Kind, size: int) -> Ints:
    """Ages at the ruling, in days."""
    low, high, weight = (np.array(column) for column in zip(*kind.ages, strict=True))
    band = rng.choice(len(weight), size, p=weight)
    years = low[band] + rng.random(size) * (high - low)[band]
    days: Ints = (years * YEAR).astype(np.int64)
    return days
