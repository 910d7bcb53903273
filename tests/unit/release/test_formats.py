"""Every format is read back by a library of its own field, and gives the observations of the CSV."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import pyarrow.parquet as pq
import pyshacl
import pytest
import rdflib
from python_calamine import CalamineWorkbook
from rdflib import DCTERMS, RDF

from gi_monitor import indicators, settings
from gi_monitor.clock import AMSTERDAM
from gi_monitor.disclosure import control
from gi_monitor.disclosure.observation import COLUMNS, Key, Observation
from gi_monitor.indicators import Audience
from gi_monitor.release import catalogue, files, formats
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.formats import dcat
from gi_monitor.release.formats.about import About
from gi_monitor.release.formats.changelog import Changes, Entry
from gi_monitor.release.response import Institution, Response, SetAside
from gi_monitor.release.versions import Version
from tests.unit.disclosure.exact import PATH, exact

SHAPES = settings.load().home.parent / "shared" / "reference" / "dcat-ap-nl"
ABOUT = About(
    release_id="2024-T3",
    version="1.0.0",
    reference_date=date(2024, 12, 31),
    published=datetime(2025, 2, 6, 9, 30, tzinfo=AMSTERDAM),
    synthetic=True,
    catalogue=catalogue.load(),
)
RESPONSE = Response(
    institutions=(Institution("haagrijn", "Haag & Rijn", True), Institution("waddenkust", "Waddenkust", False)),
    due=date(2025, 1, 15),
    last_accepted=date(2025, 1, 20),
    late=1,
    months=8,
    replaced=2,
    set_aside=(SetAside("caseload", 0.012), SetAside("formatie", None)),
)
CHANGES = Changes(
    versions=[
        Entry(Version.of("1.0.0"), date(2025, 2, 6), "aan de beurt"),
        Entry(Version.of("1.1.0"), date(2025, 3, 6), "haagrijn leverde december opnieuw"),
    ],
    announced=[],
    differences=[],
)
Row = Mapping[str, Any]
CODED = ("institution", "component", "breakdown", "category", "status", "revision_status")


def published() -> list[Observation]:
    """Two periods of the nation and an institution, with every status that the rules give."""
    periods = ("2024-T2", "2024-T3")
    rows = [
        row for period in periods for place in ("NL", "haagrijn") for row in exact(period, place, {"W1.children": 3})
    ]
    rows = [replace(row, revision_status="final") if row.period == "2024-T2" else row for row in rows]
    return control.apply(rows, indicators.load(), PATH)


def write(folder: Path) -> list[Observation]:
    (folder / "public").mkdir(parents=True)
    (folder / "restricted").mkdir()
    return formats.write(folder, published(), indicators.load(), RESPONSE, CHANGES, ABOUT)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write(folder)
    return folder


@pytest.fixture(scope="module")
def public(trees: Path) -> Path:
    return trees / "public"


@pytest.fixture(scope="module")
def rows(public: Path) -> list[Row]:
    return read_csv(public / "data" / "observations.csv")


def read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def comparable(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Observations as what they say, in one order, whatever the format wrote numbers and days like."""
    return sorted(tuple(said(row[column]) for column in COLUMNS) for row in rows)


def said(cell: Any) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    try:
        return f"{Decimal(str(cell)).normalize():f}"
    except ArithmeticError:
        return str(cell)


def from_sheets(sheets: Mapping[str, list[list[Any]]], public: Path) -> list[Row]:
    """The observations in a workbook, their words turned back into codes by ``dictionary.csv``."""
    entries = read_csv(public / "dictionary.csv")
    columns = {e["label_nl"].capitalize(): e["column"] for e in entries if not e["code"]}
    codes = {(e["column"], e["within"], e["label_nl"]): e["code"] for e in entries if e["code"]}
    assert len(codes) == sum(bool(e["code"]) for e in entries)
    units = {(e["within"], e["code"]): e["unit_nl"] for e in entries if e["column"] == "component"}
    found = []
    for indicator in {e["code"] for e in entries if e["column"] == "indicator"} & sheets.keys():
        _, header, *lines = sheets[indicator]
        for line in lines:
            row = {columns.get(name, name): cell for name, cell in zip(header, line, strict=True)}
            row["indicator"] = indicator
            for column in CODED:
                within = {"component": indicator, "category": row["breakdown"]}.get(column, "")
                row[column] = codes[column, within, row[column]]
            assert row.pop("Eenheid") == units[indicator, row["component"]]
            found.append(row)
    return found


