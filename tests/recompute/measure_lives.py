"""Measures: of one or two in a family or to a child, some handed over, with stays on lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from gi_monitor.month import Month
from tests.recompute.lives import DAY, Life, Row, registration, some_day

# One reason of ending for each type.
_TYPES = {"11": "01", "12": "04", "21": "12", "23": "14", "31": "31", "41": "21", "63": "25"}
_PROBATION = ("41", "63")
_ENDS = ("end_date", "handed_over_date", "end_reason")
_RUNNING = dict.fromkeys(_ENDS)
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


@dataclass
class Measure(Life):
    """A measure with its stays."""

    stays: list[Row]

    def stays_in(self, month: Month) -> list[Row]:
        """The stays delivered beside it; one that nobody closed stays open."""
        return [told for stay in self.stays if (told := _told(stay, month)) is not None]


def _told(stay: Row, month: Month) -> Row | None:
    left = stay["delisted_date"]
    if stay["listed_date"] > month.reference_date or (left is not None and left < month.start):
        return None
    open_still = {"delisted_date": None, "delisting_reason": None}
    return stay | open_still if left is not None and left > month.reference_date else stay


def measures(random: Random, codes: list[str], months: list[Month]) -> dict[str, list[Measure]]:
    """The measures of each institution."""
    lives: dict[str, list[Measure]] = {code: [] for code in codes}
    keeping_lists = {code: random.random() < 0.85 for code in codes}
    for code in codes:
        for number in range(random.randint(3, 9)):
            life = _followed(random, _measure(random, code, number, some_day(random, months, before=500)), months)
            lives[code].append(life)
            if life.cells["handed_over_date"]:
                there = random.choice([other for other in codes if other != code])
                lives[there].append(_followed(random, _taken_over(life, f"from-{code}-{number:04}"), months))
    for code in codes:
        for life in lives[code]:
            count = random.choice([0, 0, 1, 2]) if keeping_lists[code] else 0
            life.stays = [_stay(random, life, number) for number in range(count)]
    return lives


def _measure(random: Random, code: str, number: int, ruling: date) -> Row:
    kind = random.choice([*_TYPES, "11", "11"])
    charged, notified = (random.choice([None, ruling, ruling + DAY, ruling + 2 * DAY]) for _ in range(2))
    cells: Row = {
        "measure_key": f"m-{code}-{number:04}",
        "child_key": f"k-{code}-{number // random.choice([1, 1, 2]):04}",
        "family_key": f"g-{code}-{number // 2:04}",
        "age_group": random.choice(["12-17", "18+"] if kind in _PROBATION else ["0-3", "4-11", "12-17"]),
        "province": random.choice(["PV20", "PV28", "PV99"]),
        "measure_type": kind,
        "ruling_date": ruling,
        "charged_date": charged,
        "notified_date": notified,
        "taken_over_date": None,
        "placement_order": random.random() < 0.4,
        "worker_changes": random.choice([None, 0, 1, 2, 5]),
        "worker_key": random.choice([None, f"p-{code}-0000", f"p-{code}-0001"]),
        **_RUNNING,
    }
    clock = max(charged, notified) if charged and notified else ruling
    for event, since in _EVENTS.items():
        begin = clock if since == "clock" else cells[since]
        happens = begin is not None and random.random() < 0.7
        cells[event] = begin + random.choice(_DELAYS) * DAY if happens else None
    return cells


def _taken_over(life: Measure, name: str) -> Row:
    """The same measure where it came to; its keys are others there."""
    keys = {"measure_key": f"m-{name}", "child_key": f"k-{name}", "family_key": f"g-{name}", "worker_key": None}
    return life.cells | keys | _RUNNING | {"taken_over_date": life.cells["handed_over_date"] + DAY}


def _followed(random: Random, cells: Row, months: list[Month]) -> Measure:
    """Give it an end or none, and slips of registration."""
    start = cells["taken_over_date"] or cells["ruling_date"]
    day = max(start, some_day(random, months, before=40))
    ended = {"end_date": day, "end_reason": random.choice([_TYPES[cells["measure_type"]], "99"])}
    handed_over = {"handed_over_date": day, "end_reason": "90"}
    end, stop = random.choices([({}, None), (ended, day), (handed_over, day + DAY)], [5, 4, 2])[0]
    other_type = {"measure_type": random.choice(["11", "23", "31"]), "age_group": "12-17"} | _RUNNING
    earlier_ruling = {"ruling_date": cells["ruling_date"] - 20 * DAY}
    return Measure(
        cells | end,
        start,
        stop,
        _ENDS,
        **registration(random, start, stop, months),
        mistaken=random.choice([earlier_ruling, other_type, {"province": "PV21"}, _RUNNING]),
        stays=[],
    )


def _stay(random: Random, life: Measure, number: int) -> Row:
    listed = life.start + random.choice([0, 1, 4, 20, 60]) * DAY
    left = listed + random.choice([0, 6, 91, 92, 130]) * DAY if random.random() < 0.5 else None
    return {
        "stay_key": f"w-{life.cells['measure_key']}-{number}",
        "measure_key": life.cells["measure_key"],
        "list": random.choice(["wachtlijst", "doorstroomlijst", "passende_hulp"]),
        "listed_date": listed,
        "delisted_date": left,
        "delisting_reason": left and random.choice(["toegewezen", "toegewezen", "anders"]),
        "urgency": random.choice(["hoog", "laag", "onbekend"]),
        "bridged": random.random() < 0.5,
    }
