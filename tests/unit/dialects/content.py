"""Made-up content for dialects: canonical frames drawn from the contracts, and what reading them back gives."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from gi_monitor import contracts
from gi_monitor.contracts import Column
from gi_monitor.dialects import File, encode
from gi_monitor.dialects.columns import columns_of
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import DELIVERED
from gi_monitor.intake.translate import Dataset, translate
from gi_monitor.month import Month

APRIL = Month(2024, 4)
Frames = dict[str, pd.DataFrame]


def cells(column: Column) -> st.SearchStrategy[str]:
    """Canonical text that a column can hold, empty now and then."""
    match column.type:
        case "key":
            return st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{7,23}", fullmatch=True)
        case "date":
            filled = st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(date.isoformat)
        case "code":
            filled = st.sampled_from(sorted(contracts.load().codes[str(column.list)]))
        case "flag":
            filled = st.sampled_from(["J", "N"])
        case "integer":
            filled = st.integers(0, 999).map(str)
        case "decimal":
            hundredths = int(100 * (column.maximum or 0))
            filled = st.integers(0, hundredths).map(lambda n: f"{n // 100}.{n % 100:02}")
    return st.just("") | filled


@st.composite
def frames(draw: st.DrawFn) -> Frames:
    """A few rows of every dataset, or none."""
    drawn = {}
    for dataset in DELIVERED:
        columns = columns_of(dataset)
        rows = draw(st.lists(st.tuples(*map(cells, columns)), max_size=3))
        drawn[dataset] = pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object)
    return drawn


def delivered(institution: Institution, content: Frames) -> dict[str, Dataset]:
    """The content written in the institution's dialect, and read and translated again."""
    known = contracts.load()
    files = encode(institution, APRIL, content)
    return {
        dataset: translate(
            File(file, institution.dialect).sheet(dataset),
            known.datasets[known.dataset_delivered_as(dataset)],
            institution.dialect,
        )
        for dataset, (_, file) in files.items()
    }


def canonical(dataset: Dataset) -> list[list[str]]:
    """Typed values back as canonical text."""
    columns = [_texts(dataset.values[column.name], column) for column in dataset.contract.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _texts(values: pd.Series[Any], column: Column) -> list[str]:
    def text(value: Any) -> str:
        if column.type == "date":
            return value.date().isoformat()
        return f"{value:.{column.decimals}f}" if column.type in ("integer", "decimal") else value

    return ["" if pd.isna(value) else text(value) for value in values]
