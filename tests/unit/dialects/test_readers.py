"""What each reader makes of a file: cells, the row numbers that the institution sees, and what it refuses."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from gi_monitor import contracts
from gi_monitor.dialects import File, Sheet, UnreadableError
from gi_monitor.dialects.ods import document
from gi_monitor.dialects.packaging import zipped
from gi_monitor.institutions import Institution
from gi_monitor.institutions.dialect import DELIVERED, Dialect
from gi_monitor.intake.translate import translate

LAYOUT = {"caseload": {"maatregel_sleutel": 4, "provincie": 5}, "wachtlijst": {"lijst": 3}, "formatie": {"functie": 3}}
SHEETS = {"caseload": "Maatregelen", "wachtlijst": "B", "formatie": "C"}
TOGETHER = {"column": "soort", "values": {"caseload": "1", "wachtlijst": "2", "formatie": "3"}}


def dialect(**fields: Any) -> Dialect:
    return Institution(gi_code="test", name="T", valid_from=date(2024, 1, 1), dialect=fields).dialect  # type: ignore[arg-type]


CSV = dialect(format="delimited", delimiter=";", encoding="cp1252")
FIXED = dialect(format="fixed_width", layout=LAYOUT, columns={"maatregel_sleutel": "Sleutel"})
LINES = dialect(format="json_lines", decimal=",")
PAGES = dialect(format="json_pages", rows="data")
XML = dialect(format="xml", root="r", row="x")
PARQUET = dialect(format="parquet", date="dd-mm-jjjj", decimal=",")
XLSX = dialect(format="xlsx", sheets=SHEETS, title_rows=2, date="d mmm jjjj")
ODS = dialect(format="ods")
ONE_CSV = dialect(format="delimited", record_type=TOGETHER)


def found(sheet: Sheet) -> tuple[tuple[str, ...], list[list[str]], list[int]]:
    return sheet.header, sheet.cells.to_numpy().tolist(), sheet.numbers.tolist()


def parquet(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def xlsx(rows: list[list[object]], sheet: str = "Maatregelen") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "d-m-yyyy"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return content.getvalue()


def ods(rows: str) -> bytes:
    table = f'<table:table table:name="A">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return zipped({"content.xml": document("content", body).encode()})


def text_cell(text: str, repeated: int = 1) -> str:
    return f'<table:table-cell table:number-columns-repeated="{repeated}"><text:p>{text}</text:p></table:table-cell>'


def row(cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def test_delimited_keeps_text_and_counts_lines() -> None:
    sheet = File('sleutel;naam\n a ;"x;""y"""\n\n"b\nb";né\nc;\n'.encode("cp1252"), CSV).sheet("caseload")

    assert found(sheet) == (("sleutel", "naam"), [[" a ", 'x;"y"'], ["b\nb", "né"], ["c", ""]], [2, 4, 6])


def test_title_rows_stand_above_the_header() -> None:
    content = b'Titel "met een quote\nnog; een\na,b\n1,2\n'

    assert found(File(content, dialect(format="delimited", title_rows=2)).sheet("caseload")) == (
        ("a", "b"),
        [["1", "2"]],
        [4],
    )


def test_an_empty_column_without_a_name_is_not_there() -> None:
    assert found(File(b"a;b;\n1;2;\n", CSV).sheet("caseload")) == (("a", "b"), [["1", "2"]], [2])


def test_fixed_width_has_the_names_of_the_dialect_and_counts_lines() -> None:
    sheet = File(b"m001PV28 \r\n\r\nm002PV299\r\n", FIXED).sheet("caseload")

    assert found(sheet) == (("Sleutel", "provincie"), [["m001", "PV28"], ["m002", "PV299"]], [1, 3])


