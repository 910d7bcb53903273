"""Which rows of a delivery count and which are set aside, and both as the warehouse keeps them (spec 1.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

from gi_monitor.intake import totals
from gi_monitor.intake.findings import Finding
from gi_monitor.intake.translate import Dataset
from gi_monitor.month import Month


@dataclass(frozen=True)
class RowCount:
    """How many rows of a dataset were delivered, and how many of them set aside for a finding of their own."""

    delivered: int
    set_aside: int

    @classmethod
    def of(cls, aside: pd.Series[Any]) -> RowCount:
        """Count what ``rules_by_row`` says."""
        return cls(len(aside), int(aside.notna().sum()))


@dataclass(frozen=True)
class SetAside:
    """One row that does not count: its cells as delivered and the rules that set it aside.

    ``unreadable`` names the columns whose cell is not what the column should hold. ``key`` and ``running`` (certainly
    running on the reference date) are those of a measure, None elsewhere.
    """

    dataset: str
    row: int
    rules: tuple[str, ...]
    content: Mapping[str, str]
    unreadable: frozenset[str]
    key: str | None
    running: bool | None


def rules_by_row(dataset: Dataset, findings: Iterable[Finding]) -> pd.Series[Any]:
    """Per row the rules that set it aside; missing where it counts."""
    rules: dict[int, set[str]] = {}
    for found in findings:
        if found.severity == "row" and found.dataset == dataset.contract.delivered_as and found.row is not None:
            rules.setdefault(found.row, set()).add(found.rule)
    return dataset.numbers.map({row: tuple(sorted(names)) for row, names in rules.items()})


def counting(datasets: Mapping[str, Dataset], aside: Mapping[str, pd.Series[Any]]) -> dict[str, pd.Series[bool]]:
    """Per dataset the rows that count: none set aside, and no stay whose measure is."""
    counts = {name: aside[name].isna() for name in datasets}
    measures = datasets["caseload"].raw.loc[~counts["caseload"], "maatregel_sleutel"]
    follows = datasets["waitlist"].raw["maatregel_sleutel"].isin(measures)
    return counts | {"waitlist": counts["waitlist"] & ~follows}


def accepted_rows(dataset: Dataset, counts: pd.Series[bool]) -> pd.DataFrame:
    """Typed values as the text that the database reads, missing where empty, with ``row_number``."""
    values = dataset.values[counts]
    columns = {c.name: _text(values[c.name], c.type, c.decimals) for c in dataset.contract.columns}
    return pd.DataFrame({"row_number": dataset.numbers[counts], **columns})


def _text(values: pd.Series[Any], kind: str, decimals: int) -> pd.Series[Any]:
    if kind == "date":
        days = pa.array(values, from_pandas=True).cast(pa.date32())
        return pd.Series(pd.array(days.cast(pa.string()), dtype="str"), values.index)
    if kind == "flag":
        return values.map({"J": "true", "N": "false"})
    if kind in ("integer", "decimal"):
        return values.map({number: f"{number:.{decimals}f}" for number in values.dropna().unique()}).astype("str")
    return values


def set_aside_rows(
    datasets: Mapping[str, Dataset], aside: Mapping[str, pd.Series[Any]], month: Month
) -> Iterator[SetAside]:
    """Every row with a finding that sets it aside."""
    for name, dataset in datasets.items():
        chosen = aside[name].notna()
        raw = dataset.raw[chosen]
        keys: list[Any] = [None] * len(raw)
        runs: list[Any] = [None] * len(raw)
        if name == "caseload" and chosen.any():
            keys = raw["maatregel_sleutel"].tolist()
            runs = totals.certainly_running(dataset, month)[chosen].tolist()
        rows = zip(dataset.numbers[chosen].tolist(), aside[name][chosen], keys, runs, strict=True)
        cells = zip(raw.itertuples(index=False), dataset.unreadable[chosen].to_numpy(), strict=True)
        for (row, rules, key, running), (values, unreadable) in zip(rows, cells, strict=True):
            yield SetAside(
                dataset=dataset.contract.delivered_as,
                row=row,
                rules=rules,
                content=dict(zip(raw.columns, values, strict=True)),
                unreadable=frozenset(raw.columns[unreadable]),
                key=key,
                running=running,
            )
