"""Suite files: what is wrong in one is said, with the file's name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from gi_monitor.gates import suites

SOUND = {
    "name": "core",
    "version": "2.1",
    "gate": "G2",
    "queries": {"few": "select 1 as one from {batch}"},
    "expectations": [
        {
            "id": "nothing_few",
            "severity": "critical",
            "sentence": "Nothing is few.",
            "limit": "0 rows",
            "table": "core.delivery",
            "rows": "select one from {few} as few",
        }
    ],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "expectations").mkdir()
    monkeypatch.setenv("GI_MONITOR_HOME", str(tmp_path))
    return tmp_path


def write(home: Path, suite: object) -> None:
    (home / "expectations" / "core.yml").write_text(yaml.safe_dump(suite))


def with_(**changes: object) -> dict[str, object]:
    return {**SOUND, "expectations": [{**SOUND["expectations"][0], **changes}]}


def test_queries_are_filled_in_and_the_version_changes_with_the_file(home: Path) -> None:
    write(home, SOUND)
    suite = suites.load("core")
    assert suite.expectations[0].rows == "select one from (select 1 as one from {batch}) as few"
    assert suite.version.startswith("2.1+")
    write(home, with_(limit="no rows at all"))
    assert suites.load("core").version != suite.version


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        (with_(severty="critical"), "severty"),
        ({**SOUND, "gates": "G2"}, "gates"),
        (with_(severity="info"), "severity"),
        (with_(type="expect_column_to_exist"), "either `rows` .SQL. or `type`"),
        (with_(rows=None), "either `rows` .SQL. or `type`"),
        (with_(rows="select 1"), "must name its table core.delivery as {batch}"),
        (with_(rows="select 1 from {batch} join {many} on true"), "no such query: many"),
        (with_(table="published"), "SQL on a table of the warehouse"),
        ({**SOUND, "expectations": SOUND["expectations"] * 2}, "named twice: nothing_few"),
        ({**SOUND, "expectations": []}, "at least 1 item"),
        ({**SOUND, "name": "kern"}, "name the file after it"),
        ("just text", "core.yml"),
    ],
)
def test_a_wrong_file_is_refused_and_said_to_be(home: Path, suite: object, said: str) -> None:
    write(home, suite)
    with pytest.raises(suites.SuiteError, match=said) as refusal:
        suites.load("core")
    assert str(refusal.value).startswith("core.yml: ")


@pytest.mark.parametrize("name", ["core", "publication"])
def test_the_suites_of_the_project_are_sound(name: str) -> None:
    assert len(suites.load(name).expectations) >= 20


@pytest.mark.parametrize("name", ["core", "publication", "revision"])
def test_a_table_that_is_joined_has_a_name_of_its_own_and_others_get_one(name: str) -> None:
    """Postgres 15 wants a name for a query; Great Expectations gives one where nothing is joined, and only there."""
    asked = [each.rows for each in suites.load(name).expectations if each.rows and "{batch}" in each.rows]
    for rows in asked:
        named = len(re.findall(r"\{batch\} as [a-z]+\b", rows))
        assert named == (rows.count("{batch}") if re.search(r"\bjoin\b", rows) else 0), rows