def xlsx(public: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(public / "data" / "tables.xlsx")


def ods(public: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(public / "data" / "tables.ods"))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_parquet_says_what_the_csv_says(public: Path, rows: list[Row]) -> None:
    table = pq.read_table(public / "data" / "observations.parquet")
    assert comparable(table.to_pylist()) == comparable(rows)


def test_the_workbook_for_excel_says_what_the_csv_says(public: Path, rows: list[Row]) -> None:
    sheets = {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in xlsx(public)}
    assert comparable(from_sheets(sheets, public)) == comparable(rows)


def test_the_workbook_for_libreoffice_says_what_the_csv_says(public: Path, rows: list[Row]) -> None:
    assert comparable(from_sheets(ods(public), public)) == comparable(rows)


def test_both_workbooks_are_the_same_sheet_by_sheet(public: Path) -> None:
    excel = {s.title: [[said(c) for c in line] for line in s.iter_rows(values_only=True)] for s in xlsx(public)}
    assert excel == {name: [[said(c) for c in line] for line in lines] for name, lines in ods(public).items()}
    assert list(excel)[:4] == ["Voorblad", "Inhoud", "Toelichting", "C1"]


def test_a_workbook_can_be_read_by_a_screen_reader(public: Path) -> None:
    for sheet in xlsx(public):
        [table] = sheet.tables.values()
        assert table.ref == f"A2:{sheet.dimensions.split(':')[1]}"
        header, *lines = list(sheet.iter_rows(min_row=2, values_only=True))
        assert len(set(header)) == len(header) and all(header)
        assert all(any(cell is not None for cell in line) for line in lines)
        assert not sheet.merged_cells.ranges
        assert all(cell.alignment.wrap_text for cell in sheet[3] if isinstance(cell.value, str))
        assert sheet.title == "Voorblad" or sheet.freeze_panes == "A3"
    with zipfile.ZipFile(public / "data" / "tables.ods") as archive:
        content = archive.read("content.xml").decode()
    assert "covered-table-cell" not in content and "spanned" not in content
    assert content.count("<table:table-header-rows>") == content.count("<table:table ") == len(xlsx(public).sheetnames)


def test_numbers_are_numbers_and_an_empty_value_has_its_status_in_words(public: Path) -> None:
    header, *lines = list(xlsx(public)["W1"].iter_rows(min_row=2, values_only=True))
    value, status = header.index("Waarde"), header.index("Status")
    shown = {line[status]: line[value] for line in lines}

    assert shown["onderdrukt, klein aantal"] is None
    assert isinstance(shown["waargenomen"], int)
    assert isinstance(xlsx(public)["C3"].cell(3, 7).value, float)
    notes = {line[1] for line in xlsx(public)["Toelichting"].iter_rows(values_only=True)}
    assert notes >= shown.keys()


def test_the_data_package_is_valid_and_a_code_it_does_not_declare_is_found(public: Path, tmp_path: Path) -> None:
    report = frictionless.validate(str(public / "datapackage.json"))
    assert report.valid, report.flatten(["message"])
    package = json.loads((public / "datapackage.json").read_text())
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [resource["name"] for resource in package["resources"]] == [
        "observations", "dictionary", "observations-parquet",
    ]  # fmt: skip

    broken = tmp_path / "broken"
    subprocess.run(["cp", "-r", public, broken], check=True)
    path = broken / "data" / "observations.csv"
    path.write_text(path.read_text().replace(",suppressed_primary,", ",geheim,", 1))
    assert "geheim" in str(frictionless.validate(str(broken / "datapackage.json")).flatten(["message"]))


@pytest.mark.parametrize("tree", ["public", "restricted"])
def test_dictionary_and_data_agree_both_ways(trees: Path, tree: str) -> None:
    data = read_csv(trees / tree / "data" / "observations.csv")
    entries = read_csv(trees / tree / "dictionary.csv")

    assert [e["column"] for e in entries if not e["code"]] == list(COLUMNS)
    for column, within in [("indicator", ""), ("institution", ""), ("component", "indicator"), ("breakdown", "")]:
        used = {(row.get(within, ""), row[column]) for row in data}
        assert used == {(e["within"], e["code"]) for e in entries if e["column"] == column and e["code"]}
    used = {(row["breakdown"], row["category"]) for row in data}
    assert used == {(e["within"], e["code"]) for e in entries if e["column"] == "category" and e["code"]}
    for column in ("status", "revision_status"):
        assert {row[column] for row in data} <= {e["code"] for e in entries if e["column"] == column}
    assert all(e["label_nl"] and e["label_en"] for e in entries)
    assert all(e["meaning_nl"] and e["meaning_en"] for e in entries if e["column"] == "indicator")
    assert all(
        e["unit_nl"] and e["unit_en"] and e["decimals"] for e in entries if e["column"] == "component" and e["code"]
    )


def test_institutions_are_named_in_the_restricted_dictionary_alone(trees: Path) -> None:
    named = {e["code"]: e["label_nl"] for e in read_csv(trees / "restricted" / "dictionary.csv")}
    assert named["haagrijn"] == "Haag & Rijn"
    assert "haagrijn" not in {e["code"] for e in read_csv(trees / "public" / "dictionary.csv")}


def test_an_indicator_whose_institutions_are_public_is_told_by_institution_in_every_format(tmp_path: Path) -> None:
    known = indicators.load()
    open_to_all = known.indicators["C3"].model_copy(update={"audience": Audience(institution="public")})
    for tree in ("public", "restricted"):
        (tmp_path / tree).mkdir()
    opened = replace(known, indicators={**known.indicators, "C3": open_to_all})
    formats.write(tmp_path, published(), opened, RESPONSE, CHANGES, ABOUT)

    public = tmp_path / "public"
    rows = read_csv(public / "data" / "observations.csv")
    assert {row["indicator"] for row in rows if row["institution"] == "haagrijn"} == {"C3"}
    assert comparable(from_sheets(ods(public), public)) == comparable(rows)
    assert frictionless.validate(str(public / "datapackage.json")).valid


def test_both_catalogue_descriptions_say_the_same(public: Path) -> None:
    turtle = rdflib.Graph().parse(public / "dcat.ttl")
    assert turtle.isomorphic(rdflib.Graph().parse(public / "dcat.jsonld"))
    [dataset] = turtle.subjects(RDF.type, dcat.DCAT.Dataset)
    [series] = turtle.subjects(RDF.type, dcat.DCAT.DatasetSeries)
    assert (dataset, dcat.DCAT.inSeries, series) in turtle
    sums = {str(value) for value in turtle.objects(None, dcat.SPDX.checksumValue)}
    assert sums == {files.sha256(path) for path in (public / "data").iterdir()}


@pytest.mark.skipif(not SHAPES.exists(), reason="the shapes of DCAT-AP-NL are not part of this project")
def test_the_catalogue_description_passes_the_shapes_of_dcat_ap_nl(public: Path) -> None:
    shapes = rdflib.Graph()
    for path in SHAPES.glob("*.ttl"):
        shapes.parse(path)
    described = rdflib.Graph().parse(public / "dcat.ttl")

    for graph in (described, dcat.catalog([described], ABOUT.catalogue)):
        passed, _, report = pyshacl.validate(graph, shacl_graph=shapes, allow_warnings=True)
        assert passed, report
    described.remove((None, DCTERMS.identifier, None))
    assert not pyshacl.validate(described, shacl_graph=shapes, allow_warnings=True)[0]


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, names in dcat.MANDATORY.items() for n in names], ids=str)
def test_without_a_mandatory_property_nothing_is_written(public: Path, kind: Any, name: Any) -> None:
    described = rdflib.Graph().parse(public / "dcat.ttl")
    graph = dcat.catalog([described], ABOUT.catalogue)
    for node in list(graph.subjects(RDF.type, kind)):
        graph.remove((node, name, None))

    with pytest.raises(ReleaseError, match=f"has no .*{name.split('/')[-1].split('#')[-1]}"):
        dcat.texts("dcat", graph)


