"""Facts of the made-up country, counted in the simulated population itself: no files, no warehouse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gi_monitor import institutions
from gi_monitor.month import Month
from gi_monitor.scenario import facts
from gi_monitor.scenario.facts import Facts
from gi_monitor.synthetic import FIRST, LAST, rates
from gi_monitor.synthetic.population import Population
from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.recruitment import CASELOAD_ROLES, IN_OPLEIDING
from gi_monitor.synthetic.state import NOBODY, State
from gi_monitor.synthetic.table import Ints, Span

CODES = np.array([profile.gi_code for profile in PROFILES], dtype=object)


def history(seed: int, scale: float = 0.1, last: Month = LAST) -> Facts:
    known = institutions.load()
    population = Population(seed, scale, [known[profile.gi_code].area for profile in PROFILES])
    months = []
    for number in range(FIRST.months_until(last) + 1):
        population.advance_to(FIRST + number)
        months.append(counts(population.state, population.span))
    return facts.of(*(pd.concat(frames, ignore_index=True) for frames in zip(*months, strict=True)))


def counts(state: State, span: Span) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What the queries on the marts count, at the close of a month."""
    m, p = state.measures, state.posts
    runs = m.running(span.last) & (m.kind != rates.NOT_BY_COURT)
    measures = pd.DataFrame(
        {
            "gi_code": CODES[m.gi[runs]],
            "month": str(span.month),
            "measure_type": m.kind[runs].astype(str),
            "months_since_ruling": _months(m.ruling[runs], span),
            "waits": m.stay[runs] != NOBODY,
        }
    )
    here = p.in_post(span.last) & np.isin(p.role, (*CASELOAD_ROLES, IN_OPLEIDING))
    posts = pd.DataFrame(
        {
            "gi_code": CODES[p.gi[here]],
            "month": str(span.month),
            "is_trainee": p.role[here] == IN_OPLEIDING,
            "is_side_entrant": p.origin[here] == "zij_instroom",
            "months_in_role": _months(p.entered[here], span),
            "worker": p.person[here],
            "fte": p.caseload[here] / 100,
        }
    )
    return (
        _grouped(measures, "months_since_ruling", measures=("waits", "size")),
        _grouped(posts, "months_in_role", persons=("worker", "nunique"), fte_caseload=("fte", "sum")),
        _grouped(measures[measures["waits"]].drop(columns=["measure_type"]), None, measures=("waits", "size")),
    )


def _months(days: Ints, span: Span) -> Ints:
    started: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (span.month.year - 1970) * 12 + span.month.number - 1 - started


def _grouped(rows: pd.DataFrame, age: str | None, **values: Any) -> pd.DataFrame:
    names = ("gi_code", "month", "measure_type", "is_trainee", "is_side_entrant")
    by = [name for name in names if name in rows] + ([age] if age else [])
    return rows.groupby(by).agg(**values).reset_index()