def test_lines_of_fixed_width_may_differ_in_length_per_record_type() -> None:
    layout = {name: {"soort": 1, **widths} for name, widths in LAYOUT.items()}
    mixed = dialect(format="fixed_width", layout=layout, record_type=TOGETHER)
    content = b"2abc\n1m001PV28 \n2abd\n"

    assert found(File(content, mixed).sheet("wachtlijst")) == (("lijst",), [["abc"], ["abd"]], [1, 3])
    assert found(File(content, mixed).sheet("caseload"))[1:] == ([["m001", "PV28"]], [2])
    assert found(File(content, mixed).sheet("formatie")) == (("functie",), [], [])


def test_json_numbers_keep_every_digit_and_null_is_empty() -> None:
    content = b'{"a": 0.10, "b": true, "c": 12345678901234567890}\n\n{"a": null, "d": "x"}\n'

    header, rows, numbers = found(File(content, LINES).sheet("caseload"))

    assert header == ("a", "b", "c", "d")
    assert rows == [["0,10", "true", "12345678901234567890", ""], ["", "", "", "x"]]
    assert numbers == [1, 3]


def test_pages_are_read_one_after_the_other() -> None:
    content = b'{"data": [{"a": "1"}, {"a": "2"}], "next": "/2"}\n  {"data": [{"a": "3"}]}{"data": []}'

    assert found(File(content, PAGES).sheet("caseload")) == (("a",), [["1"], ["2"], ["3"]], [1, 2, 3])


def test_an_attribute_of_an_xml_row_is_a_column() -> None:
    rows = b'<!-- x --><x id="7"><a> 1 </a></x>\n<x><a/></x><x><a>&lt;</a></x>'
    content = b'<?xml version="1.0" encoding="utf-8"?><r>' + rows + b"</r>"

    assert found(File(content, XML).sheet("caseload")) == (("id", "a"), [["7", " 1 "], ["", "<"]], [1, 3])


def test_parquet_gives_typed_values_in_the_forms_of_the_dialect() -> None:
    content = parquet(
        d=pa.array([date(2024, 3, 1), None]),
        t=pa.array([datetime(2024, 3, 1), datetime(2024, 3, 1, 12)]),
        n=pa.array([1, None]),
        x=pa.array([Decimal("0.90"), None]),
        f=pa.array([0.1 + 0.2, 1.0]),
        b=pa.array([True, False]),
        s=pa.array(["é", ""]).dictionary_encode(),
        e=pa.nulls(2),
    )

    _, rows, numbers = found(File(content, PARQUET).sheet("caseload"))
    assert rows[0] == ["01-03-2024", "01-03-2024", "1", "0,90", "0,3", "true", "é", ""]
    assert rows[1] == ["", "2024-03-01 12:00:00", "", "", "1", "false", "", ""]
    assert numbers == [1, 2]


def test_xlsx_has_real_dates_and_numbers_below_its_titles() -> None:
    content = xlsx([["Titel"], [], ["d", "fte", "code"], [date(2024, 3, 1), 0.1 + 0.2, "01"], [], [None, 1, True]])

    sheet = File(content, XLSX).sheet("caseload")

    assert found(sheet) == (("d", "fte", "code"), [["1 mrt 2024", "0.3", "01"], ["", "1", "true"]], [4, 6])


def test_ods_repeats_what_is_repeated_and_has_text_in_parts() -> None:
    number = '<table:table-cell office:value-type="float" office:value="0.5"><text:p>½</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2024-03-01"/>'
    yes = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    note = "<office:annotation><text:p>note</text:p></office:annotation><text:p>z</text:p>"
    rows = [
        row(text_cell("a") + text_cell("<text:span>b</text:span><text:s/>b") + text_cell("c") + text_cell("d")),
        row('<table:table-cell table:number-columns-repeated="1024"/>', repeated=3),
        row(f"{number}{day}{yes}<table:table-cell>{note}</table:table-cell>", repeated=2),
        row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1048570),
    ]

    assert found(File(ods("".join(rows)), ODS).sheet("caseload")) == (
        ("a", "b b", "c", "d"),
        [["0.5", "2024-03-01", "true", "z"]] * 2,
        [5, 6],
    )