def test_the_quality_report_tells_the_facts_in_both_languages(public: Path, rows: list[Row]) -> None:
    report = json.loads((public / "quality.json").read_text())
    text = {heading["code"]: (heading["text_nl"], heading["text_en"]) for heading in report["headings"]}

    assert [*text] == [f"S.{number}" for number in range(1, 20)]
    dutch, english = text["S.13"]
    assert dutch.startswith("1 van de 2 verwachte instellingen leverden") and "Niet geleverd: Waddenkust." in dutch
    assert "caseload 1,2%; formatie minder dan vijf rijen." in dutch
    assert "caseload 1.2 %; formatie fewer than five rows." in english
    assert "aanvaard op 20 januari 2025, 5 dagen na die dag; 1 van 1" in text["S.14"][0]
    assert "accepted on 20 January 2025, 5 days after that day" in text["S.14"][1]
    assert "Tussen peildatum en publicatie liggen 37 dagen." in text["S.14"][0]
    assert "bij 2 van 8 leveringen" in text["S.17"][0]
    final = sum(row["revision_status"] == "final" for row in rows)
    assert report["facts"]["final"] == final > 0
    assert report["facts"]["figures"] == len(rows)
    assert report["facts"]["suppressed"] == sum(row["status"].startswith("suppressed") for row in rows) > 0
    html = (public / "quality.html").read_text()
    assert all(heading["text_en"].replace("&", "&amp;").replace("'", "&#39;") in html for heading in report["headings"])
    assert '<th scope="row">Haag &amp; Rijn</th><td>ja</td>' in html
    assert '<th scope="row">Waddenkust</th><td>nee</td>' in html


