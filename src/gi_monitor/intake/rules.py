"""The row rules of a contract, judged over a whole dataset at once (spec 1.3, R10–R45)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gi_monitor import contracts
from gi_monitor.contracts import Case
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.translate import Dataset
from gi_monitor.month import Month

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class RowJudgement:
    """What the row rules of one dataset found, and which could not run and why."""

    findings: tuple[Finding, ...]
    not_run: dict[str, str]


def judge_rows(dataset: Dataset, month: Month, unavailable: frozenset[str]) -> RowJudgement:
    """Evaluate every case of every row rule of the dataset's contract."""
    names = _columns(dataset, month) | _moments(month, unavailable)
    findings: list[Finding] = []
    not_run: dict[str, str] = {}
    for rule in dataset.contract.rules:
        missing = sorted({word for case in rule.cases for word in _WORD.findall(case.fails_when)} & dataset.absent)
        if missing:
            not_run[rule.id] = f"kolom {', '.join(missing)} ontbreekt"
            continue
        for case in rule.cases:
            findings += _point(rule.id, case, names, dataset)
    return RowJudgement(tuple(findings), not_run)


def _columns(dataset: Dataset, month: Month) -> dict[str, Any]:
    """What a rule's expression may name: typed values, ``<column>_filled`` and what follows from them."""
    filled, values = dataset.filled, dataset.values
    columns: dict[str, Any] = {}
    for column in dataset.contract.columns:
        columns |= {column.name: values[column.name], f"{column.name}_filled": filled[column.name]}
    if dataset.contract.dataset == "caseload":
        types, reasons = contracts.load().codes["type_maatregel"], contracts.load().codes["reden_einde"]
        of_type = values["type_maatregel"].map({code: t.reason_family for code, t in types.items()})
        of_reason = values["reden_einde"].map({code: r.reason_family for code, r in reasons.items()})
        columns["running"] = running(values, month)
        columns["type_family"] = values["type_maatregel"].map({code: t.family for code, t in types.items()})
        columns["reason_family_ok"] = of_type.isna() | of_reason.isna() | of_reason.eq("alle") | of_reason.eq(of_type)
    return columns


def running(caseload: pd.DataFrame, month: Month) -> pd.Series[bool]:
    """Whether a measure runs on the reference date (spec 2.1): start ≤ d and stop empty or after d."""
    d = pd.Timestamp(month.reference_date)
    start = caseload["datum_overgekomen"].fillna(caseload["datum_aanvang"])
    stopped = caseload["datum_einde"].le(d) | caseload["datum_overgedragen"].lt(d)
    return start.le(d) & ~stopped


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
    rows, values = dataset.numbers[failing], dataset.raw.loc[failing, case.column]
    for row, value in zip(rows.tolist(), values.tolist(), strict=True):
        yield finding(rule, dataset.contract.delivered_as, row=row, column=case.column, value=value)
