"""Who gets a permanent worker and who waits: each institution names as many as keep its lists at their usual length."""

from __future__ import annotations

import numpy as np

from gi_monitor.synthetic import rates
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.recruitment import CASELOAD_ROLES, JEUGDBESCHERMER, JEUGDRECLASSERINGSWERKER
from gi_monitor.synthetic.state import (
    ANDERS,
    DOORSTROOMLIJST,
    HULP_GESTART,
    NAAR_ANDERE_LIJST,
    NOBODY,
    PASSENDE_HULP,
    TOEGEWEZEN,
    WACHTLIJST,
    State,
)
from gi_monitor.synthetic.table import NEVER, Floats, Ints, Span

_HASTE = np.array([200.0, 60.0, 20.0, 0.0, 10.0])
"""Days of waiting that an urgency is worth, by urgency."""
_FIRST = 1e6
_MEASURES_PER_CHILD = 1.01
_INTERIM = 0.35
_MOVES = 0.10


def advance(state: State, span: Span) -> None:
    """One month of naming workers and keeping lists."""
    _lose_workers(state, span)
    m = state.measures
    pool = np.flatnonzero(m.running(span.last) & (m.worker == NOBODY))
    ready = pool[(m.alone_since[pool] + m.intake_days[pool] <= span.last) | (m.stay[pool] != NOBODY)]
    for number, profile in enumerate(PROFILES):
        here = ready[m.gi[ready] == number]
        _name_and_list(state, span, number, here, _length(state, span, profile.waiting))
        if profile.waiting and "hulp" not in profile.unavailable:
            _keep_help_list(state, span, number)
    _change_list(state, span)


def _length(state: State, span: Span, share: float) -> int:
    usual = rates.WAITING.at(span.month) * share * state.scale * _MEASURES_PER_CHILD
    return round(usual * state.rng.normal(1.0, 0.02))


def _lose_workers(state: State, span: Span) -> None:
    """Measures of who left, or left for a role without caseload, are without a worker from that day."""
    m, p = state.measures, state.posts
    carrying = p.in_post(span.last) & np.isin(p.role, CASELOAD_ROLES)
    gone = np.full(state.persons, NEVER)
    left = np.isin(p.role, CASELOAD_ROLES) & (p.told == span.ordinal)
    gone[p.person[left]] = p.left[left]
    gone[p.person[carrying]] = NEVER
    rows = np.flatnonzero((m.worker != NOBODY) & m.running(span.last))
    rows = rows[gone[m.worker[rows]] < NEVER]
    m.alone_since[rows] = np.maximum.reduce([gone[m.worker[rows]], m.start[rows], np.full(len(rows), span.first)])
    m.intake_days[rows] = 0
    m.worker[rows] = NOBODY


def _name_and_list(state: State, span: Span, gi: int, rows: Ints, length: int) -> None:
    m = state.measures
    named = rows[np.argsort(-_priority(state, span, rows), kind="stable")][: max(0, len(rows) - length)]
    if not _name(state, span, gi, named):
        named = named[:0]
    if PROFILES[gi].waiting:
        _list(state, rows[(m.stay[rows] == NOBODY) & ~np.isin(rows, named)])


def _priority(state: State, span: Span, rows: Ints) -> Floats:
    """Days waited, at each family's own pace, and urgency; provisional measures and those handed over go first."""
    m = state.measures
    first = np.isin(m.kind[rows], rates.PROVISIONAL) | (m.stop[rows] < NEVER)
    days = (span.last - m.alone_since[rows]) * m.patience[rows]
    priority: Floats = days + _HASTE[m.urgency[rows]] + first * _FIRST
    return priority


def _name(state: State, span: Span, gi: int, rows: Ints) -> bool:
    """Give these measures a permanent worker; False when the institution has none who carries caseload."""
    m = state.measures
    probation = np.isin(m.kind[rows], rates.JEUGDRECLASSERING)
    for role, these in ((JEUGDRECLASSERINGSWERKER, rows[probation]), (JEUGDBESCHERMER, rows[~probation])):
        workers, room = _room(state, span, gi, role)
        if not len(workers):
            return False
        _, family = np.unique(m.family[these], return_inverse=True)
        m.worker[these] = _spread(state, workers, room, len(these))[family]
    day = _naming_days(state, span, rows)
    listed = m.stay[rows] != NOBODY
    state.close_stays(m.stay[rows[listed]], day[listed], TOEGEWEZEN, span.ordinal)
    m.changes[rows] += m.permanent[rows] < NEVER
    m.permanent[rows] = np.minimum(m.permanent[rows], day)
    m.appointed[rows] = np.minimum(m.appointed[rows], day)
    m.contact[rows] = np.where(m.contact[rows] > day + 10, day + 1 + m.intake_days[rows], m.contact[rows])
    return True


