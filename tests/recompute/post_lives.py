"""Posts: persons with rows beside and after each other, some from outside of the field."""

from __future__ import annotations

from datetime import date
from random import Random

from gi_monitor.month import Month
from tests.recompute.lives import DAY, Life, Row, registration, some_day

_ROLES = ["jeugdbeschermer", "jeugdreclasseringswerker", "in_opleiding", "zorgcoordinator"]
_ENDS = ("post_end_date", "leaving_reason")


def posts(random: Random, code: str, months: list[Month]) -> list[Life]:
    """The posts of an institution."""
    persons = [f"p-{code}-{number:04}" for number in range(random.randint(2, 6))]
    return [life for key in persons for life in _person(random, key, months)]


def _person(random: Random, key: str, months: list[Month]) -> list[Life]:
    origin = random.choice(["zij_instroom", "zij_instroom", "opleiding", "andere_gi"])
    day = some_day(random, months, before=400)
    lives: list[Life] = []
    for role in random.sample(_ROLES, random.choice([1, 1, 2, 3])):
        if day <= months[-1].reference_date:
            life = _post(random, key, role, origin, day, months)
            lives.append(life)
            # The next post begins with this one, or after it: on the day of going, or one to three days later.
            after = life.stop is not None and random.random() < 0.8
            day = life.stop + random.choice([0, 1, 2, 3]) * DAY if after else day
    return lives


def _post(random: Random, key: str, role: str, origin: str, start: date, months: list[Month]) -> Life:
    fte = random.choice(["0.40", "0.67", "0.89", "1.00", "1.20"])
    stop = max(start, some_day(random, months, before=60)) if random.random() < 0.45 else None
    cells: Row = {
        "worker_key": key,
        "role": role,
        "contract_type": random.choice(["vast", "vast", "tijdelijk", "inhuur", "zzp"]),
        "skj_registered": random.random() < 0.7,
        "fte_contract": fte,
        "fte_caseload": random.choice(["0.00", "0.35", fte]),
        "absence_fte_days": random.choice(["0.00", "3.50", "11.20"]),
        "post_start_date": start,
        "post_end_date": stop,
        "origin": origin,
        "leaving_reason": stop and random.choice(["functiewissel", "eigen_verzoek"]),
    }
    other_start = {"post_start_date": start + random.choice([-30, -1, 2]) * DAY, **dict.fromkeys(_ENDS)}
    return Life(cells, start, stop, _ENDS, **registration(random, start, stop, months), mistaken=other_start)
