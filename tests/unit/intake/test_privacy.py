"""Screening whole deliveries: what must not be in them is found wherever it stands, and never repeated."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from gi_monitor import contracts, institutions
from gi_monitor.institutions import Institution
from gi_monitor.intake.identifiers import (
    holds_contact_detail,
    holds_service_number,
    is_free_text,
    names_an_attribute,
)
from gi_monitor.intake.judgement import Judgement, judge
from tests.builders import INSTITUTION, PLACE, Rows, files, good_rows, measure, text

from .test_judgement import MAY, judged, outcome

SERVICE_NUMBERS = ["111222333", "123456782", "999990019", "100000009"]
E_MAIL = "jan@voorbeeld.nl"
CHECKS = (names_an_attribute, holds_contact_detail, holds_service_number, is_free_text)
STORY = "vader belde gisteren boos op"


def privacy(judgement: Judgement) -> set[tuple[str, str, int | None, str | None]]:
    return {(f.rule, f.dataset, f.row, f.column) for f in judgement.findings if f.rule.startswith("P")}


def refused(judgement: Judgement, *secrets: str) -> None:
    """Refused as a whole, and none of what was found, or stands beside it, is repeated."""
    assert judgement.state == "rejected_privacy"
    assert (judgement.accepted, judgement.set_aside, judgement.mirror) == ({}, (), ())
    assert {f.value for f in judgement.findings} == {None}
    assert not any(secret in repr(judgement.findings) for secret in secrets)


def with_cells(dataset: str, **cells: str) -> Rows:
    rows = good_rows()
    rows[dataset][0] = {**rows[dataset][0], **cells}
    return rows


@pytest.mark.parametrize(
    ("rule", "dataset", "column", "value"),
    [
        ("P01", "caseload", "provincie", "123456782"),
        ("P01", "caseload", "datum_plan", "1234.56.782"),
        ("P01", "staffing", "fte_contract", "123456782"),
        ("P02", "waitlist", "urgentie", E_MAIL),
        ("P02", "staffing", "functie", "06-12345678"),
        ("P02", "caseload", "provincie", "2511 CW"),
        ("P04", "waitlist", "reden_van_lijst", STORY),
        ("P04", "caseload", "maatregel_sleutel", "m" * 65),
    ],
)
def test_in_a_cell(rule: str, dataset: str, column: str, value: str) -> None:
    judgement = judged(files(with_cells(dataset, **{column: value})))

    refused(judgement, value)
    delivered_as = contracts.load().datasets[dataset].delivered_as
    assert privacy(judgement) == {(rule, delivered_as, 2, column)}
    assert outcome(judgement, rule) == "FAIL"


def keyed(*keys: str) -> Rows:
    return good_rows() | {"caseload": [measure(n, kind_sleutel=key) for n, key in enumerate(keys, start=1)]}


def test_service_numbers_as_keys_are_found_and_chance_is_not() -> None:
    numbers = [f"k{number}" for number in SERVICE_NUMBERS]
    judgement = judged(files(keyed(*numbers)))
    refused(judgement, *numbers)
    assert privacy(judgement) == {("P01", "caseload", row, "kind_sleutel") for row in (2, 3, 4, 5)}

    # One in eleven serial numbers passes; that alone means nothing.
    serial = [f"kd-{number:09}" for number in range(1, 101)]
    assert judged(files(keyed(*serial))).state != "rejected_privacy"


def test_service_numbers_inside_keys_are_found_when_they_are_too_many() -> None:
    hidden = [f"k-{number}-{n}" for n, number in enumerate(SERVICE_NUMBERS)]
    judgement = judged(files(keyed(*hidden, *(f"k-{n:06}" for n in range(4)))))

    refused(judgement, *SERVICE_NUMBERS)
    assert privacy(judgement) == {("P01", "caseload", row, "kind_sleutel") for row in (2, 3, 4, 5)}


def test_a_column_that_names_an_attribute_even_when_it_is_empty() -> None:
    rows = good_rows()
    content = text("staffing", rows["staffing"]).splitlines()
    widened = "\n".join([f"{content[0]},Achternaam", *(f"{line}," for line in content[1:])]) + "\n"

    judgement = judged({**files(rows), "formatie.csv": widened.encode()})

    assert privacy(judgement) == {("P03", "formatie", None, "Achternaam")}
    assert "S04" in {f.rule for f in judgement.findings}


@pytest.mark.parametrize(
    "name", ["naam Jan Jansen", "naam_jansen", "naamJansen", "adres Kerkstraat 12", "bsn 123456782"]
)
def test_a_name_that_may_itself_be_the_finding_is_not_repeated(name: str) -> None:
    rows = good_rows()
    content = text("staffing", rows["staffing"]).splitlines()
    widened = "\n".join([f"{content[0]},{name}", *(f"{line},{E_MAIL}" for line in content[1:])]) + "\n"

    judgement = judged({**files(rows), "formatie.csv": widened.encode()})

    refused(judgement, E_MAIL, name, "ansen", "123456782", "Kerkstraat")
    assert ("P03", "formatie", None, "nummer 12") in privacy(judgement)
    assert ("P02", "formatie", 2, "kolom 12") in privacy(judgement)


def test_the_first_row_of_a_file_without_header_names_nobody() -> None:
    rows = good_rows()
    content = text("staffing", rows["staffing"]).splitlines()
    widened = "\n".join([f"{content[0]},Jan Jansen", *(f"{line},{E_MAIL}" for line in content[1:])]) + "\n"

    judgement = judged({**files(rows), "formatie.csv": widened.encode()})

    refused(judgement, E_MAIL, "Jansen")
    assert privacy(judgement) == {("P02", "formatie", row, "kolom 12") for row in (2, 3)}


def test_an_attribute_hidden_behind_a_synonym_of_the_dialect() -> None:
    dialect = INSTITUTION.dialect.model_copy(update={"columns": {"kind_sleutel": "bsn_kind"}})
    content = {name: part.replace(b"kind_sleutel", b"bsn_kind") for name, part in files(good_rows()).items()}

    judgement = judge(content, PLACE, INSTITUTION.model_copy(update={"dialect": dialect}), today=MAY)

    assert ("P03", "caseload", None, "bsn_kind") in privacy(judgement)


def test_a_long_label_of_the_code_map_is_no_free_text() -> None:
    label = "hoog, want er is direct gevaar"
    dialect = INSTITUTION.dialect.model_copy(update={"codes": {"urgentie": {label: "hoog"}}})
    institution = INSTITUTION.model_copy(update={"dialect": dialect})
    quoted = {
        name: part.replace(label.encode(), f'"{label}"'.encode())
        for name, part in files(with_cells_of_stay(label)).items()
    }
    manifest = json.loads(quoted["levering.json"])
    for file in manifest["bestanden"]:
        file["sha256"] = hashlib.sha256(quoted[file["bestand"]]).hexdigest()

    judgement = judge({**quoted, "levering.json": json.dumps(manifest).encode()}, PLACE, institution, today=MAY)

    assert judgement.state == "accepted"


def with_cells_of_stay(label: str) -> Rows:
    rows = good_rows()
    rows["waitlist"][0] = {**rows["waitlist"][0], "urgentie": label}
    return rows


# Beside the rows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "spoil"),
    [
        ("bestandsnaam", lambda delivered: delivered | {f"{E_MAIL}.csv": b""}),
        (
            "bestand dat niet in levering.json staat",
            lambda delivered: delivered | {"notities.txt": f"bel {E_MAIL}".encode()},
        ),
        ("bestand dat niet in levering.json staat", lambda delivered: delivered | {"lees.txt": STORY.encode()}),
        (
            "levering.json",
            lambda delivered: (
                delivered | {"levering.json": delivered["levering.json"].replace(b'"1.0"', f'"{E_MAIL}"'.encode())}
            ),
        ),
    ],
)
def test_beside_the_files(place: str, spoil: Callable[[dict[str, bytes]], dict[str, bytes]]) -> None:
    judgement = judged(spoil(files(good_rows())))

    refused(judgement, E_MAIL, STORY)
    assert privacy(judgement) == {("P05", "levering", None, place)}


def test_a_file_without_header_repeats_nothing_of_its_first_row() -> None:
    headless = f"{E_MAIL},m-000001\n{E_MAIL},m-000002\n".encode()

    judgement = judged({**files(good_rows()), "formatie.csv": headless})

    refused(judgement, E_MAIL, "m-000001")
    assert ("P05", "formatie", None, "kopregel") in privacy(judgement)


def test_a_broken_manifest_is_screened_too() -> None:
    judgement = judged({**files(good_rows()), "levering.json": f"{{gestuurd door {E_MAIL}".encode()})

    refused(judgement, E_MAIL)


def workbook(spoil: Callable[[Any, Any], None]) -> bytes:
    """The good rows in a workbook of three sheets, and something more."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for dataset, rows in good_rows().items():
            sheet = book.add_worksheet(contracts.load().datasets[dataset].delivered_as)
            for number, line in enumerate(text(dataset, rows).splitlines()):
                sheet.write_row(number, 0, line.split(","))
        spoil(book, sheet)
    return content.getvalue()


