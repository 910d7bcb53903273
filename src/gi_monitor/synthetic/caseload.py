"""How measures come and go: families under a ruling, ends with their reason, one measure after another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gi_monitor.synthetic import rates
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.rates import BURN_IN, KINDS, Kind
from gi_monitor.synthetic.state import NOBODY, State, not_at_weekends
from gi_monitor.synthetic.table import NEVER, YEAR, Floats, Ints, Span, day_number

Columns = dict[str, NDArray[Any]]

_URGENCY = (0.05, 0.25, 0.40, 0.20, 0.10)
_CHANGES = 0.16
"""Changes of worker in a year, before the simulation starts."""
_CONTACT_PACE = np.array([profile.contact_pace for profile in PROFILES])
_PLAN_PACE = np.array([profile.plan_pace for profile in PROFILES])
SHARES = np.array([profile.measures for profile in PROFILES]) / sum(profile.measures for profile in PROFILES)


def settle(state: State) -> None:
    """Fill the registers with the stock at the start of the burn-in.

    Elapsed time is exponential with the type's chance to end, and who would be too old by now is left out: the
    steady state of arrivals at a constant rate. Terms end as they would for anybody met at a random moment.
    """
    m, rng, start = state.measures, state.rng, day_number(BURN_IN.start)
    for kind in KINDS:
        wanted = round(kind.stock * state.scale)
        elapsed = rng.exponential(YEAR / 12 / kind.leaving, round(wanted / kind.mean_siblings * 8) + 1)
        ruled = _rule_on_families(state, kind, not_at_weekends(start - 1 - elapsed.astype(np.int64)))
        young = np.flatnonzero(ruled["birth"] + kind.until * YEAR > start)[:wanted]
        new = open_measures(state, **{name: values[young] for name, values in ruled.items()})
        so_far = start - m.ruling[new]
        m.term[new] = so_far + (rng.random(len(new)) * kind.terms[0][0]).astype(np.int64)
        m.changes[new] = rng.poisson(so_far / YEAR * _CHANGES)


def arrive(state: State, span: Span) -> None:
    """New rulings of a month; a few of them date from the month before and were registered late."""
    ruled: list[Columns] = []
    for kind in KINDS:
        expected = kind.arrivals.at(span.month) * rates.SEASON[span.month.number - 1] * state.scale
        number = int(expected / kind.mean_siblings + state.rng.random())
        known = int(state.rng.binomial(number, 0.12)) if kind.code in rates.JEUGDRECLASSERING else 0
        ruled.append(_rule_on_known_children(state, kind, _ruling_days(state, span, known), span))
        ruled.append(_rule_on_families(state, kind, _ruling_days(state, span, number - known)))
    open_measures(state, **{name: np.concatenate([columns[name] for columns in ruled]) for name in ruled[0]})


def _ruling_days(state: State, span: Span, size: int) -> Ints:
    days = np.maximum(span.first, not_at_weekends(state.rng.integers(span.first, span.last + 1, size)))
    before = not_at_weekends(span.first - 1 - state.rng.integers(0, 9, size))
    return np.where(state.late(size), before, days)


def _rule_on_families(state: State, kind: Kind, rulings: Ints) -> Columns:
    """New families, each with its children under one ruling at one institution."""
    families = len(rulings)
    gi = state.rng.choice(len(SHARES), families, p=SHARES)
    children = state.rng.choice(len(kind.siblings), families, p=kind.siblings) + 1
    which = np.repeat(np.arange(families), children)
    known = {
        "gi": gi[which],
        "child": np.arange(state.children, state.children + len(which)),
        "family": state.families + which,
        "birth": rulings[which] - rates.draw_ages(state.rng, kind, len(which)),
        "province": state.draw_provinces(gi)[which],
        "kind": np.full(len(which), kind.code),
        "ruling": rulings[which],
    }
    state.children += len(which)
    state.families += families
    return known


def _rule_on_known_children(state: State, kind: Kind, rulings: Ints, span: Span) -> Columns:
    """Youth probation for children who are under child protection already, and not yet under this type."""
    m = state.measures
    has_it = m.child[(m.kind == kind.code) & (m.stop == NEVER)]
    protected = np.isin(m.kind, rates.JEUGDBESCHERMING) & (m.stop == NEVER) & (m.start < span.first)
    of_age = (m.birth + 12.3 * YEAR < span.first) & (m.birth + 17.5 * YEAR > span.first)
    candidates = np.flatnonzero(protected & of_age & ~np.isin(m.child, has_it))
    _, first = np.unique(m.child[candidates], return_index=True)
    rows = state.rng.permutation(candidates[first])[: len(rulings)]
    return m.same_child(rows) | {
        "kind": np.full(len(rows), kind.code),
        "ruling": np.maximum(rulings[: len(rows)], m.start[rows]),
    }


def open_measures(state: State, **known: NDArray[Any]) -> Ints:
    """Open measures of which gi, child, family, birth, province, kind and ruling are known; draw the rest."""
    m, rng = state.measures, state.rng
    ruling, kind, gi = known["ruling"], known["kind"], known["gi"]
    size = len(ruling)
    charged = ruling + rng.choice([0, 1, 2, 3], size, p=[0.72, 0.18, 0.06, 0.04])
    notified = charged + rng.choice([0, 1, 2, 4], size, p=[0.35, 0.40, 0.15, 0.10])
    recorded = rng.random(size) < 0.98
    clock = np.where(recorded, notified, ruling)
    needed = np.where(rng.random(size) < 0.55, clock + rng.integers(7, 120, size), NEVER)
    started = needed + rng.lognormal(4.9, 0.75, size).astype(np.int64)
    _, family = np.unique(known["family"], return_inverse=True)
    number = np.arange(len(m), len(m) + size)
    return m.append(
        size,
        **known,
        charged=np.where(recorded, charged, NEVER),
        notified=np.where(recorded, notified, NEVER),
        taken_over=NEVER,
        start=ruling,
        appointed=NEVER,
        contact=clock + 1 + (_CONTACT_PACE[gi] * rng.lognormal(1.55, 0.8, size)).astype(np.int64),
        permanent=NEVER,
        plan_days=(_PLAN_PACE[gi] * rng.lognormal(3.8, 0.35, size)).astype(np.int64),
        help_needed=needed,
        help_started=np.where((needed < NEVER) & (rng.random(size) < 0.93), started, NEVER),
        placed=rng.random(size) < rates.PLACED[kind.astype(np.int64)],
        term=_first_terms(kind, rng.random(size)[family]),
        changes=0,
        worker=NOBODY,
        alone_since=clock,
        intake_days=rng.integers(0, 5, size)[family],
        patience=rng.uniform(0.2, 1.8, size)[family],
        urgency=rng.choice(len(_URGENCY), size, p=_URGENCY)[family],
        stay=NOBODY,
        ended=NEVER,
        handed_over=NEVER,
        stop=NEVER,
        reason=0,
        told=NEVER,
        key=state.keys.make("m", gi, number),
        child_key=state.keys.make("k", gi, known["child"]),
        family_key=state.keys.make("g", gi, known["family"]),
    )


def _first_terms(kinds: Ints, draws: Floats) -> Ints:
    """Days that the court's first term runs; NEVER for a type without terms."""
    terms = np.full(len(kinds), NEVER)
    for kind in KINDS:
        days, weights = zip(*kind.terms, strict=True)
        these = kinds == kind.code
        terms[these] = np.array(days)[np.searchsorted(np.cumsum(weights[:-1]), draws[these])]
    return terms


def change_placements(state: State, span: Span) -> None:
    """Some children under a supervision order are placed out of home, others come back."""
    m = state.measures
    rows = np.flatnonzero(np.isin(m.kind, rates.SUPERVISION) & m.running(span.last))
    chance = np.where(m.placed[rows], rates.RETURNING, rates.PLACING)
    m.placed[rows] ^= state.rng.random(len(rows)) < chance
