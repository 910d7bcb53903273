"""Figures counted in the simulated population itself, to hold the pipeline's against (definitions of spec 2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gi_monitor.synthetic import rates
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.recruitment import CASELOAD_ROLES, JEUGDBESCHERMER
from gi_monitor.synthetic.state import NOBODY, State
from gi_monitor.synthetic.table import Ints, Span

_FAMILIES = {"jeugdbescherming": rates.JEUGDBESCHERMING, "jeugdreclassering": rates.JEUGDRECLASSERING}


@dataclass(frozen=True)
class Figure:
    """One line of ``waarheid.csv``."""

    period: str
    institution: str
    indicator: str
    component: str
    category: str
    value: str


def figures(state: State, span: Span) -> Iterator[Figure]:
    """C1, C2, C3, W1, S1 and S2 of every institution and of NL, at the close of a month."""
    counts = _counts(state, span)
    for number, profile in enumerate(PROFILES):
        yield from _lines(span, profile.gi_code, {name: int(values[number]) for name, values in counts.items()})
    yield from _lines(span, "NL", {name: int(values.sum()) for name, values in counts.items()})


def _counts(state: State, span: Span) -> dict[tuple[str, str, str], Ints]:
    """What is counted, per institution; fte in hundredths."""
    m, p = state.measures, state.posts
    population = m.running(span.last) & (m.kind != rates.NOT_BY_COURT)
    here = p.in_post(span.last)
    qualified = here & (p.role == JEUGDBESCHERMER) & p.skj
    counts = {
        ("C1", "count", "total"): _per_gi(m.gi[population]),
        ("C2", "children", "total"): _distinct_per_gi(m.gi[population], m.child[population]),
        ("C2", "families", "total"): _distinct_per_gi(m.gi[population], m.family[population]),
    }
    for name, kinds in _FAMILIES.items():
        counts["C1", "count", name] = _per_gi(m.gi[population & np.isin(m.kind, kinds)])
    waits = population & (m.stay != NOBODY)
    carries = here & np.isin(p.role, CASELOAD_ROLES)
    return counts | {
        ("W1", "children", "total"): _distinct_per_gi(m.gi[waits], m.child[waits]),
        ("S1", "persons_skj", "total"): _distinct_per_gi(p.gi[qualified], p.person[qualified]),
        ("S1", "persons_caseload_roles", "total"): _distinct_per_gi(p.gi[carries], p.person[carries]),
        ("S2", "fte", "total"): np.bincount(p.gi[here], p.caseload[here], len(PROFILES)).astype(np.int64),
    }


def _per_gi(gi: Ints) -> Ints:
    return np.bincount(gi, minlength=len(PROFILES))


def _distinct_per_gi(gi: Ints, number: Ints) -> Ints:
    return _per_gi(np.unique(number * len(PROFILES) + gi) % len(PROFILES))


def _lines(span: Span, institution: str, counts: dict[tuple[str, str, str], int]) -> Iterator[Figure]:
    fte = counts["S2", "fte", "total"] / 100
    workload = counts["C1", "count", "total"] / fte if fte else None
    for (indicator, component, category), count in counts.items():
        value = f"{fte:.2f}" if indicator == "S2" else str(count)
        yield Figure(str(span.month), institution, indicator, component, category, value)
    yield Figure(str(span.month), institution, "C3", "value", "total", "" if workload is None else f"{workload:.12g}")
