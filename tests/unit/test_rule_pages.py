"""The pages per rule: what is committed is what the contracts say, and every example does what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from gi_monitor import contracts, rule_pages, settings
from gi_monitor.contracts import Rule
from gi_monitor.intake.judgement import judge
from tests.builders import INSTITUTION, PLACE, Rows, files, good_rows, measure

RULES = contracts.load().rules
ROW_RULES = [rule for rule in RULES.values() if rule.id[0] in "RX"]


def test_the_committed_pages_are_what_the_contracts_say() -> None:
    folder = settings.load().home / "docs" / "regels"

    committed = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}

    assert committed == rule_pages.markdown(), "run `make docs`"


def test_there_is_a_page_for_every_rule_and_the_index_names_it() -> None:
    pages = rule_pages.markdown()

    assert pages.keys() == {f"{rule}.md" for rule in RULES} | {"README.md"}
    assert all(f"[{rule}]({rule}.md)" in pages["README.md"] for rule in RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_says_all_that_a_steward_needs(rule: Rule) -> None:
    page = rule_pages.markdown()[f"{rule.id}.md"]

    for text in (rule.why, rule.remedy, rule.example.text, rule_pages.in_words(rule)):
        assert text in page
    assert rule.example.wrong != rule.example.right
    assert "{" not in rule_pages.in_words(rule)


def rows_with(dataset: str, cells: Mapping[str, str]) -> Rows:
    """Good rows, one stopped measure among them, and the example's cells in the first row."""
    rows = good_rows()
    rows["caseload"].append(measure(4, datum_einde="2024-04-10", reden_einde="04", medewerker_sleutel=""))
    rows[dataset][0] = {**rows[dataset][0], **cells}
    return rows


def found(rule: Rule, cells: Mapping[str, str]) -> bool:
    dataset = next(
        name
        for name, contract in contracts.load().datasets.items()
        if (rule in contract.rules or rule.id < "R10") and cells.keys() <= {column.name for column in contract.columns}
    )
    judgement = judge(files(rows_with(dataset, cells)), PLACE, INSTITUTION, today=date(2024, 5, 10))
    return rule.id in {finding.rule for finding in judgement.findings}


@pytest.mark.parametrize("rule", ROW_RULES, ids=lambda rule: rule.id)
def test_an_example_trips_its_rule_until_it_is_mended(rule: Rule) -> None:
    assert found(rule, rule.example.wrong)
    assert not found(rule, rule.example.right)