def hidden_sheet(book: Any, _sheet: Any) -> None:
    hidden = book.add_worksheet("Kladblok")
    hidden.write_number(4, 2, 123456782)
    hidden.hide()


def comment(_book: Any, sheet: Any) -> None:
    sheet.write_comment("B2", STORY)


def properties(book: Any, _sheet: Any) -> None:
    book.set_properties({"author": E_MAIL})


def sheet_name(book: Any, _sheet: Any) -> None:
    book.add_worksheet("2511 CW")


def title_far_away(_book: Any, sheet: Any) -> None:
    sheet.set_header(f"&L{STORY}")


def institution_with(dialect: dict[str, Any]) -> Institution:
    known = INSTITUTION.model_dump(mode="json", exclude={"dialect"})
    return Institution.model_validate(known | {"dialect": dialect})


SHEETS = {name: name for name in ("caseload", "wachtlijst", "formatie")}


def delivered_in(dialect: dict[str, Any], content: dict[str, bytes]) -> Judgement:
    """Judge files that stand for the datasets in a dialect; one file stands for all three."""
    rows = good_rows()
    manifest = json.loads(files(rows)["levering.json"])
    for file in manifest["bestanden"]:
        name = file["dataset"] if file["dataset"] in content else next(iter(content))
        file |= {"bestand": name, "sha256": hashlib.sha256(content[name]).hexdigest()}
    delivered = {**content, "levering.json": json.dumps(manifest).encode()}
    return judge(delivered, PLACE, institution_with(dialect), today=MAY)


