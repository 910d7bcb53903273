"""What is said twice about the data says the same."""

from __future__ import annotations

import re

from gi_monitor import contracts, dictionary, indicators, settings

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


def test_a_column_of_the_observations_is_described_as_the_dictionary_describes_it() -> None:
    written = (PROJECT / "models" / "observation_columns.md").read_text(encoding="utf-8")
    assert written == dictionary.column_comments(indicators.load()), "run `make docs`"
