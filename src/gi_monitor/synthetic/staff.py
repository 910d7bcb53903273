"""What happens to workers: who leaves, qualifies, changes role or falls ill, and what that leaves for measures."""

from __future__ import annotations

import numpy as np

from gi_monitor.synthetic import rates
from gi_monitor.synthetic.rates import Path
from gi_monitor.synthetic.recruitment import (
    CASELOAD_ROLES,
    IN_OPLEIDING,
    INDUCTION,
    JEUGDBESCHERMER,
    Newcomers,
    add_posts,
    draw_caseload_share,
    hire,
    take_on,
)
from gi_monitor.synthetic.state import State
from gi_monitor.synthetic.table import YEAR, Ints, Span, Texts

_EXTERNAL = ("inhuur", "zzp")
_LEAVING = 0.0115
_LEAVING_EXTERNAL = 0.035
_REASONS = {"eigen_verzoek": 0.52, "andere_gi": 0.14, "pensioen": 0.14, "anders": 0.12, "onbekend": 0.08}
_NEXT_ROLES = {"zorgcoordinator": 0.3, "teammanager": 0.3, "ondersteunend_jeugdbeschermer": 0.4}
_TRAINING = 270
_ILL = 0.008
_ILL_DAYS = 150
_SHORT_SPELLS = Path((("2023-12", 0.22), ("2024-01", 0.28)))
"""Share of persons with a short absence in a month, before the season."""
_SEASON = (1.30, 1.25, 1.15, 1.0, 0.95, 0.90, 0.75, 0.75, 0.95, 1.10, 1.15, 1.25)


def advance(state: State, span: Span) -> None:
    """One month of staff: who leaves, qualifies, changes role, is taken on or falls ill."""
    _leave(state, span)
    _qualify(state, span)
    _change_role(state, span)
    hire(state, span)
    _fall_ill(state, span)
    _count_absence(state, span)
    _count_caseload(state, span)


def _leave(state: State, span: Span) -> None:
    """Persons leave with all their roles; some are registered as gone a month late. Support staff is replaced."""
    p, rng = state.posts, state.rng
    rows = np.flatnonzero(p.in_post(span.last) & (p.entered < span.first - 30))
    _, first, which = np.unique(p.person[rows], return_index=True, return_inverse=True)
    external = np.isin(p.contract[rows[first]], _EXTERNAL)
    goes = rng.random(len(first)) < np.where(external, _LEAVING_EXTERNAL, _LEAVING)
    day = rng.integers(span.first, span.last + 1, len(first))
    before = span.first - 1 - rng.integers(0, 9, len(first))
    day = np.where(state.late(len(first)), before, day)
    reason = np.where(external, "einde_contract", rates.draw(rng, _REASONS, len(first)))
    leaving, person = rows[goes[which]], which[goes[which]]
    _end_posts(state, leaving, day[person], reason[person], span)
    replaced = leaving[~np.isin(p.role[leaving], (*CASELOAD_ROLES, IN_OPLEIDING))]
    start = np.clip(p.left[replaced] + 14, span.first, span.last)
    take_on(state, Newcomers(p.gi[replaced], p.role[replaced], start))


def _end_posts(state: State, rows: Ints, day: Ints | int, reason: Texts | str, span: Span) -> None:
    p = state.posts
    p.left[rows], p.reason[rows], p.told[rows] = day, reason, span.ordinal


def _qualify(state: State, span: Span) -> None:
    """Trainees of nine months or more become jeugdbeschermer, on the first of a month."""
    p = state.posts
    rows = np.flatnonzero((p.role == IN_OPLEIDING) & p.in_post(span.last) & (p.entered < span.first - _TRAINING))
    rows = rows[state.rng.random(len(rows)) < 0.35]
    _move(state, rows, np.full(len(rows), JEUGDBESCHERMER, dtype=object), span)


def _change_role(state: State, span: Span) -> None:
    p = state.posts
    rows = np.flatnonzero((p.role == JEUGDBESCHERMER) & (p.contract == "vast") & p.in_post(span.last))
    rows = rows[(state.rng.random(len(rows)) < 0.0012) & (p.entered[rows] < span.first - YEAR)]
    _move(state, rows, rates.draw(state.rng, _NEXT_ROLES, len(rows)), span)


def _move(state: State, rows: Ints, role: Texts, span: Span) -> None:
    """The same persons in another role, from the first of the month."""
    p = state.posts
    _end_posts(state, rows, span.first, "functiewissel", span)
    same = {name: getattr(p, name)[rows] for name in ("gi", "person", "fte", "origin")}
    add_posts(
        state,
        **same,
        role=role,
        contract=np.full(len(rows), "vast", dtype=object),
        skj=np.ones(len(rows), dtype=np.bool_),
        carries=draw_caseload_share(state, role),
        entered=np.full(len(rows), span.first),
        able_from=np.full(len(rows), span.first + INDUCTION),
    )


def _fall_ill(state: State, span: Span) -> None:
    """Long absence of some months, from all of a person's roles."""
    p, rng = state.posts, state.rng
    rows = np.flatnonzero(p.in_post(span.last) & (p.ill_until <= span.first))
    persons, which = np.unique(p.person[rows], return_inverse=True)
    falls_ill = (rng.random(len(persons)) < _ILL)[which]
    begin = rng.integers(span.first, span.last + 1, len(persons))[which]
    days = 28 + rng.exponential(_ILL_DAYS, len(persons)).astype(np.int64)[which]
    ill = rows[falls_ill]
    p.ill_from[ill] = np.maximum(p.entered[ill], begin[falls_ill])
    p.ill_until[ill] = p.ill_from[ill] + days[falls_ill]


def _count_absence(state: State, span: Span) -> None:
    """Calendar days absent, in this month and in post: long absence, and a few days here and there."""
    p, rng = state.posts, state.rng
    begin, end = np.maximum(p.entered, span.first), np.minimum(p.left, span.last + 1)
    long = np.maximum(0, np.minimum(p.ill_until, end) - np.maximum(p.ill_from, begin))
    spells = _SHORT_SPELLS.at(span.month) * _SEASON[span.month.number - 1]
    short = np.where(rng.random(len(p)) < spells, rng.integers(1, 6, len(p)), 0)
    p.absent_days = np.minimum(np.maximum(0, end - begin), long + short)


def _count_caseload(state: State, span: Span) -> None:
    """fte for measures at the close: half in the first months, nothing in long absence."""
    p = state.posts
    strength = np.where(p.able_from > span.last, 0.5, 1.0) * p.carries
    strength[~p.in_post(span.last) | ((p.ill_from <= span.last) & (p.ill_until > span.last))] = 0.0
    p.caseload = np.rint(p.fte * strength).astype(np.int64)