def test_a_record_type_gives_each_dataset_its_rows_and_what_should_not_be_there() -> None:
    header = "soort,maatregel_sleutel,provincie,lijst,functie,naam"
    content = f"{header}\n1,m1,PV28,,,\n2,m1,,wachtlijst,,\n3,,,,overig,Jan\n1,m2,PV29,oeps,,\n".encode()

    caseload = found(File(content, ONE_CSV).sheet("caseload"))
    assert caseload == (
        ("maatregel_sleutel", "provincie", "lijst", "naam"),
        [["m1", "PV28", "", ""], ["m2", "PV29", "oeps", ""]],
        [2, 5],
    )
    assert found(File(content, ONE_CSV).sheet("wachtlijst"))[0] == ("maatregel_sleutel", "lijst", "naam")
    assert found(File(content, ONE_CSV).sheet("formatie"))[1:] == ([["overig", "Jan"]], [4])


TYPED_LINES = dialect(format="json_lines", record_type=TOGETHER)


@pytest.mark.parametrize(
    ("content", "empty"),
    [(b"", LINES), (b'{"data": []}', PAGES), (b"<r/>", XML), (b'{"soort": "1"}', TYPED_LINES)],
    ids=["lines", "pages", "xml", "record type"],
)
def test_without_rows_no_column_is_missing(content: bytes, empty: Dialect) -> None:
    waitlist = translate(File(content, empty).sheet("wachtlijst"), contracts.load().datasets["waitlist"], empty)

    assert (len(waitlist.raw), waitlist.findings, waitlist.absent) == (0, (), frozenset())


MEMBERS = dict(zip(DELIVERED, "abc", strict=True))
IN_A_ZIP = dialect(format="delimited", packaging={"type": "zip", "members": MEMBERS})


def test_members_of_a_zip_and_gzip() -> None:
    assert found(File(zipped({"a": b"x\n1\n", "b": b"y\n2\n"}), IN_A_ZIP).sheet("wachtlijst")) == (("y",), [["2"]], [2])
    gz = dialect(format="delimited", packaging={"type": "gzip"})
    assert found(File(gzip.compress(b"x\n1\n"), gz).sheet("caseload")) == (("x",), [["1"]], [2])


