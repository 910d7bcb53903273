"""Version 1.1 of the specification while half of the institutions still deliver 1.0: what docs/runbooks.md says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gi_monitor import clock, contracts, steps
from gi_monitor.intake.judgement import Judgement, judge
from gi_monitor.intake.transport import Place
from gi_monitor.month import Month
from gi_monitor.warehouse.migrate import migrate
from tests.another_home import add_line, another_home, edit
from tests.builders import INSTITUTION, Row, files, good_rows, measure
from tests.inbox import rows
from tests.recompute import warehouse as stored
from tests.recompute.accepted import of_folder
from tests.recompute.comparison import differences
from tests.recompute.history import History
from tests.recompute.observations import observations
from tests.recompute.parameters import Parameters

MARCH, APRIL, JULY = Month(2024, 3), Month(2024, 4), Month(2024, 7)
CODES = {"noord": "1.1", "oost": "1.0", "west": "1.0", "zuid": "1.1"}
NEW_TYPE = {"type_maatregel": "52", "leeftijdsgroep": "12-17"}
COLUMN = (
    '  - {name: tolk_nodig, warehouse: interpreter_needed, type: flag, required: true, since: "1.1",'
    ' meaning_nl: "een tolk is nodig", meaning_en: "an interpreter is needed"}\n'
)
RULE = """\
  - id: R23
    severity: warn
    sentence: "Bij leeftijdsgroep {value} is een tolk gemeld."
    remedy: "Controleer of het klopt."
    why: "Verzonnen voor een test."
    example: {text: "Verzonnen.", wrong: {tolk_nodig: "J"}, right: {tolk_nodig: "N"}}
    cases:
      - {column: leeftijdsgroep, fails_when: "tolk_nodig == 'J' and leeftijdsgroep == '0-3'"}
"""


@pytest.fixture
def version_1_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A renamed column, a new code and a new required column from April on; 1.0 until June."""
    home = another_home(tmp_path, monkeypatch)
    shared, caseload = home / "contracts", home / "contracts" / "caseload.yml"
    edit(shared / "versions.yml", '{version: "1.0"}', '{version: "1.0", last_month: "2024-06"}')
    add_line(shared / "versions.yml", '  - {version: "1.1", first_month: "2024-04"}')
    edit(caseload, "{name: provincie,", '{name: provincie, renamed: {"1.1": woonprovincie},')
    edit(caseload, "rules:\n", f"{COLUMN}rules:\n{RULE}")
    add_line(shared / "code_lists.csv", "type_maatregel,52,ITB Plus,ITB Plus,jeugdreclassering,jeugdreclassering,1.1")
    add_line(home / "dbt_project" / "seeds" / "parameters.csv", "weight,52,1.0,2024-04-01,made up")


def _caseload(version: str) -> list[Row]:
    older = [*good_rows()["caseload"], *(measure(n, leeftijdsgroep="0-3", provincie="PV21") for n in range(4, 9))]
    if version == "1.0":
        return older
    return [row | {"tolk_nodig": "J"} for row in [*older, measure(9, **NEW_TYPE)]]


def _delivery(gi_code: str, month: Month, version: str, **manifest: Any) -> dict[str, bytes]:
    caseload = _caseload(version)
    return files(
        good_rows() | {"caseload": caseload},
        {"maatregelen_actief": len(caseload)},
        specificatie=version,
        gi=gi_code,
        verslagmaand=str(month),
        aangemaakt_op=f"{month + 1}-08T09:12:00+02:00",
        **manifest,
    )


def _judged(version: str, month: Month = APRIL, spoil: Callable[[bytes], bytes] = bytes) -> Judgement:
    delivered = _delivery("haagrijn", month, version)
    changed = delivered | {"caseload.csv": spoil(delivered["caseload.csv"])}
    return judge(changed, Place("haagrijn", month, 1), INSTITUTION, today=date(2024, 8, 10))


def _found(judgement: Judgement) -> set[tuple[str, str | None]]:
    return {(found.rule, found.column) for found in judgement.findings if found.rule != "S05"}


@pytest.mark.usefixtures("version_1_1")
def test_each_version_is_judged_by_what_it_has() -> None:
    older, newer = _judged("1.0"), _judged("1.1")

    assert (older.state, newer.state) == ("accepted", "accepted_with_findings")
    assert _found(newer) == {("R23", "leeftijdsgroep")}
    (unasked,) = (answer for answer in older.outcomes if answer.rule == "R23")
    assert (unasked.outcome, unasked.reason) == ("NOT_APPLICABLE", "geldt nog niet in versie 1.0")


