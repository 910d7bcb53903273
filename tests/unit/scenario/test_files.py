"""A scenario as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor.month import Month
from gi_monitor.scenario import files
from gi_monitor.scenario.levers import Levers

EXAMPLES = sorted((Path(__file__).parents[3] / "docs" / "scenarios").glob("*.yml"))


def test_every_example_can_be_read_and_says_what_it_pulls() -> None:
    assert len(EXAMPLES) >= 2
    for path in EXAMPLES:
        assert files.read(path).levers.each_alone()


def test_what_is_written_is_read_again_as_the_same(tmp_path: Path) -> None:
    file = tmp_path / "een.yml"
    file.write_text("name: één\nseed: 3\norigin: 2024-04\nlevers: {hires: 4, tariff: {fte: 30}}\n", encoding="utf-8")
    scenario = files.read(file)
    file.write_text(files.text(scenario), encoding="utf-8")

    assert scenario.origin == Month(2024, 4)
    assert files.read(file) == scenario


def test_all_that_is_wrong_is_said_at_once_with_field_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "fout.yml"
    file.write_text(
        "name: fout\norigin: 2024-13\nhorizon: 0\nlevers:\n  rule: hold\n  inflow: -2\n  hire: 3\n", encoding="utf-8"
    )
    with pytest.raises(files.ScenarioError) as caught:
        files.read(file)

    assert str(caught.value).splitlines() == [
        "fout.yml: seed: is missing: add it",
        "fout.yml: horizon: Input should be greater than or equal to 1",
        "fout.yml: origin: '2024-13' is not a month such as 2024-04",
        "fout.yml: levers.rule: Input should be 'as_observed', 'hold_path' or 'two_closed_one_new'",
        "fout.yml: levers.inflow: Input should be greater than or equal to -1",
        "fout.yml: levers.hire: is not a field of this part; did you mean hires?",
    ]


@pytest.mark.parametrize("content", ["name: a\nname: b\n", "name: [", "\xff"])
def test_what_is_no_yaml_names_the_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "kapot.yml"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(files.ScenarioError, match=r"^kapot.yml: "):
        files.read(file)


def test_each_lever_alone_is_one_that_is_pulled() -> None:
    alone = Levers(rule="hold_path", inflow=-0.1).each_alone()

    assert alone == {"rule": Levers(rule="hold_path"), "inflow": Levers(inflow=-0.1)}
    assert Levers().each_alone() == {}


def test_a_tariff_is_spread_over_its_months() -> None:
    levers = Levers.model_validate({"hires": 2, "tariff": {"fte": 24, "months": 12}})

    assert [levers.hired_more(month) for month in (0, 11, 12)] == [4.0, 4.0, 2.0]