def _naming_days(state: State, span: Span, rows: Ints) -> Ints:
    """At once for who is new; any day of the month for who waits, a few of the month before and registered late."""
    m, rng = state.measures, state.rng
    at_once = m.alone_since[rows] + m.intake_days[rows]
    day = rng.integers(span.first, span.last + 1, len(rows))
    before = span.first - 1 - rng.integers(0, 6, len(rows))
    on = np.append(state.stays.on, NEVER)[m.stay[rows]]
    day = np.where(state.late(len(rows)) & (on < before), before, day)
    return np.where(m.stay[rows] != NOBODY, day, at_once)


def _room(state: State, span: Span, gi: int, role: str) -> tuple[Ints, Floats]:
    """Who carries caseload in a role (or in any, where nobody does in this one), and with how much fte."""
    p = state.posts
    rows = np.flatnonzero((p.gi == gi) & p.in_post(span.last) & np.isin(p.role, CASELOAD_ROLES))
    carrying = rows[(p.role[rows] == role) & (p.caseload[rows] > 0)]
    rows = carrying if len(carrying) else rows
    workers, which = np.unique(p.person[rows], return_inverse=True)
    return workers, np.bincount(which, p.caseload[rows] + 1.0, len(workers)).astype(np.float64)


def _spread(state: State, workers: Ints, room: Floats, number: int) -> Ints:
    """Hand out measures so that those with most room for their fte get the next; returns a worker for each."""
    m = state.measures
    load = np.bincount(m.worker[m.worker != NOBODY], minlength=state.persons)[workers]
    depth = number // len(workers) + 12
    queue = (load[:, None] + np.arange(depth)) / room[:, None]
    slots = np.argsort(queue, axis=None, kind="stable")[:number]
    return np.resize(workers[slots // depth], number)


def _list(state: State, rows: Ints) -> None:
    """On a list: wachtlijst while no worker was ever named, doorstroomlijst with an interim worker or after a loss."""
    m = state.measures
    interim = (m.permanent[rows] < NEVER) | (state.rng.random(len(rows)) < _INTERIM)
    on = m.alone_since[rows] + m.intake_days[rows]
    state.open_stays(rows, np.where(interim, DOORSTROOMLIJST, WACHTLIJST), on)
    m.appointed[rows[interim]] = np.minimum(m.appointed[rows], on)[interim]


def _change_list(state: State, span: Span) -> None:
    """Some get an interim worker while they wait: from wachtlijst to doorstroomlijst on the same day."""
    m, s = state.measures, state.stays
    stays = np.flatnonzero((s.list == WACHTLIJST) & (s.off == NEVER) & (s.on < span.first))
    stays = stays[state.rng.random(len(stays)) < _MOVES]
    day = state.rng.integers(span.first, span.last + 1, len(stays))
    measures = s.measure[stays]
    state.close_stays(stays, day, NAAR_ANDERE_LIJST, span.ordinal)
    state.open_stays(measures, DOORSTROOMLIJST, day)
    m.appointed[measures] = np.minimum(m.appointed[measures], day)


def _keep_help_list(state: State, span: Span, gi: int) -> None:
    """Children for whom help was found necessary this month wait for it until it starts, or is no longer needed."""
    m, s = state.measures, state.stays
    needs = (m.gi == gi) & m.running(span.last) & (m.help_needed >= span.first) & (m.help_needed <= span.last)
    rows = np.flatnonzero(needs)
    state.open_stays(rows, PASSENDE_HULP, m.help_needed[rows])
    stays = np.flatnonzero((s.list == PASSENDE_HULP) & (s.off == NEVER) & (m.gi[s.measure] == gi))
    starts = m.help_started[s.measure[stays]]
    started = starts <= span.last
    state.close_stays(stays[started], starts[started], HULP_GESTART, span.ordinal)
    dropped = stays[~started & (state.rng.random(len(stays)) < 0.01)]
    state.close_stays(dropped, np.full(len(dropped), span.last), ANDERS, span.ordinal)
