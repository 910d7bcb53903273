"""What Prometheus reads of the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from gi_monitor import steps
from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop, take_in
from tests.unit.notices import state

Samples = dict[tuple[str, ...], float]


def written(data: Path) -> Samples:
    """Name and labels of each sample, and its value, as Prometheus understands the file."""
    steps.write_metrics()
    text = (data / "metrics" / "gi_monitor.prom").read_text(encoding="utf-8")
    families = parse(text)
    return {
        (sample.name.removeprefix("gi_monitor_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_file_says_what_the_ledger_says(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00+00:00")
    assert set(written(warehouse)) == {("watched_timestamp_seconds",)}, "an empty warehouse has nothing to say"

    drop(warehouse, files(good_rows()))
    take_in()
    drop(warehouse, files(good_rows(), {"maatregelen_actief": 9}, volgnummer=2), 2)
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-16T10:00:00+00:00")
    take_in()
    steps.note_expectations()
    state.run_gate("G2", balance="FAIL", bands="PASS")
    state.run_gate("G2", balance="PASS", bands="PASS")
    state.candidate()

    assert written(warehouse) == {
        ("deliveries", "accepted"): 1,
        ("deliveries", "rejected"): 1,
        ("months", "received"): 1,
        ("months", "late"): 1,
        ("last_accepted_timestamp_seconds", "haagrijn"): 1715335200,
        ("receipt_seconds", "haagrijn"): 0,
        ("verdicts", "G2", "PASS"): 2,
        ("releases", "candidate"): 1,
        ("watched_timestamp_seconds",): 1715853600,
    }