def test_what_users_are_told_to_run_runs(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (settings.load().home / "docs" / "data.md").read_text()
    code = guide.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(public)
    found: dict[str, Any] = {}
    exec(code, found)
    assert found["workload"]["value"].tolist() == [13.2, 13.2]


def test_the_changelog_tells_every_version_the_last_first_in_both_languages(public: Path) -> None:
    text = (public / "changelog.md").read_text()
    assert "aan de beurt" not in text
    assert text.index("## 1.1.0, 6 maart 2025") < text.index("haagrijn leverde december opnieuw")
    assert text.index("## 1.1.0, 6 maart 2025") < text.index("revisions.csv") < text.index("## 1.0.0, 6 februari 2025")
    assert "*First publication.*" in text and "verzonnen gegevens" in text


def test_another_process_at_another_time_writes_the_same_bytes(trees: Path, tmp_path: Path) -> None:
    code = f"from pathlib import Path; from {__name__} import write; write(Path({str(tmp_path / 'again')!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    environment["PYTHONPATH"] = os.pathsep.join([str(settings.load().home), *sys.path])
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    def content(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert content(tmp_path / "again") == content(trees)
    for name in ("tables.xlsx", "tables.ods"):
        with zipfile.ZipFile(trees / "public" / "data" / name) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_key_of_an_observation_is_that_of_the_data_package(public: Path) -> None:
    package = json.loads((public / "datapackage.json").read_text())
    assert package["resources"][0]["schema"]["primaryKey"] == list(Key._fields)
