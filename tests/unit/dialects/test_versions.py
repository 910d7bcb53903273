"""Every dialect can go over to a later version of the specification, and old deliveries are read as before."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from gi_monitor import contracts, institutions
from gi_monitor.dialects import encode, in_version
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import FixedWidthDialect
from gi_monitor.intake.judgement import Judgement, judge
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month
from gi_monitor.synthetic.delivery import Content, describe
from gi_monitor.synthetic.sample import sample_frames
from tests.another_home import add_line, another_home, edit

APRIL = Month(2024, 4)
DELIVERING = [each for each in institutions.load().values() if each.expected_on(APRIL.reference_date)]
NEW = (
    '  - {name: tolk_nodig, warehouse: interpreter_needed, type: flag, required: true, since: "1.1",'
    " meaning_nl: tolk, meaning_en: interpreter}\n"
)


@pytest.fixture
def version_1_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = another_home(tmp_path, monkeypatch)
    add_line(home / "contracts" / "versions.yml", '  - {version: "1.1"}')
    edit(
        home / "contracts" / "caseload.yml",
        "{name: leeftijdsgroep,",
        '{name: leeftijdsgroep, renamed: {"1.1": leeftijd},',
    )
    edit(home / "contracts" / "caseload.yml", "rules:\n", f"{NEW}rules:\n")


def judged(institution: Institution, version: str) -> Judgement:
    """A sample in the institution's own form, as a version has it."""
    frames = sample_frames(APRIL)
    if version == "1.1":
        frames["caseload"]["tolk_nodig"] = "N"
    spoken = institution.model_copy(update={"dialect": in_version(institution.dialect, contracts.read_as(version))})
    files = encode(spoken, APRIL, frames)
    manifest = describe(institution, APRIL, 1, Content(frames, 1.5, ()), files) | {"specificatie": version}
    delivered = dict(files.values()) | {MANIFEST: json.dumps(manifest).encode()}
    return judge(delivered, Place(institution.gi_code, APRIL, 1), institution, today=date(2024, 5, 10))


@pytest.mark.usefixtures("version_1_1")
@pytest.mark.parametrize("institution", DELIVERING, ids=lambda each: each.gi_code)
def test_each_goes_over_in_its_own_form(institution: Institution) -> None:
    assert judged(institution, "1.0").findings == ()
    dialect = institution.dialect
    if isinstance(dialect, FixedWidthDialect):
        widths = dict(dialect.layout) | {"caseload": {**dialect.layout["caseload"], "tolk_nodig": 1}}
        institution = institution.model_copy(update={"dialect": dialect.model_copy(update={"layout": widths})})

    judgement = judged(institution, "1.1")

    assert (judgement.findings, judgement.specification) == ((), "1.1")
    assert set(judgement.accepted["caseload"]["tolk_nodig"]) == {"false"}