NESTED = pa.array([[1], [2]])
REFUSED: list[tuple[str, bytes, Dialect, str]] = [
    ("nothing at all", b"", CSV, "leeg"),
    ("another encoding", "sleutel\n€".encode() + b"\x81", CSV, "geen cp1252"),
    ("no byte-order mark", "a,b".encode("utf-16-le"), dialect(format="delimited", encoding="utf-16"), "byte-order"),
    ("a byte-order mark", "\ufeffa,b".encode(), dialect(format="delimited"), "byte-order mark"),
    ("half a UTF-16 sign", "a,b".encode("utf-16")[:-1], dialect(format="delimited", encoding="utf-16"), "geen utf-16"),
    ("a broken row", b"a;b\n1;2\n3", CSV, "rij 3 .* afgebroken"),
    ("an open quote", b'a;b\n1;"2', CSV, "beschadigd of geen delimited"),
    ("a doubled column", b"a;b; a\n1;2;3\n", CSV, "kolom 1 en kolom 3"),
    ("a nameless column", b"a;;b\n1;2;3\n", CSV, "kolom 2 heeft geen naam"),
    ("a NUL", b"a;b\n1;\0\n", CSV, "geen tekst"),
    ("a half surrogate", b'{"a": "\\ud800"}', LINES, "geen tekst"),
    ("a short line", b"m001PV2", FIXED, "regel 1 telt niet 9"),
    ("a doubled key", b'{"a": 1, "a": 2}', LINES, "twee keer"),
    ("a key doubled by spaces", b'{"a": 1, "a ": 2}', LINES, "dezelfde naam"),
    ("nested JSON", b'{"a": {"b": 1}}', LINES, "geen losse waarde"),
    ("a list", b'{"a": [1]}', LINES, "geen losse waarde"),
    ("a row that is no object", b"[1]", LINES, "rij 1 is geen object"),
    ("deep JSON", b"[" * 100_000, LINES, "beschadigd"),
    ("a page without rows", b'{"rows": []}', PAGES, "geen lijst data"),
    ("a page cut off", b'{"data": []} {"data":', PAGES, "beschadigd"),
    ("another root", b"<q><x/></q>", XML, "geen element r"),
    ("an attribute of the root", b'<r a="1"/>', XML, "geen element r"),
    ("another row", b"<r><y/></r>", XML, "geen element x"),
    ("a doubled child", b"<r><x><a/><a/></x></r>", XML, "twee keer"),
    ("a child that is an attribute too", b'<r><x a="1"><a/></x></r>', XML, "twee keer"),
    ("nested XML", b"<r><x><a><b/></a></x></r>", XML, "element of een kenmerk"),
    ("an attribute of a column", b'<r><x><a b="1"/></x></r>', XML, "element of een kenmerk"),
    ("text beside the columns", b"<r><x><a/>tekst</x></r>", XML, "alleen kolommen"),
    ("an entity", b'<!DOCTYPE r [<!ENTITY e "x">]><r><x><a>&e;</a></x></r>', XML, "DTDForbidden"),
    ("an external entity", b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', XML, "DTDForbidden"),
    ("deep XML", b"<r>" + b"<x>" * 100_000, XML, "beschadigd"),
    ("nested Parquet", parquet(a=NESTED), PARQUET, "geen losse waarde"),
    ("bytes in Parquet", parquet(a=pa.array([b"x"])), PARQUET, "geen losse waarde"),
    ("Parquet without columns", parquet(), PARQUET, "geen kolommen"),
    ("no workbook", b"PK\x03\x04 no workbook", XLSX, "beschadigd of geen xlsx"),
    ("another sheet", xlsx([[], [], ["a"]], sheet="Blad1"), XLSX, "werkblad Maatregelen ontbreekt"),
    ("only titles", xlsx([["Titel"]]), XLSX, "leeg"),
    ("content beside the columns", ods(row(text_cell("a")) + row(text_cell("1", 2))), ODS, "kolom 2 heeft geen naam"),
    ("no member", zipped({"b": b"x"}), IN_A_ZIP, "onderdeel a ontbreekt"),
    ("no record type", b"a,b\n1,2\n", ONE_CSV, "kolom soort"),
    ("an unknown record type", b"soort,b\n1,2\n9,3\n", ONE_CSV, "rij 3"),
]


@pytest.mark.parametrize(("content", "of", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_not_in_the_dialect_is_unreadable(content: bytes, of: Dialect, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        File(content, of).sheet("caseload")


def test_a_panic_of_the_workbook_library_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(_content: object) -> None:
        raise PanicException

    monkeypatch.setattr("gi_monitor.dialects.xlsx.CalamineWorkbook.from_filelike", panic, raising=False)
    with pytest.raises(UnreadableError, match="beschadigd"):
        File(xlsx([[], [], ["a"]]), XLSX).sheet("caseload")


def test_no_message_repeats_content() -> None:
    secret = "geheim123456782"
    for content, of in [
        (f'{{"a": "{secret}"'.encode(), LINES),
        (f"<r><x>{secret}</x></r>".encode(), XML),
        (f"{secret};{secret}\n1;2".encode(), CSV),
        (f"soort,b\n{secret},2\n".encode(), ONE_CSV),
        (json.dumps({"a": [secret]}).encode(), LINES),
    ]:
        with pytest.raises(UnreadableError) as error:
            File(content, of).sheet("caseload")
        assert secret not in str(error.value)
