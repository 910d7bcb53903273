"""Taking on workers: the staff at the start, then hires and trainees towards the workload that is aimed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gi_monitor.synthetic import rates
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.rates import BURN_IN
from gi_monitor.synthetic.state import State
from gi_monitor.synthetic.table import NEVER, YEAR, Floats, Ints, Span, Texts, day_number

JEUGDBESCHERMER, JEUGDRECLASSERINGSWERKER = "jeugdbeschermer", "jeugdreclasseringswerker"
IN_OPLEIDING, WACHTLIJSTBEHEERDER = "in_opleiding", "wachtlijstbeheerder"
CASELOAD_ROLES = (JEUGDBESCHERMER, JEUGDRECLASSERINGSWERKER)
INDUCTION = 75
"""Days at half strength."""

_GIS = len(PROFILES)
_EXPECTED_ILL = 0.04
_POTENTIAL = 72
"""What one new worker will carry, in hundredths of fte."""
_SHARE_OF_PROBATION = 0.14
_SUPPORT = {
    IN_OPLEIDING: 0.045,
    "ondersteunend_jeugdbeschermer": 0.06,
    "zorgcoordinator": 0.03,
    WACHTLIJSTBEHEERDER: 0.015,
    "gedragswetenschapper": 0.09,
    "teammanager": 0.06,
    "overig": 0.15,
}
"""Persons in the other roles, for each person who carries caseload."""
_CONTRACTS = {"vast": 0.78, "tijdelijk": 0.11, "inhuur": 0.08, "zzp": 0.03}
_ORIGINS = {"jeugdhulp": 0.35, "opleiding": 0.30, "andere_gi": 0.12, "anders": 0.15, "onbekend": 0.08}


@dataclass(frozen=True)
class Newcomers:
    """Persons to be taken on: where, in which role, from which day."""

    gi: Ints
    role: Texts
    day: Ints

    @classmethod
    def in_role(cls, gi: Ints, role: str) -> Newcomers:
        """All in one role, on a day to be chosen."""
        return cls(gi, np.full(len(gi), role, dtype=object), np.full(len(gi), NEVER))

    def __len__(self) -> int:
        return len(self.gi)


def settle(state: State) -> None:
    """Staff every institution as its workload at the start of the burn-in asks; tenures are exponential."""
    running = np.bincount(state.measures.gi, minlength=_GIS)
    persons = np.maximum(2, np.rint(_wanted(running, rates.WORKLOAD.at(BURN_IN)) / (1 - _EXPECTED_ILL) / _POTENTIAL))
    take_on(state, _before_the_start(state, _caseload_roles(state, np.repeat(np.arange(_GIS), persons.astype(int)))))
    for role, share in _SUPPORT.items():
        keeps = np.array([role != WACHTLIJSTBEHEERDER or profile.waiting > 0 for profile in PROFILES])
        gi = np.repeat(np.arange(_GIS), np.rint(persons * share * keeps).astype(int))
        take_on(state, _before_the_start(state, Newcomers.in_role(gi, role)))
    state.posts.able_from[:] = day_number(BURN_IN.start)


def _before_the_start(state: State, who: Newcomers) -> Newcomers:
    years = np.where(who.role == IN_OPLEIDING, 0.4, 5.0)
    tenure = np.minimum(state.rng.exponential(years * YEAR), 30 * YEAR).astype(np.int64)
    return Newcomers(who.gi, who.role, day_number(BURN_IN.start) - 1 - tenure)


def _caseload_roles(state: State, gi: Ints) -> Newcomers:
    probation = state.rng.random(len(gi)) < _SHARE_OF_PROBATION
    role = np.where(probation, JEUGDRECLASSERINGSWERKER, JEUGDBESCHERMER).astype(object)
    return Newcomers(gi, role, np.full(len(gi), NEVER))


def take_on(state: State, who: Newcomers) -> None:
    """Give newcomers a post: contract, hours, where they came from, and how much of it is for measures."""
    rng, size = state.rng, len(who)
    person = np.arange(state.persons, state.persons + size)
    state.persons += size
    trainee = who.role == IN_OPLEIDING
    carries_caseload = np.isin(who.role, CASELOAD_ROLES)
    contract = np.where(carries_caseload, rates.draw(rng, _CONTRACTS, size), "vast")
    fte = rng.choice([44, 56, 67, 78, 89, 100], size, p=[0.05, 0.08, 0.20, 0.25, 0.30, 0.12])
    add_posts(
        state,
        gi=who.gi,
        person=person,
        role=who.role,
        contract=np.where(trainee, "tijdelijk", contract),
        skj=~trainee & ((who.role != "overig") & (who.role != "teammanager")),
        fte=fte,
        carries=draw_caseload_share(state, who.role),
        entered=who.day,
        able_from=who.day + INDUCTION,
        origin=np.where(trainee, "zij_instroom", rates.draw(rng, _ORIGINS, size)),
    )
    _split_some(state, person)


def draw_caseload_share(state: State, role: Texts) -> Floats:
    """What part of a contract is for measures once somebody knows the work; nothing in the other roles."""
    return np.where(np.isin(role, CASELOAD_ROLES), state.rng.uniform(0.82, 1.0, len(role)), 0.0)


def _split_some(state: State, persons: Ints) -> None:
    """A few workers divide their contract over two roles: two rows for one person."""
    p = state.posts
    rows = np.flatnonzero(np.isin(p.person, persons) & (p.role == JEUGDBESCHERMER))
    rows = rows[state.rng.random(len(rows)) < 0.04]
    other = p.rows(rows) | {"role": JEUGDRECLASSERINGSWERKER, "fte": p.fte[rows] // 3}
    p.fte[rows] -= p.fte[rows] // 3
    p.append(len(rows), **other)


def add_posts(state: State, **known: NDArray[Any]) -> None:
    """Add posts of which person, role, contract, fte and begin are known; nobody is ill or gone yet."""
    state.posts.append(
        len(known["gi"]),
        **known,
        left=NEVER,
        told=NEVER,
        reason="",
        ill_from=0,
        ill_until=0,
        absent_days=0,
        caseload=0,
        key=state.keys.make("p", known["gi"], known["person"]),
    )


def _wanted(running: Ints, workload: float) -> Floats:
    """fte that each institution wants, in hundredths: the country's workload, spread by the pressure at each."""
    ease = running / np.array([profile.pressure for profile in PROFILES])
    wanted: Floats = ease / ease.sum() * running.sum() / workload * 100
    return wanted


