"""What is said twice about the data says the same."""

from __future__ import annotations

import csv
import re

from gi_monitor import contracts, indicators, settings

PROJECT = settings.PROJECT / "dbt_project"


def _documented() -> dict[str, str]:
    text = (PROJECT / "models" / "columns.md").read_text(encoding="utf-8")
    return dict(re.findall(r"{% docs (\w+) %}(.*){% enddocs %}", text))


def test_a_delivered_column_is_described_as_its_contract_describes_it() -> None:
    documented = _documented()
    shared = {"worker_key", "list", "fte_contract", "fte_caseload", "measure_key"}
    for contract in contracts.load().datasets.values():
        for column in contract.columns:
            if column.warehouse not in shared:
                meaning = column.meaning_en[0].upper() + column.meaning_en[1:] + "."
                assert documented[column.warehouse] == meaning, f"{contract.dataset}.{column.warehouse}"


def test_what_is_published_is_computed_and_nothing_else() -> None:
    with (PROJECT / "seeds" / "indicator_components.csv").open(newline="") as file:
        computed = {(row["indicator"], row["component"], row["breakdown"]) for row in csv.DictReader(file)}
    published = {
        (indicator.id, name, breakdown)
        for indicator in indicators.load().indicators.values()
        for name, component in indicator.components.items()
        if not component.sum_of
        for breakdown in ("total", *indicator.breakdowns)
    }
    assert computed == published
