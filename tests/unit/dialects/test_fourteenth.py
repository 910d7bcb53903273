"""A fourteenth institution with any mix of features is one YAML file more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gi_monitor import contracts, institutions
from gi_monitor.dialects.check import problems
from gi_monitor.dialects.columns import columns_of
from gi_monitor.institutions.dialect import DELIVERED
from gi_monitor.intake.judgement import judge
from gi_monitor.intake.transport import Place
from gi_monitor.synthetic.sample import write_sample
from tests.unit.dialects.content import APRIL

TOGETHER = {"column": "recordsoort", "values": {"caseload": "1", "wachtlijst": "2", "formatie": "3"}}
APART = {"caseload": "in/caseload.x", "wachtlijst": "in/wachtlijst.x", "formatie": "in/formatie.x"}
SHEETS = {"caseload": "Maatregelen", "wachtlijst": "Wachtenden", "formatie": "Medewerkers"}
YES_NO = {"Ja": "J", "Nee": "N"}
BOOLEAN = {"true": "J", "false": "N"}
ENGLISH = {column.name: column.warehouse.replace("_", " ").title() for of in DELIVERED for column in columns_of(of)}
LABELS = {
    name: {f"{code.label_nl[:20].strip()} ({code.code})": code.code for code in codes.values()}
    for name, codes in contracts.load().codes.items()
}


def members(*, together: bool) -> dict[str, Any]:
    return {"type": "zip", "members": dict.fromkeys(DELIVERED, "alles.x") if together else APART}


def layout(*, record_type: bool) -> dict[str, dict[str, int]]:
    first = {"recordsoort": 3} if record_type else {}
    return {of: first | {column.name: 60 for column in columns_of(of)} for of in DELIVERED}


MIXES: dict[str, dict[str, Any]] = {
    "json lines, zip, record type, Dutch months, comma": {
        "format": "json_lines", "packaging": members(together=True), "record_type": TOGETHER,
        "date": "d mmm jjjj", "decimal": ",", "columns": ENGLISH, "codes": LABELS,
    },
    "pipes, utf-16, title rows, gzip, labels": {
        "format": "delimited", "delimiter": "|", "encoding": "utf-16", "title_rows": 5, "packaging": {"type": "gzip"},
        "codes": LABELS, "flags": YES_NO, "empty_date": "-",
    },
    "fixed width, gzip, record type": {
        "format": "fixed_width", "layout": layout(record_type=True), "packaging": {"type": "gzip"},
        "record_type": TOGETHER, "date": "dd-mm-jjjj", "decimal": ",", "encoding": "cp1252", "codes": LABELS,
    },
    "ODS, a workbook per dataset in a zip, English columns": {
        "format": "ods", "packaging": members(together=False), "columns": ENGLISH, "title_rows": 1, "flags": BOOLEAN,
    },
    "Parquet in a zip, with a sign for an empty date": {
        "format": "parquet", "packaging": members(together=False), "empty_date": "00000000", "date": "jjjjmmdd",
    },
    "one Parquet table with a record type": {"format": "parquet", "record_type": TOGETHER, "flags": BOOLEAN},
    "XML, record type, gzip, utf-16": {
        "format": "xml", "root": "r", "row": "x", "record_type": TOGETHER, "packaging": {"type": "gzip"},
        "encoding": "utf-16", "codes": LABELS,
    },
    "XLSX, one sheet with a record type and titles": {
        "format": "xlsx", "record_type": TOGETHER, "title_rows": 2, "codes": LABELS, "date": "d mmm jjjj",
    },
    "XLSX with sheets, in a zip": {"format": "xlsx", "sheets": SHEETS, "packaging": members(together=True)},
    "API pages in a zip, with a record type": {
        "format": "json_pages", "rows": "data", "record_type": TOGETHER, "packaging": members(together=True),
    },
    "semicolons and a record type, decimal comma, titles, a byte-order mark": {
        "format": "delimited", "delimiter": ";", "record_type": TOGETHER, "title_rows": 3, "decimal": ",",
        "encoding": "utf-8-sig", "date": "jjjjmmdd", "empty_date": "00000000",
    },
}  # fmt: skip


def deliver(dialect: dict[str, Any], folder: Path) -> None:
    """The sample and the empty delivery of an institution that is one file in a folder of its own are accepted."""
    path = folder / "veertiende.yml"
    content = {"gi_code": "veertiende", "name": "De Veertiende", "synthetic": True, "valid_from": "2024-01-01"}
    path.write_text(
        yaml.safe_dump(content | {"dialect": dialect}, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    institution = institutions.load()["veertiende"]
    assert problems(institution) == []
    for place in write_sample(institution, APRIL, folder):
        files = {file.name: file.read_bytes() for file in place.iterdir()}
        where = Place("veertiende", APRIL, 1)
        judgement = judge(files, where, institution, last_sequence=None, today=APRIL.due)
        assert (judgement.state, judgement.findings) == ("accepted", ())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("mix", MIXES)
def test_a_mix_that_nobody_used_before(mix: str, folder: Path) -> None:
    deliver(MIXES[mix], folder)


FORMATS: list[dict[str, Any]] = [
    {"format": "delimited"},
    {"format": "fixed_width"},
    {"format": "json_lines"},
    {"format": "json_pages", "rows": "rijen"},
    {"format": "xml", "root": "levering", "row": "rij"},
    {"format": "parquet"},
    {"format": "xlsx"},
    {"format": "ods"},
]


@st.composite
def mixes(draw: st.DrawFn) -> dict[str, Any]:
    """One of every axis."""

    def one(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    dialect = dict(one(*FORMATS)) | {
        "date": one("jjjj-mm-dd", "dd-mm-jjjj", "jjjjmmdd", "d mmm jjjj"),
        "empty_date": one("", "00000000", "n.v.t."),
        "decimal": one(".", ","),
        "flags": one({"J": "J", "N": "N"}, YES_NO, BOOLEAN),
        "codes": one({}, LABELS),
    }
    told_apart = one({}, {"record_type": TOGETHER}, {"sheets": SHEETS} if dialect["format"] in ("xlsx", "ods") else {})
    dialect |= told_apart
    dialect["packaging"] = one({"type": "none"}, {"type": "gzip"}, members(together=bool(told_apart)))
    if dialect["format"] in ("delimited", "xlsx", "ods"):
        dialect["title_rows"] = one(0, 1, 4)
    if dialect["format"] == "delimited":
        dialect["delimiter"] = one(",", ";", "|", "\t")
    if dialect["format"] == "fixed_width":
        dialect["layout"] = layout(record_type=bool(told_apart))
    if dialect["format"] not in ("parquet", "xlsx", "ods"):
        dialect["encoding"] = one("utf-8", "utf-8-sig", "cp1252", "utf-16")
    if dialect["format"] != "xml":
        dialect["columns"] = one({}, ENGLISH)
    return dialect


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dialect=mixes())
def test_any_mix(dialect: dict[str, Any], folder: Path) -> None:
    deliver(dialect, folder)