def hire(state: State, span: Span) -> None:
    """Hire towards the workload of two months on, and start trainees; what is still open is a vacancy."""
    m, p, rng = state.measures, state.posts, state.rng
    running = np.bincount(m.gi[m.running(span.last) & (m.kind != rates.NOT_BY_COURT)], minlength=_GIS)
    here = p.in_post(span.last)
    have = np.bincount(p.gi[here], (p.fte * p.carries)[here], _GIS) * (1 - _EXPECTED_ILL)
    qualifying = here & (p.role == IN_OPLEIDING) & (p.entered < span.first - 210)
    coming = np.bincount(p.gi[qualifying], minlength=_GIS) * 0.5 * _POTENTIAL
    ahead = span.month + 2
    short = np.maximum(0.0, _wanted(running, rates.WORKLOAD.at(ahead)) + 0.02 * have - have - coming)
    number = np.floor(short / _POTENTIAL * 0.8 + rng.random(_GIS)).astype(np.int64)
    trainees = rng.poisson(np.bincount(p.gi[here & np.isin(p.role, CASELOAD_ROLES)], minlength=_GIS) * 0.0045)
    gi = np.repeat(np.arange(_GIS), trainees)
    _take_on_in_month(state, _caseload_roles(state, np.repeat(np.arange(_GIS), number)), span)
    _take_on_in_month(state, Newcomers.in_role(gi, IN_OPLEIDING), span)
    state.vacancies = np.rint(10 * (short / 100 * 0.9 + have / 100 * rng.uniform(0.01, 0.03, _GIS))) / 10


def _take_on_in_month(state: State, who: Newcomers, span: Span) -> None:
    """Most start on the first of the month, the others on any day."""
    day = state.rng.integers(span.first, span.last + 1, len(who))
    on_first = state.rng.random(len(who)) < 0.6
    take_on(state, Newcomers(who.gi, who.role, np.where(on_first, span.first, day)))
