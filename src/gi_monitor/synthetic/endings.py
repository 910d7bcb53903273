"""How measures end: by the court, at an age, followed by another measure, or handed over to another institution."""

from __future__ import annotations

import numpy as np

from gi_monitor import contracts
from gi_monitor.synthetic import rates
from gi_monitor.synthetic.caseload import SHARES, open_measures
from gi_monitor.synthetic.state import MAATREGEL_BEEINDIGD, NOBODY, OVERGEDRAGEN, State
from gi_monitor.synthetic.table import NEVER, YEAR, Flags, Floats, Ints, Span

_SETTLED = 60
"""Days after which nothing of the beginning of a measure can still fall after an end registered late."""


def end(state: State, span: Span) -> None:
    """End measures: when a term is not extended, by chance before that, and always at the type's last age.

    None ends in the month of its ruling.
    """
    m = state.measures
    rows = np.flatnonzero((m.stop == NEVER) & (m.ruling < span.first) & (m.start < span.last))
    chance, moment, lapse = _siblings_together(state, rows)
    earliest = np.maximum(span.first, m.start[rows] + 1)
    drawn = earliest + (moment * (span.last + 1 - earliest)).astype(np.int64)
    by_chance = np.where(chance < rates.ending(span.month)[m.kind[rows]], drawn, NEVER)
    lapsed = np.where(lapse < rates.lapse(span.month)[m.kind[rows]], _term_over(state, rows, span), NEVER)
    age_limit = np.ceil(m.birth[rows] + rates.UNTIL[m.kind[rows]] * YEAR).astype(np.int64)
    day = np.minimum.reduce([by_chance, lapsed, age_limit])
    ends = day <= span.last
    rows, day, age_limit, lapsed = rows[ends], day[ends], age_limit[ends], lapsed[ends]
    _give_reasons(state, rows, too_old=day == age_limit, lapsed=day == lapsed)
    before = span.first - 1 - state.rng.integers(0, 9, len(rows))
    late = state.late(len(rows)) & (day < age_limit) & _settled(state, rows, before)
    _end(state, rows, np.where(late, before, day), span)


def _siblings_together(state: State, rows: Ints) -> tuple[Floats, Floats, Floats]:
    """Three random numbers for each measure, the same for a family whose measures the court judges together."""
    families, which = np.unique(state.measures.family[rows], return_inverse=True)
    together = state.rng.random(len(families)) < rates.JUDGED_TOGETHER
    alone, shared = state.rng.random((3, len(rows))), state.rng.random((3, len(families)))
    first, second, third = np.where(together[which], shared[:, which], alone)
    return first, second, third


def _term_over(state: State, rows: Ints, span: Span) -> Ints:
    """The day in this month on which a term is over; NEVER for one that runs on."""
    m = state.measures
    first = m.ruling[rows] + m.term[rows]
    day = first + (span.last - first) // 365 * 365
    return np.where((day >= span.first) & (first <= span.last), day, NEVER)


def _settled(state: State, rows: Ints, day: Ints) -> Flags:
    """Whether an end on that day would come after all that was registered about the measure."""
    m = state.measures
    named = (m.permanent[rows] < day) | (m.permanent[rows] == NEVER)
    settled: Flags = named & (np.maximum(m.start, m.alone_since)[rows] + _SETTLED < day)
    return settled


def _give_reasons(state: State, rows: Ints, *, too_old: Flags, lapsed: Flags) -> None:
    m = state.measures
    family_of = {int(code): known.reason_family for code, known in contracts.load().codes["type_maatregel"].items()}
    families = np.array([family_of[int(kind)] for kind in m.kind[rows]], dtype=object)
    reasons = np.zeros(len(rows), dtype=np.int64)
    for family, (codes, chances) in rates.REASONS.items():
        these = families == family
        reasons[these] = state.rng.choice(codes, int(these.sum()), p=chances)
        reasons[these & too_old] = rates.OF_AGE[family]
    codes, chances = rates.LAPSED
    reasons[lapsed] = state.rng.choice(codes, int(lapsed.sum()), p=chances)
    m.reason[rows] = reasons


def _end(state: State, rows: Ints, day: Ints, span: Span) -> None:
    m = state.measures
    m.ended[rows] = m.stop[rows] = day
    m.told[rows] = span.ordinal
    _follow(state, rows[m.birth[rows] + rates.UNTIL[m.kind[rows]] * YEAR > span.last])
    m.worker[rows] = NOBODY
    leave_lists(state, span)


