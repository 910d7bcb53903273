"""The same content in each of the thirteen dialects gives identical standardised rows."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings

from gi_monitor import contracts, institutions
from gi_monitor.dialects.columns import columns_of
from gi_monitor.institutions import Institution
from gi_monitor.synthetic.sample import sample_frames
from tests.unit.dialects.content import APRIL, Frames, canonical, delivered, frames

DELIVERING = [each for each in institutions.load().values() if each.expected_on(APRIL.reference_date)]
each_dialect = pytest.mark.parametrize("institution", DELIVERING, ids=lambda each: each.gi_code)


def check(institution: Institution, content: Frames) -> None:
    for name, dataset in delivered(institution, content).items():
        assert canonical(dataset) == content[name].to_numpy().tolist()
        assert dataset.raw.eq("").to_numpy().tolist() == content[name].eq("").to_numpy().tolist()
        assert dataset.numbers.is_monotonic_increasing and dataset.numbers.is_unique
        assert {found.rule for found in dataset.findings} <= {"R01", "R05"}


@each_dialect
def test_a_sample_with_every_type_of_measure(institution: Institution) -> None:
    check(institution, sample_frames(APRIL))


@each_dialect
def test_every_code_and_its_label(institution: Institution) -> None:
    check(institution, {name: every_code(frame, name) for name, frame in sample_frames(APRIL).items()})


def every_code(frame: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """The first row as often as the longest code list is long, each time with the next code of every list."""
    codes = {column.name: list(contracts.load().codes[column.list]) for column in columns_of(dataset) if column.list}
    rows = frame.iloc[[0] * max(map(len, codes.values()))].reset_index(drop=True)
    return rows.assign(**{name: [of[n % len(of)] for n in range(len(rows))] for name, of in codes.items()})


@settings(max_examples=10)
@given(content=frames())
def test_any_content(content: Frames) -> None:
    for institution in DELIVERING:
        check(institution, content)


def test_thirteen_institutions_have_thirteen_dialects() -> None:
    def features(institution: Institution) -> str:
        return institution.dialect.model_dump_json(
            include={"format", "delimiter", "encoding", "packaging", "record_type"}
        )

    assert len(DELIVERING) == 13
    assert len(set(map(features, DELIVERING))) == 13
