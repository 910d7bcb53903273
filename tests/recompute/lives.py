"""What happens to one measure or one post over the months, and what is delivered of it when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from gi_monitor.month import Month

Row = dict[str, Any]
_DAY = timedelta(days=1)
_DELAYS = [-9, 0, 0, 1, 3, 5, 6, 7, 8, 10, 13, 42, 43, 49, 60, 90, 91, 92, 120]
_EVENTS = {
    "appointed_date": "clock",
    "first_contact_date": "clock",
    "permanent_worker_date": "clock",
    "plan_term_date": "ruling_date",
    "plan_date": "plan_term_date",
    "help_needed_date": "ruling_date",
    "help_started_date": "help_needed_date",
}
_TYPES = {"11": "01", "12": "04", "21": "12", "23": "14", "31": "31", "41": "21", "63": "25"}
_ROLES = ["jeugdbeschermer", "jeugdbeschermer", "jeugdreclasseringswerker", "in_opleiding", "zorgcoordinator"]


@dataclass
class Life:
    """A row's true cells, from when it is delivered, and the months in which it is forgotten or still had other cells."""

    cells: Row
    start: date
    stop: date | None
    end_columns: tuple[str, ...]
    registered: Month
    end_registered: Month | None = None
    forgotten: frozenset[Month] = frozenset()
    corrected: Month | None = None
    before_correction: Row = field(default_factory=dict)
    stays: list[Row] = field(default_factory=list)

    def row(self, month: Month) -> Row | None:
        """What is delivered of it about a month; None when it is not."""
        until = self.end_registered or (Month.of(self.stop) if self.stop else month)
        wrong = self.corrected is not None and month < self.corrected
        start = self.before_correction.get("post_start_date", self.start) if wrong else self.start
        if start > month.reference_date or not self.registered <= month <= max(until, self.registered):
            return None
        if month in self.forgotten:
            return None
        cells = self.cells | (self.before_correction if wrong else {})
        end_is_known = self.end_registered is None or month >= self.end_registered
        return {name: self._told(name, value, month, end_is_known) for name, value in cells.items()}

    def _told(self, name: str, value: Any, month: Month, end_is_known: bool) -> Any:
        """Nothing is said of what is still to come."""
        to_come = isinstance(value, date) and value > month.reference_date
        ends = [self.cells[column] for column in self.end_columns if isinstance(self.cells[column], date)]
        ended = end_is_known and all(day <= month.reference_date for day in ends)
        return None if to_come or (name in self.end_columns and not ended) else value

    def stays_in(self, month: Month) -> list[Row]:
        """The stays delivered beside it."""
        found = []
        for stay in self.stays:
            left = stay["delisted_date"] if stay["delisted_date"] and stay["delisted_date"] <= month.reference_date else None
            if stay["listed_date"] <= month.reference_date and (left is None or left >= month.start):
                found.append(stay | {"delisted_date": left, "delisting_reason": left and stay["delisting_reason"]})
        return found


def measures(random: Random, codes: list[str], months: list[Month]) -> dict[str, list[Life]]:
    """The measures of each institution, some handed over from one to another."""
    lives: dict[str, list[Life]] = {code: [] for code in codes}
    for code in codes:
        for number in range(random.randint(3, 9)):
            life = _measure(random, code, number, _some_day(random, months, before=500), months)
            lives[code].append(life)
            handed_over = life.cells["handed_over_date"]
            if handed_over:
                there = random.choice([other for other in codes if other != code])
                lives[there].append(_taken_over(random, life, handed_over + _DAY, len(codes) * 10 + number, code, months))
    return lives


def _measure(random: Random, code: str, number: int, ruling: date, months: list[Month]) -> Life:
    kind = random.choice([*_TYPES, "11", "11"])
    charged, notified = (random.choice([None, ruling, ruling + _DAY, ruling + 2 * _DAY]) for _ in range(2))
    cells: Row = {
        "measure_key": f"m-{code}-{number:04}",
        # A child may have two measures, a family two children.
        "child_key": f"k-{code}-{number // random.choice([1, 1, 2]):04}",
        "family_key": f"g-{code}-{number // 2:04}",
        "age_group": random.choice(["12-17", "18+"] if kind in ("41", "63") else ["0-3", "4-11", "12-17"]),
        "province": random.choice(["PV20", "PV28", "PV99"]),
        "measure_type": kind,
        "ruling_date": ruling,
        "charged_date": charged,
        "notified_date": notified,
        "taken_over_date": None,
        "placement_order": random.random() < 0.4,
        "worker_changes": random.choice([None, 0, 1, 2, 5]),
        "worker_key": random.choice([None, f"p-{code}-0000", f"p-{code}-0001"]),
        "end_date": None,
        "handed_over_date": None,
        "end_reason": None,
    }
    clock = max(charged, notified) if charged and notified else ruling
    for event, since in _EVENTS.items():
        begin = clock if since == "clock" else cells[since]
        happens = begin is not None and random.random() < 0.7
        cells[event] = max(begin + random.choice(_DELAYS) * _DAY, date(1990, 1, 1)) if happens else None
    return _followed(random, cells, ruling, months)


