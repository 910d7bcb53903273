"""``gi-monitor institution check``: every problem of an institution file at once, with its field and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from gi_monitor import institutions
from gi_monitor.cli.institution import app
from gi_monitor.dialects.check import problems
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import DELIVERED
from tests.unit.dialects.test_fourteenth import APART, SHEETS, TOGETHER, layout

BASE: dict[str, Any] = {"gi_code": "nieuw", "name": "Nieuw", "valid_from": "2024-01-01"}
LAYOUT = layout(record_type=False)
ONE_PLACE = dict.fromkeys(DELIVERED, "alles")
SPACE = "reading leaves out the space around a word; write it without, and not empty"
NOT_ASCII = "cannot be written in ascii; use other words or another encoding"
NO_ELEMENT = "cannot be the name of an XML element; use letters, digits, - and _, a letter first"
SAME_PLACE = "two datasets have the same place; give each its own"


def without(widths: dict[str, int], column: str) -> dict[str, int]:
    return {name: width for name, width in widths.items() if name != column}


CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "an unknown column",
        {"columns": {"maatregel_sleutl": "x"}},
        ["dialect.columns.maatregel_sleutl: there is no such column; did you mean maatregel_sleutel?"],
    ),
    (
        "one name for two columns",
        {"columns": {"datum_plan": "Datum", "datum_einde": "Datum"}},
        ["dialect.columns: in caseload, datum_plan and datum_einde are both called Datum; change one of them"],
    ),
    (
        "a name that another column has",
        {"columns": {"datum_plan": "datum_einde"}},
        ["dialect.columns: in caseload, datum_plan and datum_einde are both called datum_einde; change one of them"],
    ),
    ("a name with space around it", {"columns": {"datum_plan": " plan"}}, [f"dialect.columns.datum_plan: {SPACE}"]),
    (
        "an unknown code list",
        {"codes": {"provincies": {"x": "PV20"}}},
        ["dialect.codes.provincies: there is no such code list; did you mean provincie?"],
    ),
    (
        "an unknown code",
        {"codes": {"lijst": {"Wacht": "WL"}}},
        ["dialect.codes.lijst.Wacht: the list has no code WL; use one of wachtlijst, doorstroomlijst, passende_hulp"],
    ),
    (
        "a label that is a code",
        {"codes": {"type_maatregel": {"12": "11"}}},
        ["dialect.codes.type_maatregel.12: 12 is itself a code of this list, with another meaning; use another label"],
    ),
    ("an empty label", {"codes": {"urgentie": {"": "hoog"}}}, [f"dialect.codes.urgentie.: {SPACE}"]),
    ("half the flags", {"flags": {"Ja": "J"}}, ["dialect.flags: no label means N; add one"]),
    (
        "words outside the encoding",
        {"encoding": "ascii", "columns": {"datum_einde": "beëindigd"}, "codes": {"urgentie": {"één": "hoog"}}},
        [
            f"dialect.columns.datum_einde: beëindigd {NOT_ASCII}",
            f"dialect.codes.urgentie.één: één {NOT_ASCII}",
        ],
    ),
    (
        "a record type that is a column",
        {"record_type": TOGETHER | {"column": "lijst"}},
        ["dialect.record_type.column: lijst is also the name of another column; change one of them"],
    ),
    (
        "one record type for two datasets",
        {"record_type": TOGETHER | {"values": dict.fromkeys(DELIVERED, "1")}},
        [f"dialect.record_type.values: {SAME_PLACE}"],
    ),
    (
        "two datasets in one member",
        {"packaging": {"type": "zip", "members": ONE_PLACE}},
        [f"dialect.packaging.members: {SAME_PLACE}"],
    ),
    (
        "members apart and a record type",
        {"packaging": {"type": "zip", "members": APART}, "record_type": TOGETHER},
        ["dialect.packaging.members: one file holds all datasets, so name the same member three times"],
    ),
    (
        "a member outside",
        {"packaging": {"type": "zip", "members": APART | {"formatie": "../x"}}},
        ["dialect.packaging.members.formatie: ../x leads outside the archive; name a file inside it"],
    ),
    (
        "sheets and a record type",
        {"format": "ods", "sheets": SHEETS, "record_type": TOGETHER},
        ["dialect.sheets: the record type already tells the datasets apart; leave one of the two out"],
    ),
    (
        "an impossible sheet",
        {"format": "xlsx", "sheets": SHEETS | {"formatie": "a/b"}},
        ["dialect.sheets.formatie: a sheet's name has 1 to 31 signs, none of [ ] : * ? / \\"],
    ),
    ("two datasets on one sheet", {"format": "xlsx", "sheets": ONE_PLACE}, [f"dialect.sheets: {SAME_PLACE}"]),
    (
        "an impossible element",
        {"format": "xml", "root": "r", "row": "een rij", "columns": {"datum_plan": "1plan"}},
        [f"dialect.row: een rij {NO_ELEMENT}", f"dialect.columns.datum_plan: 1plan {NO_ELEMENT}"],
    ),
    (
        "a layout that misses a column",
        {"format": "fixed_width", "layout": LAYOUT | {"caseload": without(LAYOUT["caseload"], "provincie")}},
        ["dialect.layout.caseload: provincie missing; give each column a width"],
    ),
    (
        "a layout with an unknown column",
        {"format": "fixed_width", "layout": LAYOUT | {"formatie": LAYOUT["formatie"] | {"functies": 9}}},
        ["dialect.layout.formatie.functies: there is no such column; did you mean functie?"],
    ),
    (
        "a layout that is too narrow",
        {"format": "fixed_width", "layout": LAYOUT | {"wachtlijst": LAYOUT["wachtlijst"] | {"datum_op_lijst": 8}}},
        ["dialect.layout.wachtlijst.datum_op_lijst: a value of 10 signs does not fit in 8; make it wider"],
    ),
    (
        "a layout without the record type",
        {"format": "fixed_width", "layout": LAYOUT, "record_type": TOGETHER},
        [f"dialect.layout.{of}: recordsoort missing; give each column a width" for of in DELIVERED],
    ),
    (
        "a record type at several places",
        {
            "format": "fixed_width",
            "layout": layout(record_type=True) | {"formatie": LAYOUT["formatie"] | {"recordsoort": 3}},
            "record_type": TOGETHER,
        },
        ["dialect.layout: recordsoort stands elsewhere per dataset; give it one place in all three"],
    ),
    ("a decimal sign that is the delimiter", {"decimal": ",", "delimiter": ","}, []),
    ("two labels for one code", {"codes": {"urgentie": {"Hoog": "hoog", "Urgent": "hoog"}}}, []),
]


@pytest.mark.parametrize(("dialect", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_problems_of_a_dialect(dialect: dict[str, Any], expected: list[str]) -> None:
    assert problems(Institution.model_validate(BASE | {"dialect": {"format": "delimited"} | dialect})) == expected


def test_problems_outside_the_dialect() -> None:
    waiver = {"reason": "r", "name": "n", "until": "2025-01-01"}
    content = {"area": ["PV20", "PV2"], "waivers": [waiver | {"rule": rule} for rule in ("R14", "R99", "S02")]}

    assert problems(Institution.model_validate(BASE | content)) == [
        "area.1: there is no province PV2; use a code of the list provincie",
        "waivers.1.rule: there is no rule R99; see contracts/ for all rules",
        "waivers.2.rule: S02 cannot be waived; take the waiver out",
    ]


def test_the_files_that_ship_have_no_problems() -> None:
    result = CliRunner().invoke(app, ["check"])

    assert (result.exit_code, result.stdout) == (0, "15 institution files checked: no problems\n")
    assert len(institutions.paths()) == 15


def test_check_names_every_problem_of_every_file(tmp_path: Path) -> None:
    wrong = {"form": {"name": 7}, "words": {"dialect": {"format": "parquet", "columns": {"x": "y"}}}, "good": {}}
    for name, content in wrong.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(BASE | {"gi_code": name} | content))

    result = CliRunner().invoke(app, ["check", *map(str, sorted(tmp_path.iterdir()))])

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "form.yml: name: should be text: write it between quotes",
        "words.yml: dialect.columns.x: there is no such column",
    ]


def test_sample_writes_a_delivery_and_an_empty_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["sample", "ijsselzoom", str(tmp_path), "--month", "2024-02"])

    assert result.exit_code == 0
    empty = tmp_path / "leeg/ijsselzoom/2024-02/1"
    assert (empty / "wachtlijst_verzonnen-gegevens.csv").read_bytes().count(b"\n") == 1
    assert (tmp_path / "voorbeeld/ijsselzoom/2024-02/1/levering.json").exists()
    unknown = CliRunner().invoke(app, ["sample", "nergens", str(tmp_path)]).exception
    assert str(unknown).startswith("there is no institution 'nergens'; known are amstelmeer,")


def test_a_sample_is_never_in_the_name_of_a_real_institution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path))
    (tmp_path / "echt.yml").write_text(yaml.safe_dump(BASE | {"gi_code": "echt", "name": "Echte Instelling"}))

    result = CliRunner().invoke(app, ["sample", "echt", str(tmp_path / "uit")])

    assert result.exit_code == 0
    written = [path for path in (tmp_path / "uit").rglob("*") if path.is_file()]
    assert len(written) == 8 and all("voorbeeld" in path.parts for path in written)
    assert not any(b"Echte Instelling" in path.read_bytes() for path in written)