def _follow(state: State, rows: Ints) -> None:
    """Measures that are followed by another on the day they end: provisional becomes full, OTS becomes guardianship."""
    m = state.measures
    successor = np.where(m.reason[rows] == rates.AUTHORITY_ENDED, 21, 0)
    draws = state.rng.random(len(rows))
    for kind, (next_kind, chance) in rates.CONVERSIONS.items():
        successor[(m.kind[rows] == kind) & (draws < chance)] = next_kind
    _succeed(state, rows[successor > 0], successor[successor > 0])


def _succeed(state: State, old: Ints, successor: Ints) -> None:
    """The same child under a new measure, with the same worker.

    One in twenty of those that were provisional keeps the old dates (rule R14). A provisional measure that became a
    full one ended as planned; one that became guardianship has no code for it.
    """
    m = state.measures
    ruling = m.stop[old]
    new = open_measures(state, **m.same_child(old), kind=successor, ruling=ruling)
    keeps_dates = np.isin(m.kind[old], rates.PROVISIONAL) & (state.rng.random(len(old)) < 0.05)
    for column in (m.appointed, m.contact, m.permanent):
        known_by_then = column[old] <= ruling
        column[new] = np.where(known_by_then, np.where(keeps_dates, column[old], ruling), column[new])
    m.worker[new], m.changes[new] = m.worker[old], m.changes[old]
    m.placed[new] = m.placed[old] & np.isin(successor, rates.SUPERVISION)
    planned = np.where(successor == 11, rates.AS_PLANNED, rates.NOT_RECORDED)
    m.reason[old] = np.where(m.reason[old] == rates.AUTHORITY_ENDED, rates.AUTHORITY_ENDED, planned)


def hand_over(state: State, span: Span) -> None:
    """Hand families over to another institution, with all their running measures; the receiver starts the day after.

    Often on the last day of the month; a family that waits goes before it, so that no list holds it that day.
    """
    m, rng = state.measures, state.rng
    rows = np.flatnonzero(m.stop == NEVER)
    families, which = np.unique(m.family[rows], return_inverse=True)
    new_here = np.bincount(which, m.start[rows] >= span.first, len(families)) > 0
    waits = np.bincount(which, m.worker[rows] == NOBODY, len(families)) > 0
    goes = (rng.random(len(families)) < rates.TRANSFERRED) & ~new_here
    last_day = rng.integers(span.first, span.last, len(families))
    last_day = np.where((rng.random(len(families)) < 0.35) & ~waits, span.last, last_day)
    receiver = rng.choice(len(SHARES), len(families), p=SHARES)
    _move(state, rows[goes[which]], last_day[which][goes[which]], receiver[which][goes[which]], span)


def _move(state: State, old: Ints, last_day: Ints, receiver: Ints, span: Span) -> None:
    m = state.measures
    elsewhere = receiver != m.gi[old]
    old, last_day, receiver = old[elsewhere], last_day[elsewhere], receiver[elsewhere]
    _receive(state, old, last_day + 1, receiver)
    m.handed_over[old], m.stop[old] = last_day, last_day + 1
    m.reason[old], m.told[old] = rates.HANDED_OVER, span.ordinal
    m.worker[old[last_day < span.last]] = NOBODY
    leave_lists(state, span)


def _receive(state: State, old: Ints, first_day: Ints, receiver: Ints) -> None:
    m = state.measures
    row = m.rows(old)
    _, first, which = np.unique(row["family"], return_index=True, return_inverse=True)
    row |= {
        "gi": receiver,
        "province": state.draw_provinces(receiver[first])[which],
        "taken_over": first_day,
        "start": first_day,
        "worker": NOBODY,
        "alone_since": first_day,
        "stay": NOBODY,
        "key": state.keys.make("m", receiver, np.arange(len(m), len(m) + len(old))),
        "child_key": state.keys.make("k", receiver, row["child"]),
        "family_key": state.keys.make("g", receiver, row["family"]),
    }
    m.append(len(old), **row)


def leave_lists(state: State, span: Span) -> None:
    """Take measures that have stopped off every list, on their last day (or, put on it since, the day they were)."""
    m, s = state.measures, state.stays
    stays = np.flatnonzero((s.off == NEVER) & (m.stop[s.measure] < NEVER))
    day = np.maximum(s.on[stays], np.minimum(m.ended, m.handed_over)[s.measure[stays]])
    ended = m.ended[s.measure[stays]] < NEVER
    state.close_stays(stays[ended], day[ended], MAATREGEL_BEEINDIGD, span.ordinal)
    state.close_stays(stays[~ended], day[~ended], OVERGEDRAGEN, span.ordinal)
