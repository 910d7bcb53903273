"""The indicator files agree with each other and with what the warehouse makes; what does not is told all at once."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from gi_monitor import indicators, settings
from gi_monitor.indicators import IndicatorError
from gi_monitor.publication_rules import Withheld

HOME = settings.load().home


def test_what_the_warehouse_makes_is_declared_and_what_is_declared_is_made() -> None:
    with (HOME / "dbt_project" / "seeds" / "indicator_components.csv").open(newline="") as file:
        made = {
            (row["indicator"], row["component"], row["breakdown"], row["is_national"] == "true")
            for row in csv.DictReader(file)
        }
    declared = {
        (indicator.id, name, component.classes or breakdown, component.only != "institution")
        for indicator in indicators.load().indicators.values()
        for name, component in indicator.components.items()
        for breakdown in (*["total"] * indicator.has_total, *indicator.breakdowns)
        if not component.sum_of
    }

    assert declared == made


def test_only_the_flows_inside_the_balance_are_withheld() -> None:
    withheld = {
        f"{indicator.id}.{name}"
        for indicator in indicators.load().indicators.values()
        for name, component in indicator.components.items()
        if isinstance(component.published, Withheld)
    }

    parts = ("transferred_in", "late_in", "reappeared", "transferred_out", "late_out", "vanished")
    assert withheld == {f"F1.{part}" for part in parts}


def test_a_count_of_people_or_of_what_happened_to_them_is_published_as_one() -> None:
    known = indicators.load()
    as_counts = ("count", "change", "difference", "withheld")

    assert {
        f"{indicator.id}.{name}"
        for indicator in known.indicators.values()
        for name, component in indicator.components.items()
        if (known.units[component.unit].kind == "count") and component.published.kind not in as_counts
    } == set()


def test_figures_per_institution_are_restricted_unless_a_file_says_otherwise() -> None:
    audiences = {(i.audience.national, i.audience.institution) for i in indicators.load().indicators.values()}

    assert audiences == {("public", "restricted")}


def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, tuple[str, str]]) -> str:
    shutil.copytree(HOME / "indicators", tmp_path / "indicators")
    for name, (old, new) in changes.items():
        path = tmp_path / "indicators" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    monkeypatch.setenv("GI_MONITOR_HOME", str(tmp_path))
    with pytest.raises(IndicatorError) as raised:
        indicators.load()
    return str(raised.value)


def test_every_broken_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = broken(
        tmp_path, monkeypatch, {"C3.yml": ("as: ratio", "as: guess"), "_disclosure.yml": ("rounding_base", "rounding")}
    )

    assert "C3.yml" in message
    assert "_disclosure.yml" in message
    assert "C1.yml" not in message


def test_every_dangling_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = broken(
        tmp_path,
        monkeypatch,
        {
            "C3.yml": ("S2.fte", "S2.caseload"),
            "W1.yml": ("unit: children", "unit: heads"),
            "F1.yml": ("late_in: 1", "later_in: 1"),
            "C2.yml": ("[family]", "[gender]"),
            "N1.yml": ("classes: relief", "classes: burden"),
        },
    )

    assert message.splitlines() == [
        "C2.yml: breakdown gender is not in _vocabulary.yml",
        "C3.yml: component value: S2.caseload is not a component of any indicator file",
        "F1.yml: component corrections: sum_of names later_in, which F1 does not have",
        "N1.yml: component class: classes burden are not in _vocabulary.yml",
        "W1.yml: component children: unit heads is not in _vocabulary.yml",
    ]