def test_a_clean_workbook_is_accepted() -> None:
    clean = workbook(lambda _book, _sheet: None)
    assert delivered_in({"format": "xlsx", "sheets": SHEETS}, {"levering.xlsx": clean}).state == "accepted"


def prompt(_book: Any, sheet: Any) -> None:
    sheet.data_validation("B2:B9", {"validate": "any", "input_title": "Let op", "input_message": f"bel {E_MAIL}"})


def error_message(_book: Any, sheet: Any) -> None:
    sheet.data_validation(
        "B2:B9", {"validate": "integer", "criteria": ">", "value": 1, "error_message": f"bel {E_MAIL}"}
    )


def tooltip(book: Any, _sheet: Any) -> None:
    book.add_worksheet("Extra").write_url("Z2", "internal:caseload!A1", string="terug", tip=f"bel {E_MAIL}")


def hyperlink(book: Any, _sheet: Any) -> None:
    book.add_worksheet("Extra").write_url("Z2", f"mailto:{E_MAIL}", string="mail")


def number_in_runs(book: Any, _sheet: Any) -> None:
    bold = book.add_format({"bold": True})
    book.add_worksheet("Extra").write_rich_string("A1", "1234", bold, "56782", " ")


@pytest.mark.parametrize(
    "spoil",
    [
        hidden_sheet,
        comment,
        properties,
        sheet_name,
        title_far_away,
        prompt,
        error_message,
        tooltip,
        hyperlink,
        number_in_runs,
    ],
)
def test_in_a_workbook(spoil: Callable[[Any, Any], None]) -> None:
    judgement = delivered_in({"format": "xlsx", "sheets": SHEETS}, {"levering.xlsx": workbook(spoil)})

    refused(judgement, E_MAIL, STORY, "123456782", "2511")
    assert {rule for rule, *_ in privacy(judgement)} == {"P05"}


