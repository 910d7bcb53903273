"""The rules that a contract declares, judged over a whole dataset at once (spec 1.3, R10–R45, X01–X06)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gi_monitor.contracts import Case, Rule
from gi_monitor.intake import derived
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.translate import Dataset
from gi_monitor.month import Month

_WORD = re.compile(r"\w+")
_Derive = Callable[[pd.DataFrame, "pd.Series[bool]", dict[str, pd.DataFrame], Month], dict[str, Any]]
_DERIVED: Mapping[str, _Derive] = {
    "caseload": derived.of_caseload,
    "waitlist": derived.of_waitlist,
    "staffing": lambda *_: {},
}


@dataclass(frozen=True)
class RowJudgement:
    """What the rules of one dataset found, and which could not run and why."""

    findings: tuple[Finding, ...]
    not_run: dict[str, str]


def judge_rows(
    dataset: Dataset, datasets: Mapping[str, Dataset], month: Month, unavailable: frozenset[str]
) -> RowJudgement:
    """Evaluate every case of every rule of the dataset's contract; ``datasets`` are those that were read."""
    names = _columns(dataset) | _moments(month, unavailable) | _derived(dataset, datasets, month)
    findings: list[Finding] = []
    not_run: dict[str, str] = {}
    for rule in dataset.contract.rules:
        if obstacle := _obstacle(rule, dataset, datasets):
            not_run[rule.id] = obstacle
            continue
        for case in rule.cases:
            findings += _point(rule.id, case, names, dataset)
    return RowJudgement(tuple(findings), not_run)


def _obstacle(rule: Rule, dataset: Dataset, datasets: Mapping[str, Dataset]) -> str | None:
    """Why a rule cannot run: a column it names is absent, or another dataset it needs was not read whole."""
    missing = {word for case in rule.cases for word in _WORD.findall(case.fails_when)} & dataset.absent
    for other in rule.needs:
        missing |= datasets[other].absent if other in datasets else {other}
    return f"{', '.join(sorted(missing))} ontbreekt" if missing else None


def _columns(dataset: Dataset) -> dict[str, Any]:
    filled, values = dataset.filled, dataset.values
    columns: dict[str, Any] = {}
    for column in dataset.contract.columns:
        columns |= {column.name: values[column.name], f"{column.name}_filled": filled[column.name]}
    return columns


def _derived(dataset: Dataset, datasets: Mapping[str, Dataset], month: Month) -> dict[str, Any]:
    others = {name: other.values for name, other in datasets.items()}
    return _DERIVED[dataset.contract.dataset](dataset.values, dataset.doubled, others, month)


def _moments(month: Month, unavailable: frozenset[str]) -> dict[str, Any]:
    start = pd.Timestamp(month.start)
    return {
        "d": pd.Timestamp(month.reference_date),
        "month_start": start,
        "last_day_before_month": start - pd.Timedelta(days=1),
        "days_in_month": month.days,
        "unavailable": unavailable.__contains__,
    }


def _point(rule: str, case: Case, names: dict[str, Any], dataset: Dataset) -> Iterator[Finding]:
    failing = np.asarray(pd.eval(case.fails_when, resolvers=[names]), dtype=bool)
    if not failing.any():
        return
    contract, rows, values = dataset.contract, dataset.numbers[failing], dataset.raw.loc[failing, case.column]
    column = contract.column(case.column).delivered_as
    for row, value in zip(rows.tolist(), values.tolist(), strict=True):
        yield finding(rule, contract.delivered_as, row=row, column=column, value=value)
