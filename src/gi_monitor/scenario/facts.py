"""What the marts say about measures, workers and lists, month by month: all that a scenario rests on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gi_monitor import parameters
from gi_monitor.month import Month
from gi_monitor.warehouse.connection import connect

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AGES, IN_TRAINING, AT_WORK = 61, 37, 4
"""Months since the beginning that are told apart, of measures, trainees and workers; the last is "or more"."""


class FactsError(ValueError):
    """The marts do not hold what a scenario needs; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Facts:
    """Stocks at the end of each month, by month (axis 0) and institution (axis 1).

    ``running``: measures by type and months since the ruling. ``trainees`` and ``workers``: persons in post by months
    since they began in that role; workers are those in the roles that carry measures. ``qualified``: workers who began
    this month and came as side entrant. ``fte``: for measures, of workers in their first three months and of the
    others. ``waiting``: measures without a permanent worker. ``delivered``: of which months there is a delivery.
    """

    institutions: tuple[str, ...]
    months: tuple[Month, ...]
    types: tuple[str, ...]
    delivered: Flags
    running: Ints
    trainees: Ints
    workers: Ints
    qualified: Ints
    fte: Floats
    waiting: Ints

    @property
    def measures(self) -> Ints:
        """Running measures (C1)."""
        total: Ints = self.running.sum(axis=(2, 3))
        return total

    @property
    def total_fte(self) -> Floats:
        """fte that carries measures (S2)."""
        total: Floats = self.fte.sum(axis=2)
        return total

    @property
    def sha256(self) -> str:
        """The same for the same facts."""
        seen = hashlib.sha256(repr((self.institutions, self.months, self.types)).encode())
        for array in (self.delivered, self.running, self.trainees, self.workers, self.qualified, self.fte):
            seen.update(np.ascontiguousarray(array).tobytes())
        seen.update(self.waiting.tobytes())
        return seen.hexdigest()

    @property
    def last_complete(self) -> Month:
        """The last month that all institutions delivered. Raises FactsError when there is none."""
        complete = np.flatnonzero(self.delivered.all(axis=1))
        if not len(complete):
            raise FactsError("the marts hold no month that all institutions delivered")
        return self.months[int(complete[-1])]

    def until(self, last: Month) -> Facts:
        """What there was to know at the end of a month. Raises FactsError for a month that no model can start from."""
        if last not in self.months:
            raise FactsError(f"origin: the marts hold no {last}; they hold {self.months[0]} to {self.months[-1]}")
        known = self.months.index(last) + 1
        missing = [gi for gi, here in zip(self.institutions, self.delivered[known - 1], strict=True) if not here]
        if missing:
            raise FactsError(f"origin: {', '.join(missing)} did not deliver {last}: name an earlier month")
        by_month = {
            name: getattr(self, name)[:known]
            for name in ("delivered", "running", "trainees", "workers", "qualified", "fte", "waiting")
        }
        return replace(self, months=self.months[:known], **by_month)

    def baseline_workload(self) -> Floats:
        """C3 of each institution at the baseline of the accord; nan where there is none."""
        month = Month.of(parameters.baseline_reference_date())
        if month not in self.months:
            return np.full(len(self.institutions), np.nan)
        at = self.months.index(month)
        workload: Floats = self.measures[at] / np.maximum(self.total_fte[at], 1e-9)
        return np.where(self.delivered[at], workload, np.nan)


def of(measures: pd.DataFrame, posts: pd.DataFrame, waiting: pd.DataFrame) -> Facts:
    """Facts from counts in long form: the columns of the three queries below."""
    if measures.empty:
        raise FactsError("the marts hold no measures: `gi-monitor build` first")
    institutions = tuple(sorted({*measures["gi_code"], *posts["gi_code"]}))
    types = tuple(sorted(measures["measure_type"].unique()))
    seen = {*measures["month"], *posts["month"]}
    first, last = Month.parse(min(seen)), Month.parse(max(seen))
    months = tuple(first + n for n in range(first.months_until(last) + 1))
    place = [len(months), len(institutions)]
    axes = {"month": tuple(map(str, months)), "gi_code": institutions, "measure_type": types}
    trainee, novice = posts["is_trainee"].astype(bool), posts["months_in_role"] < AT_WORK - 1
    entered = posts[~trainee & posts["is_side_entrant"].astype(bool) & (posts["months_in_role"] == 0)]
    running = _filled(measures, "measures", axes, [*place, len(types), AGES], "months_since_ruling")
    fte = np.zeros([*place, 2])
    for number, these in enumerate((novice, ~novice)):
        fte[..., number] = _filled(posts[~trainee & these], "fte_caseload", axes, place)
    return Facts(
        institutions=institutions,
        months=months,
        types=types,
        delivered=running.sum(axis=(2, 3)) > 0,
        running=running.astype(np.int64),
        trainees=_filled(posts[trainee], "persons", axes, [*place, IN_TRAINING], "months_in_role").astype(np.int64),
        workers=_filled(posts[~trainee], "persons", axes, [*place, AT_WORK], "months_in_role").astype(np.int64),
        qualified=_filled(entered, "persons", axes, place).astype(np.int64),
        fte=fte.round(2),  # as delivered: sums of binary fractions depend on their order
        waiting=_filled(waiting, "measures", axes, place).astype(np.int64),
    )


def _filled(
    rows: pd.DataFrame, value: str, axes: Mapping[str, Sequence[str]], shape: list[int], age: str | None = None
) -> Floats:
    """An array of these shapes with the values of the rows at their places; the last age takes all above it."""
    places = {name: {code: place for place, code in enumerate(codes)} for name, codes in axes.items() if name in rows}
    index = [rows[name].map(place).to_numpy(dtype=np.int64) for name, place in places.items()]
    if age is not None:
        index.append(np.clip(rows[age].to_numpy(dtype=np.int64), 0, shape[-1] - 1))
    filled = np.zeros(shape)
    np.add.at(filled, tuple(index), rows[value].to_numpy(dtype=np.float64))
    return filled


def read() -> Facts:
    """Facts from the marts, read as an analyst may. Raises FactsError when there is nothing to read."""
    with connect("gi_analyst") as connection:
        frames = []
        for query in (_MEASURES, _POSTS, _WAITING):
            cursor = connection.execute(query)
            columns = [column.name for column in cursor.description or []]
            frames.append(pd.DataFrame([list(row.values()) for row in cursor], columns=columns))
    return of(*frames)


_MEASURES = """
select
    gi_code, to_char(reporting_month, 'YYYY-MM') as month, measure_type,
    (date_part('year', age(reporting_month, ruling_month)) * 12
        + date_part('month', age(reporting_month, ruling_month)))::integer as months_since_ruling,
    count(*) as measures
from marts.measure
where is_running and weight > 0
group by 1, 2, 3, 4
"""
_POSTS = """
select
    gi_code, to_char(reporting_month, 'YYYY-MM') as month, role = 'in_opleiding' as is_trainee,
    coalesce(origin = 'zij_instroom', false) as is_side_entrant,
    (date_part('year', age(reporting_month, post_start_month)) * 12
        + date_part('month', age(reporting_month, post_start_month)))::integer as months_in_role,
    count(distinct worker_number) as persons, sum(fte_caseload) as fte_caseload
from marts.post
where is_in_post and (is_caseload_role or role = 'in_opleiding')
group by 1, 2, 3, 4, 5
"""
_WAITING = """
select gi_code, to_char(reporting_month, 'YYYY-MM') as month, count(distinct measure_number) as measures
from marts.stay
where is_open and awaits_worker and weight > 0
group by 1, 2
"""