@pytest.mark.usefixtures("version_1_1")
def test_what_belongs_to_the_other_version_is_a_finding_in_its_words() -> None:
    new_code = _judged("1.0", spoil=lambda content: content.replace(b",11,", b",52,", 1))
    new_columns = _judged("1.0", spoil=lambda content: content.replace(b"provincie", b"woonprovincie", 1))
    old_name = _judged("1.1", spoil=lambda content: content.replace(b"woonprovincie", b"provincie", 1))
    bad_cell = _judged("1.1", spoil=lambda content: content.replace(b"PV21", b"PV32"))

    assert _found(new_code) >= {("R03", "type_maatregel")}
    assert _found(new_columns) >= {("S04", "woonprovincie"), ("S03", "provincie")}
    assert _found(old_name) >= {("S04", "provincie"), ("S03", "woonprovincie")}
    assert _found(bad_cell) >= {("R03", "woonprovincie")}


def test_a_version_that_is_named_but_not_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = another_home(tmp_path, monkeypatch)
    edit(home / "contracts" / "caseload.yml", "{name: provincie,", '{name: provincie, renamed: {"1.1": woonprovincie},')

    with pytest.raises(contracts.ContractError, match=r"versions\.yml has no version 1\.1"):
        contracts.load()


@pytest.mark.usefixtures("version_1_1")
@pytest.mark.parametrize(
    ("version", "month", "instead"), [("1.0", JULY, "1.1"), ("1.1", MARCH, "1.0"), ("1.2", APRIL, "1.0 of 1.1")]
)
def test_a_version_that_does_not_hold_for_the_month_is_refused(version: str, month: Month, instead: str) -> None:
    judgement = _judged(version, month)

    (refused,) = (found for found in judgement.findings if found.rule == "S07")
    assert judgement.state == "rejected"
    assert f"Specificatieversie {version} geldt niet voor deze maand; wel {instead}." in refused.message


@pytest.mark.usefixtures("version_1_1", "warehouse")
def test_half_of_the_institutions_deliver_1_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(_institutions(tmp_path / "institutions")))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T09:00:00+02:00")
    migrate()
    for gi_code, version in CODES.items():
        _drop(tmp_path, gi_code, MARCH, "1.0")
        _drop(tmp_path, gi_code, APRIL, version)
        steps.take_in(gi_code)

    _receipts_say_which_version_was_read(tmp_path / "outbox")
    _what_1_0_does_not_ask_is_not_available()
    steps.standardise()
    recomputed = observations(History(of_folder(tmp_path / "delivered"), Parameters.read(), clock.now()), "month")
    found = stored.observations("marts")
    assert not differences(found, recomputed)
    of_the_new_type = found.query("indicator == 'C1' and component == 'count' and category == '52'")
    assert of_the_new_type.set_index(["period", "institution"])["value"].loc["2024-04"].to_dict() == {
        "NL": 2, "noord": 1, "oost": 0, "west": 0, "zuid": 1
    }  # fmt: skip


def _institutions(folder: Path) -> Path:
    folder.mkdir()
    for gi_code in CODES:
        about = f"gi_code: {gi_code}\nname: Verzonnen {gi_code}\nsynthetic: true\nvalid_from: 2015-01-01\n"
        (folder / f"{gi_code}.yml").write_text(about)
    return folder


def _drop(data: Path, gi_code: str, month: Month, version: str) -> None:
    place = Path(gi_code, str(month), "1")
    (data / "delivered" / place).mkdir(parents=True)
    for name, content in _delivery(gi_code, month, version).items():
        (data / "delivered" / place / name).write_bytes(content)
    shutil.copytree(data / "delivered" / place, data / "inbox" / place)


def _receipts_say_which_version_was_read(outbox: Path) -> None:
    for gi_code, version in CODES.items():
        folder = outbox / gi_code / "2024-04" / "1"
        receipt = json.loads((folder / "ontvangstbewijs.json").read_text())
        until = {"1.0": "2024-06", "1.1": None}[version]
        assert (receipt["specificatie"], receipt["specificatie_tot_en_met"]) == (version, until)
        assert f"Gelezen volgens versie {version}" in (folder / "ontvangstbewijs.html").read_text()
    page = (outbox / "west" / "2024-04" / "1" / "ontvangstbewijs.html").read_text()
    assert "Die versie geldt tot en met verslagmaand juni 2024." in page
    for change in (
        "in caseload heet provincie woonprovincie",
        "caseload krijgt een nieuwe verplichte kolom tolk_nodig (een tolk is nodig)",
        "codelijst type_maatregel krijgt 52 (ITB Plus)",
    ):
        assert change in page
    explained = (outbox / "west" / "regels" / "S07.html").read_text()
    assert "versie 1.0 geldt voor verslagmaanden tot en met 2024-06" in explained


def _what_1_0_does_not_ask_is_not_available() -> None:
    delivered = rows(
        "select gi_code, specification, 'tolk_nodig' = any(unavailable),"
        " count(interpreter_needed) as asked, count(*) as measures"
        " from ledger.delivery inner join landing.caseload using (delivery_id, reporting_month)"
        " where reporting_month = '2024-04-01' group by delivery_id order by gi_code"
    )
    assert delivered == [
        ("noord", "1.1", False, 9, 9),
        ("oost", "1.0", True, 0, 8),
        ("west", "1.0", True, 0, 8),
        ("zuid", "1.1", False, 9, 9),
    ]
