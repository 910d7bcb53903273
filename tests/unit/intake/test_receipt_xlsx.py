"""The workbook of a receipt: complete, and harmless whatever was delivered."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gi_monitor.documents import SYNTHETIC
from gi_monitor.intake.receipt import as_xlsx
from gi_monitor.intake.receipt.wording import visible
from tests.builders import files, good_rows
from tests.unit.intake.receipts import HOSTILE, found, good_receipt, receipt_of, with_findings

SHEETS = ["Samenvatting", "Per regel", "Bevindingen", "Spiegel"]


def sheet(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def assert_only_text(content: bytes) -> None:
    xml = parts(content)
    sheets = "".join(text for name, text in xml.items() if name.startswith("xl/worksheets/"))
    assert "<f>" not in sheets and "<f " not in sheets and "hyperlink" not in sheets
    quoted = [style for style in xml["xl/styles.xml"].split("<cellXfs")[1].split("<xf ")[1:] if "quotePrefix" in style]
    assert quoted
    assert not any("vbaProject" in name or "externalLink" in name for name in xml)


def test_it_has_four_sheets_and_the_mark_of_made_up_data_on_each() -> None:
    content = as_xlsx.workbook(good_receipt())

    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == SHEETS
    assert [sheet(content, name)[0][0] for name in SHEETS] == [SYNTHETIC] * 4
    assert SYNTHETIC in parts(content)["docProps/core.xml"]


def test_real_data_carries_no_mark() -> None:
    content = as_xlsx.workbook(replace(good_receipt(), synthetic=False))

    assert not any(SYNTHETIC in text for text in parts(content).values())
    assert sheet(content, "Bevindingen")[0][0] == "Regel"


def test_every_hostile_value_is_a_text_and_nothing_else() -> None:
    content = as_xlsx.workbook(with_findings(*(found(value, column=value) for value in HOSTILE)))

    rows = sheet(content, "Bevindingen")[2:]
    assert [row[5] for row in rows] == [visible(value) for value in HOSTILE]
    assert [row[4] for row in rows] == [visible(value) for value in HOSTILE]
    assert_only_text(content)


@given(st.text(st.characters(), min_size=1, max_size=50))
@settings(max_examples=25)
def test_any_value_can_be_written_and_read_back(value: str) -> None:
    content = as_xlsx.workbook(with_findings(found(value)))

    assert sheet(content, "Bevindingen")[2][5] == visible(value)
    assert_only_text(content)


def test_text_cells_are_quoted_so_that_editing_one_does_not_wake_a_formula() -> None:
    xml = parts(as_xlsx.workbook(with_findings(found("=1+1"))))
    styles = xml["xl/styles.xml"].split("<cellXfs")[1].split("</cellXfs>")[0].split("<xf ")[1:]
    cells = xml["xl/worksheets/sheet3.xml"].split("<c ")[1:]
    of_texts = [int(cell.split('s="')[1].split('"')[0]) for cell in cells if 't="s"' in cell]

    assert of_texts
    assert all('quotePrefix="1"' in styles[number] for number in of_texts)


def test_a_finding_without_a_value_shows_none() -> None:
    row = sheet(as_xlsx.workbook(with_findings(found(None, row=None, column=None))), "Bevindingen")[2]

    assert row[3:6] == ["", "", ""]


def test_the_list_can_be_filtered_and_keeps_its_header_in_sight() -> None:
    xml = parts(as_xlsx.workbook(with_findings(found("PV32"), found("PV33"))))["xl/worksheets/sheet3.xml"]

    assert 'autoFilter ref="A2:G4"' in xml
    assert 'pane ySplit="2"' in xml


def test_control_totals_are_numbers_beside_what_was_counted() -> None:
    rows = sheet(as_xlsx.workbook(receipt_of(files(good_rows(), {"maatregelen_actief": 4}))), "Samenvatting")

    assert ["maatregelen_actief", 4, 3, ""] in rows
    assert ["fte_caseload", 1.4, 1.4, "1,390 tot 1,410"] in rows


def test_more_findings_than_a_sheet_can_hold_are_told_on_the_first_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "LAST_ROW", 5)
    full, too_many = (as_xlsx.workbook(with_findings(*[found("PV32")] * number)) for number in (3, 4))

    assert (len(sheet(full, "Bevindingen")), len(sheet(too_many, "Bevindingen"))) == (5, 5)
    assert not any("de eerste 3 van" in str(row[0]) for row in sheet(full, "Samenvatting"))
    assert any("de eerste 3 van 4 bevindingen" in str(row[0]) for row in sheet(too_many, "Samenvatting"))


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert as_xlsx.workbook(with_findings(found("PV32"))) == as_xlsx.workbook(with_findings(found("PV32")))
