"""What the registers of the thirteen institutions hold at one moment: measures, stays on lists, posts.

The state never looks ahead, but for the dates of contact, plan and help, which are drawn when a measure begins
and shown once they have come. A registration that is made a month late enters the state a month late, with its
own date; so the state at the close of a month is what an honest delivery of that month says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gi_monitor.synthetic import rates
from gi_monitor.synthetic.keys import Keys
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.table import NEVER, Flags, Floats, Ints, Table, Texts

NOBODY = -1
WACHTLIJST, DOORSTROOMLIJST, PASSENDE_HULP = range(3)
TOEGEWEZEN, HULP_GESTART, MAATREGEL_BEEINDIGD, OVERGEDRAGEN, NAAR_ANDERE_LIJST, ANDERS = range(6)


def _ints() -> Ints:
    return np.empty(0, dtype=np.int64)


def _flags() -> Flags:
    return np.empty(0, dtype=np.bool_)


def _floats() -> Floats:
    return np.empty(0, dtype=np.float64)


def _texts() -> Texts:
    return np.empty(0, dtype=object)


@dataclass
class Measures(Table):
    """One row per measure at an institution; a handed over measure is a new row at the receiver."""

    gi: Ints = field(default_factory=_ints)
    child: Ints = field(default_factory=_ints)
    family: Ints = field(default_factory=_ints)
    birth: Ints = field(default_factory=_ints)
    province: Texts = field(default_factory=_texts)
    kind: Ints = field(default_factory=_ints)
    ruling: Ints = field(default_factory=_ints)
    charged: Ints = field(default_factory=_ints)
    notified: Ints = field(default_factory=_ints)
    taken_over: Ints = field(default_factory=_ints)
    start: Ints = field(default_factory=_ints)
    appointed: Ints = field(default_factory=_ints)
    contact: Ints = field(default_factory=_ints)
    permanent: Ints = field(default_factory=_ints)
    plan_days: Ints = field(default_factory=_ints)
    help_needed: Ints = field(default_factory=_ints)
    help_started: Ints = field(default_factory=_ints)
    placed: Flags = field(default_factory=_flags)
    term: Ints = field(default_factory=_ints)
    """Days that the first term runs; each further one is a year."""
    changes: Ints = field(default_factory=_ints)
    worker: Ints = field(default_factory=_ints)
    alone_since: Ints = field(default_factory=_ints)
    """The day from which it has, or had, no permanent worker."""
    intake_days: Ints = field(default_factory=_ints)
    """Days after that in which a worker is named or the measure goes on the list."""
    patience: Floats = field(default_factory=_floats)
    urgency: Ints = field(default_factory=_ints)
    stay: Ints = field(default_factory=_ints)
    """Its open stay on wachtlijst or doorstroomlijst, or NOBODY."""
    ended: Ints = field(default_factory=_ints)
    handed_over: Ints = field(default_factory=_ints)
    stop: Ints = field(default_factory=_ints)
    reason: Ints = field(default_factory=_ints)
    told: Ints = field(default_factory=_ints)
    """The month in which the stop was registered."""
    key: Texts = field(default_factory=_texts)
    child_key: Texts = field(default_factory=_texts)
    family_key: Texts = field(default_factory=_texts)

    def running(self, day: int) -> Flags:
        """Running at a day, as spec 2.1 says: what stops that day no longer counts."""
        return (self.start <= day) & (self.stop > day)

    def same_child(self, rows: Ints) -> dict[str, NDArray[Any]]:
        """What a further measure of the same child at the same institution has in common with these."""
        return {name: getattr(self, name)[rows] for name in ("gi", "child", "family", "birth", "province")}


@dataclass
class Stays(Table):
    """One row per stay of a measure on a list."""

    measure: Ints = field(default_factory=_ints)
    list: Ints = field(default_factory=_ints)
    on: Ints = field(default_factory=_ints)
    off: Ints = field(default_factory=_ints)
    reason: Ints = field(default_factory=_ints)
    told: Ints = field(default_factory=_ints)
    urgency: Ints = field(default_factory=_ints)
    bridged: Flags = field(default_factory=_flags)
    key: Texts = field(default_factory=_texts)


@dataclass
class Posts(Table):
    """One row per person and role; fte in hundredths."""

    gi: Ints = field(default_factory=_ints)
    person: Ints = field(default_factory=_ints)
    role: Texts = field(default_factory=_texts)
    contract: Texts = field(default_factory=_texts)
    skj: Flags = field(default_factory=_flags)
    fte: Ints = field(default_factory=_ints)
    carries: Floats = field(default_factory=_floats)
    """Share of the contract that is left for measures once somebody knows the work."""
    able_from: Ints = field(default_factory=_ints)
    """When the first months of induction, at half strength, are over."""
    entered: Ints = field(default_factory=_ints)
    left: Ints = field(default_factory=_ints)
    told: Ints = field(default_factory=_ints)
    origin: Texts = field(default_factory=_texts)
    reason: Texts = field(default_factory=_texts)
    ill_from: Ints = field(default_factory=_ints)
    ill_until: Ints = field(default_factory=_ints)
    absent_days: Ints = field(default_factory=_ints)
    """Calendar days absent in the month that closes."""
    caseload: Ints = field(default_factory=_ints)
    """fte available for measures at the close of the month."""
    key: Texts = field(default_factory=_texts)

    def in_post(self, day: int) -> Flags:
        """In post at a day (spec 2.1)."""
        return (self.entered <= day) & (self.left > day)


@dataclass
class State:
    """The registers of all institutions, and what draws their future."""

    rng: np.random.Generator
    keys: Keys
    scale: float
    areas: Sequence[Sequence[str]]
    measures: Measures = field(default_factory=Measures)
    stays: Stays = field(default_factory=Stays)
    posts: Posts = field(default_factory=Posts)
    children: int = 0
    families: int = 0
    persons: int = 0
    vacancies: Floats = field(default_factory=lambda: np.zeros(len(PROFILES)))

    def draw_provinces(self, gi: Ints) -> Texts:
        """A province of residence for each, inside the institution's area but for a few unknown or abroad."""
        drawn = np.empty(len(gi), dtype=object)
        for number, area in enumerate(self.areas):
            here = gi == number
            names = {*area, "PV99"} if area else set(rates.PROVINCES)
            drawn[here] = rates.draw(self.rng, {n: rates.PROVINCES[n] for n in sorted(names)}, int(here.sum()))
        return drawn

    def late(self, size: int) -> Flags:
        """Which registrations are made a month late."""
        return self.rng.random(size) < rates.LATE

    def close_stays(self, stays: Ints, days: Ints, reason: int, month: int) -> None:
        """Take measures off a list."""
        table = self.stays
        table.off[stays], table.reason[stays], table.told[stays] = days, reason, month
        on_waiting_list = table.list[stays] != PASSENDE_HULP
        self.measures.stay[table.measure[stays[on_waiting_list]]] = NOBODY

    def open_stays(self, measures: Ints, which: Ints | int, days: Ints) -> None:
        """Put measures on a list."""
        table, rng, size = self.stays, self.rng, len(measures)
        new = table.append(
            size,
            measure=measures,
            list=which,
            on=days,
            off=NEVER,
            reason=NOBODY,
            told=NEVER,
            urgency=self.measures.urgency[measures],
            bridged=rng.random(size) < 0.6,
            key=self.keys.make("w", self.measures.gi[measures], np.arange(len(table), len(table) + size)),
        )
        waits = table.list[new] != PASSENDE_HULP
        self.measures.stay[measures[waits]] = new[waits]


def not_at_weekends(days: Ints) -> Ints:
    """Saturday and Sunday become the Friday before: courts do not sit."""
    weekday = (days + 3) % 7
    return days - np.maximum(0, weekday - 4)
