"""Reading cells of text in a dialect."""

import csv
import io
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor.institutions import DelimitedDialect, WorkbookDialect
from gi_monitor.intake.readers import UnreadableError, read

CSV = DelimitedDialect(delimiter=";", encoding="cp1252")
BOOK = WorkbookDialect(format="xlsx", sheets={"caseload": "Maatregelen"}, title_rows=2)


def workbook(rows: list[list[object]], sheet: str = "Maatregelen") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "d-m-yyyy"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return content.getvalue()


def test_delimited_keeps_text_and_the_numbers_that_the_institution_sees() -> None:
    sheet = read('sleutel;naam\n a ;"x;""y"""\n\n"b\nb";né\n'.encode("cp1252"), CSV, "caseload")

    assert sheet.header == ("sleutel", "naam")
    assert sheet.cells.to_numpy().tolist() == [[" a ", 'x;"y"'], ["b\nb", "né"]]
    assert sheet.numbers.tolist() == [2, 4]


def test_workbook_reads_real_dates_and_numbers_below_title_rows() -> None:
    content = workbook(
        [["Verzonnen gegevens"], [], ["datum", "fte", "code"], [datetime(2024, 3, 1), 0.9, "01"], [None, 1, ""]]
    )

    sheet = read(content, BOOK, "caseload")

    assert sheet.header == ("datum", "fte", "code")
    assert sheet.cells.to_numpy().tolist() == [["2024-03-01", "0.9", "01"], ["", "1", ""]]
    assert sheet.numbers.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("content", "dialect", "reason"),
    [
        (b"", CSV, "leeg"),
        ("sleutel\n\u20ac".encode("utf-8") + b"\x81", CSV, "tekenset"),
        (b"a;b\n1;2\n3", CSV, "afgebroken"),
        (b'a;b\n1;"2', CSV, "delimited"),
        (b"PK\x03\x04 no workbook", BOOK, "xlsx"),
        (workbook([[], [], ["a"]], sheet="Blad1"), BOOK, "werkblad Maatregelen ontbreekt"),
    ],
)
def test_what_is_not_in_the_dialect_is_unreadable(content: bytes, dialect: object, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(content, dialect, "caseload")  # type: ignore[arg-type]


@given(st.binary(max_size=300), st.sampled_from([CSV, DelimitedDialect(), BOOK]))
def test_random_bytes_are_read_or_unreadable_and_nothing_else(content: bytes, dialect: object) -> None:
    try:
        sheet = read(content, dialect, "caseload")  # type: ignore[arg-type]
    except UnreadableError:
        return
    assert len(sheet.cells.columns) == len(sheet.header)
    assert len(sheet.cells) == len(sheet.numbers)


@given(st.lists(st.lists(st.text(st.characters(codec="cp1252")), min_size=2, max_size=2), min_size=1))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])

    sheet = read(text.getvalue().encode("cp1252"), CSV, "caseload")

    assert sheet.cells.to_numpy().tolist() == [row for row in rows if any(row)]