def _followed(random: Random, cells: Row, start: date, months: list[Month]) -> Life:
    """Give it an end or none, slips of registration and stays on lists."""
    ways = random.choices(["runs", "ends", "handed over"], [5, 4, 2])[0]
    day = max(start, _some_day(random, months, before=40))
    if ways == "ends":
        cells |= {"end_date": day, "end_reason": random.choice([_TYPES[cells["measure_type"]], "99"])}
    if ways == "handed over":
        cells |= {"handed_over_date": day, "end_reason": "90"}
    stop = {"runs": None, "ends": day, "handed over": day + _DAY}[ways]
    first = max(Month.of(start), months[0])
    life = Life(cells, start, stop, ("end_date", "handed_over_date", "end_reason"), first + random.choice([0, 0, 0, 1]))
    if stop and random.random() < 0.2:
        life.end_registered = max(Month.of(stop), life.registered) + 1
    if random.random() < 0.15:
        life.forgotten = frozenset([random.choice(months)])
    if random.random() < 0.2:
        life.corrected = random.choice(months)
        other = random.choice([kind for kind in ("11", "23", "31")])
        life.before_correction = random.choice(
            [
                {"ruling_date": start - 20 * _DAY} if not cells["taken_over_date"] else {"province": "PV21"},
                {"measure_type": other, "age_group": "12-17", "end_reason": cells["end_reason"] and "99"},
                {"end_date": None, "handed_over_date": None, "end_reason": None},
            ]
        )
    if cells["handed_over_date"] and "measure_type" in life.before_correction:
        life.before_correction["end_reason"] = "90"
    life.stays = [_stay(random, cells, start, number) for number in range(random.choice([0, 0, 1, 2]))]
    return life


def _taken_over(random: Random, life: Life, day: date, number: int, came_from: str, months: list[Month]) -> Life:
    """The same measure where it came to; its keys are others there."""
    keys = {"measure_key": "m", "child_key": "k", "family_key": "g"}
    cells = life.cells | {name: f"{letter}-from-{came_from}-{number:04}" for name, letter in keys.items()}
    cells |= {"taken_over_date": day, "end_date": None, "handed_over_date": None, "end_reason": None, "worker_key": None}
    return _followed(random, cells, day, months)


def _stay(random: Random, cells: Row, start: date, number: int) -> Row:
    listed = start + random.choice([0, 1, 4, 20, 60]) * _DAY
    left = listed + random.choice([0, 6, 91, 92, 130]) * _DAY if random.random() < 0.5 else None
    return {
        "stay_key": f"w-{cells['measure_key']}-{number}",
        "measure_key": cells["measure_key"],
        "list": random.choice(["wachtlijst", "doorstroomlijst", "passende_hulp"]),
        "listed_date": listed,
        "delisted_date": left,
        "delisting_reason": left and random.choice(["toegewezen", "toegewezen", "anders"]),
        "urgency": random.choice(["hoog", "laag", "onbekend"]),
        "bridged": random.random() < 0.5,
    }


def posts(random: Random, code: str, months: list[Month]) -> list[Life]:
    """The posts of an institution: persons with rows beside and after each other."""
    lives = []
    for number in range(random.randint(2, 6)):
        origin = random.choice(["zij_instroom", "zij_instroom", "opleiding", "andere_gi"])
        day = _some_day(random, months, before=400)
        for role in random.sample(sorted(set(_ROLES)), random.choice([1, 1, 2, 3])):
            life = _post(random, f"p-{code}-{number:04}", role, origin, day, months)
            lives.append(life)
            if life.stop and random.random() < 0.8:
                # The next begins on the day of going, or 1 to 3 days later.
                day = life.stop + random.choice([0, 1, 2, 3]) * _DAY
            if day > months[-1].reference_date:
                break
    return lives


def _post(random: Random, key: str, role: str, origin: str, start: date, months: list[Month]) -> Life:
    contract = random.choice([40, 67, 89, 100, 120])
    stop = max(start, _some_day(random, months, before=60)) if random.random() < 0.45 else None
    cells: Row = {
        "worker_key": key,
        "role": role,
        "contract_type": random.choice(["vast", "vast", "tijdelijk", "inhuur", "zzp"]),
        "skj_registered": random.random() < 0.7,
        "fte_contract": f"{contract / 100:.2f}",
        "fte_caseload": random.choice(["0.00", "0.35", f"{contract / 100:.2f}"]),
        "absence_fte_days": random.choice(["0.00", "3.50", "11.20"]),
        "post_start_date": start,
        "post_end_date": stop,
        "origin": origin,
        "leaving_reason": stop and random.choice(["functiewissel", "eigen_verzoek"]),
    }
    first = max(Month.of(start), months[0])
    life = Life(cells, start, stop, ("post_end_date", "leaving_reason"), first + random.choice([0, 0, 0, 1]))
    if stop and random.random() < 0.2:
        life.end_registered = max(Month.of(stop), life.registered) + 1
    if random.random() < 0.15:
        life.forgotten = frozenset([random.choice(months)])
    if random.random() < 0.2:
        life.corrected = random.choice(months)
        life.before_correction = {"post_start_date": start + random.choice([-30, -1, 2]) * _DAY}
        life.before_correction |= {"post_end_date": None, "leaving_reason": None}
    return life


def _some_day(random: Random, months: list[Month], before: int) -> date:
    """Often an awkward one: a reference date, a first of the month, the leap day, or beside a holiday."""
    first, last = months[0].start, months[-1].reference_date
    awkward = [day for month in months for day in (month.start, month.reference_date)]
    feasts = [date(2022, 5, 26), date(2022, 5, 27), date(2024, 2, 29), date(2025, 4, 25), date(2025, 4, 26), date(2023, 4, 7)]
    awkward += [day for day in feasts if first <= day <= last]
    if random.random() < 0.4:
        return random.choice(awkward)
    return first + random.randint(-before, (last - first).days) * _DAY