def rewritten(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same archive with other members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return packed.getvalue()


def test_in_a_part_of_a_workbook_in_another_encoding() -> None:
    def in_utf_16(name: str, part: bytes) -> bytes:
        return part.decode().replace("UTF-8", "UTF-16").encode("utf-16") if name == "docProps/core.xml" else part

    clean, spoilt = (rewritten(workbook(spoil), in_utf_16) for spoil in (lambda _book, _sheet: None, properties))
    dialect = {"format": "xlsx", "sheets": SHEETS}
    assert delivered_in(dialect, {"levering.xlsx": clean}).state == "accepted"
    refused(delivered_in(dialect, {"levering.xlsx": spoilt}), E_MAIL)


def test_a_picture_in_a_workbook_cannot_be_screened() -> None:
    content = io.BytesIO(workbook(lambda _book, _sheet: None))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG")

    judgement = delivered_in({"format": "xlsx", "sheets": SHEETS}, {"levering.xlsx": content.getvalue()})

    assert judgement.state == "rejected"
    assert {f.rule for f in judgement.findings} == {"S02"}


def canonical(dataset: str) -> bytes:
    known = contracts.load()
    name = known.dataset_delivered_as(dataset)
    return text(name, good_rows()[name]).encode()


def zipped(name: str, content: str, comment: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for dataset in SHEETS:
            archive.writestr(f"{dataset}.csv", canonical(dataset))
        if name:
            archive.writestr(name, content)
        archive.comment = comment.encode()
    return packed.getvalue()


ZIP = {"format": "delimited", "packaging": {"type": "zip", "members": {name: f"{name}.csv" for name in SHEETS}}}


def test_in_an_archive() -> None:
    assert delivered_in(ZIP, {"levering.zip": zipped("", "")}).state == "accepted"
    for spoilt in (zipped("lees.txt", STORY), zipped(f"{E_MAIL}.txt", ""), zipped("", "", comment=E_MAIL)):
        refused(delivered_in(ZIP, {"levering.zip": spoilt}), E_MAIL, STORY)


def with_member(**told: bytes) -> bytes:
    """A good archive in which one member has a comment or an extra field."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for dataset in SHEETS:
            info = zipfile.ZipInfo(f"{dataset}.csv")
            for name, said in told.items():
                setattr(info, name, said)
            archive.writestr(info, canonical(dataset))
    return packed.getvalue()


def test_in_what_an_archive_says_of_a_member() -> None:
    field = b"\xfe\xca" + len(E_MAIL).to_bytes(2, "little") + E_MAIL.encode()
    for spoilt in (with_member(comment=f"van {E_MAIL}".encode()), with_member(extra=field)):
        refused(delivered_in(ZIP, {"levering.zip": spoilt}), E_MAIL)


def test_bytes_before_and_after_an_archive_do_not_belong_to_it() -> None:
    good, more = zipped("", ""), f" {E_MAIL} ".encode()
    for spoilt in (more + good, good + more):
        judgement = delivered_in(ZIP, {"levering.zip": spoilt})
        assert judgement.state == "rejected"
        assert {f.rule for f in judgement.findings} == {"S02"}
        assert E_MAIL not in repr(judgement)


def test_bytes_between_the_members_of_an_archive() -> None:
    good = zipped("", "")
    at = good.index(b"PK\x01\x02")
    end = good.rindex(b"PK\x05\x06")
    more = f" {E_MAIL} ".encode()
    moved = int.from_bytes(good[end + 16 : end + 20], "little") + len(more)
    spoilt = good[:at] + more + good[at : end + 16] + moved.to_bytes(4, "little") + good[end + 20 :]
    refused(delivered_in(ZIP, {"levering.zip": spoilt}), E_MAIL)


def compressed(content: bytes, name: str = "") -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", fileobj=packed) as file:
        file.write(content)
    return packed.getvalue()


def test_in_a_second_header_of_gzip_and_after_it() -> None:
    dialect = {"format": "delimited", "packaging": {"type": "gzip"}}

    def packed(second: str, after: bytes = b"") -> dict[str, bytes]:
        content = {dataset: canonical(dataset) for dataset in SHEETS}
        return {name: compressed(part[:40]) + compressed(part[40:], second) + after for name, part in content.items()}

    assert delivered_in(dialect, packed("")).state == "accepted"
    assert delivered_in(dialect, packed("", bytes(512))).state == "accepted"
    refused(delivered_in(dialect, packed(f"{E_MAIL}.csv")), E_MAIL)
    judgement = delivered_in(dialect, packed("", E_MAIL.encode()))
    assert (judgement.state, E_MAIL in repr(judgement)) == ("rejected", False)


@pytest.mark.parametrize(
    "content",
    [
        E_MAIL.encode("utf-16"),
        E_MAIL.encode("utf-16-le"),
        E_MAIL.encode("utf-16-be"),
        E_MAIL.encode("utf-32"),
        compressed(E_MAIL.encode()),
        compressed(E_MAIL.encode("utf-16")),
        compressed(b"", f"{E_MAIL}.csv"),
        compressed(b"") + compressed(E_MAIL.encode()),
        zipped("notities.txt", E_MAIL),
        b"\x1f\x8bno gzip " + E_MAIL.encode(),
        b"PK no zip " + E_MAIL.encode(),
    ],
    ids=[
        "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gzip", "gzip of utf-16", "gzip name", "second gzip", "zip",
        "no gzip", "no zip",
    ],
)  # fmt: skip
def test_in_a_file_that_is_not_listed_whatever_its_encoding_and_packing(content: bytes) -> None:
    judgement = judged({**files(good_rows()), "notities": content})
    refused(judgement, E_MAIL)
    assert ("P05", "levering", None, "bestand dat niet in levering.json staat") in privacy(judgement)


def test_in_the_name_that_gzip_keeps() -> None:
    def packed(name: str) -> dict[str, bytes]:
        found = {}
        for dataset in SHEETS:
            content = io.BytesIO()
            with gzip.GzipFile(filename=name, mode="wb", fileobj=content) as file:
                file.write(canonical(dataset))
            found[dataset] = content.getvalue()
        return found

    dialect = {"format": "delimited", "packaging": {"type": "gzip"}}
    assert delivered_in(dialect, packed("caseload.csv")).state == "accepted"
    refused(delivered_in(dialect, packed(f"{E_MAIL}.csv")), E_MAIL)


def test_in_a_title_row() -> None:
    def titled(title: str) -> dict[str, bytes]:
        return {dataset: f"{title}\n".encode() + canonical(dataset) for dataset in SHEETS}

    dialect = {"format": "delimited", "title_rows": 1}
    assert delivered_in(dialect, titled("Stand 30 april 2024")).state == "accepted"
    refused(delivered_in(dialect, titled(f"gemaakt door {E_MAIL}")), E_MAIL)


def test_in_a_comment_of_xml() -> None:
    def marked(comment: str) -> dict[str, bytes]:
        found = {}
        for dataset in SHEETS:
            header, *lines = canonical(dataset).decode().splitlines()
            rows = (
                "".join(f"<{n}>{c}</{n}>" for n, c in zip(header.split(","), line.split(","), strict=True))
                for line in lines
            )
            body = "".join(f"<r>{row}</r>" for row in rows)
            found[dataset] = f"<x><!-- {comment} -->{body}</x>".encode()
        return found

    dialect = {"format": "xml", "root": "x", "row": "r"}
    assert delivered_in(dialect, marked("export 3")).state == "accepted"
    refused(delivered_in(dialect, marked(STORY)), STORY)


def test_in_the_envelope_of_a_page() -> None:
    def pages(envelope: dict[str, str]) -> dict[str, bytes]:
        found = {}
        for dataset in SHEETS:
            header, *lines = canonical(dataset).decode().splitlines()
            rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
            found[dataset] = json.dumps({"gegevens": rows, **envelope}).encode()
        return found

    dialect = {"format": "json_pages", "rows": "gegevens"}
    assert delivered_in(dialect, pages({"volgende": "?cursor=2"})).state == "accepted"
    refused(delivered_in(dialect, pages({"contact": E_MAIL})), E_MAIL)


def test_in_the_properties_of_parquet() -> None:
    def tables(metadata: dict[bytes, bytes]) -> dict[str, bytes]:
        found = {}
        for dataset in SHEETS:
            header, *lines = canonical(dataset).decode().splitlines()
            columns = list(zip(*(line.split(",") for line in lines), strict=True))
            table = pa.table(dict(zip(header.split(","), map(pa.array, columns), strict=True)))
            sink = pa.BufferOutputStream()
            pq.write_table(table.replace_schema_metadata(metadata), sink)
            found[dataset] = sink.getvalue().to_pybytes()
        return found

    def columns(metadata: dict[bytes, bytes]) -> dict[str, bytes]:
        found = {}
        for dataset, content in tables({}).items():
            table = pq.read_table(io.BytesIO(content))
            first = table.schema.field(0).with_metadata(metadata)
            sink = pa.BufferOutputStream()
            pq.write_table(table.cast(table.schema.set(0, first)), sink)
            found[dataset] = sink.getvalue().to_pybytes()
        return found

    assert delivered_in({"format": "parquet"}, columns({b"comment": b"sleutel"})).state == "accepted"
    for said in ({b"comment": E_MAIL.encode()}, {E_MAIL.encode(): b"x"}, {b"comment": STORY.encode()}):
        refused(delivered_in({"format": "parquet"}, columns(said)), E_MAIL, STORY)
    assert delivered_in({"format": "parquet"}, tables({b"versie": b"3"})).state == "accepted"
    refused(delivered_in({"format": "parquet"}, tables({b"maker": E_MAIL.encode()})), E_MAIL)


def test_no_institution_file_names_a_column_that_would_be_refused() -> None:
    for institution in institutions.load().values():
        for own in institution.dialect.columns.values():
            refusals = (
                names_an_attribute(own),
                holds_contact_detail(own),
                holds_service_number(own),
                is_free_text(own),
            )
            assert not any(refusals), (institution.gi_code, own)
