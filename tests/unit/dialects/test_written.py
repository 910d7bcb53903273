"""What the thirteen write: files as their systems would make them, and planted defects as they stand."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from gi_monitor import institutions
from gi_monitor.dialects import MARK, File, encode
from gi_monitor.dialects.columns import columns_of, own_names
from gi_monitor.intake.translate import Dataset
from gi_monitor.synthetic.sample import sample_frames
from tests.unit.dialects.content import APRIL, Frames, delivered

KNOWN = institutions.load()
THIRTEEN = [each for each in KNOWN.values() if each.expected_on(APRIL.reference_date)]


def written(gi: str, dataset: str) -> bytes:
    return encode(KNOWN[gi], APRIL, sample_frames(APRIL))[dataset][1]


def lines(gi: str, dataset: str, encoding: str) -> list[str]:
    return written(gi, dataset).decode(encoding).splitlines()


def test_1_semicolons_day_first_decimal_comma() -> None:
    header, *rows = lines("haagrijn", "formatie", "cp1252")
    assert header.startswith("mw_sleutel;functie;dienstverb;skj_reg;fte_contr;fte_casel;verz_fte_dgn;dat_in_functie;")
    assert rows[0] == "voorbeeld-medewerker-01;jeugdbeschermer;vast;Ja;1,00;0,85;0,00;01-01-2021;;jeugdhulp;"


def test_2_commas_and_a_byte_order_mark() -> None:
    content = written("eemsland", "formatie")
    assert content.startswith(b"\xef\xbb\xbfmedewerkernr,functie,")
    assert "Zorgcoördinator" in content.decode()


def test_3_one_workbook_with_titles_above_real_dates() -> None:
    files = encode(KNOWN["waddenkust"], APRIL, sample_frames(APRIL))
    assert len(set(files.values())) == 1 and files["caseload"][0] == "levering_verzonnen-gegevens.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["caseload"][1]))
    assert book.sheet_names == ["Maatregelen", "Wachtlijst", "Formatie"]
    titles = [row[0] for row in book.get_sheet_by_name("Formatie").to_python()[:3]]
    assert titles == [MARK, "Regiecentrum Waddenkust", "verslagmaand 2024-04"]
    header, first, *_ = book.get_sheet_by_name("Maatregelen").to_python()[3:]
    row = dict(zip(header, first, strict=True))
    assert (row["Aanvang"], row["Type_maatregel"], row["Wisselingen_JB"]) == (date(2024, 1, 3), "11", 2.0)


def test_4_json_lines_in_gzip() -> None:
    first = json.loads(gzip.decompress(written("veluwerand", "formatie")).splitlines()[0])
    assert (first["skjGeregistreerd"], first["fteContract"], first["datumUitFunctie"]) == (True, 1.0, None)


def test_5_xml() -> None:
    content = lines("middenlinge", "formatie", "utf-8")
    assert content[:2] == ['<?xml version="1.0" encoding="utf-8"?>', "<Aanlevering>"]
    assert "<Dienstverband>Zelfstandig &lt;zzp&gt;</Dienstverband>" in content[8]
    assert content[2].startswith("<Regel><MedewerkerSleutel>") and content[-1] == "</Aanlevering>"


def test_6_parquet_with_types() -> None:
    table = pq.read_table(io.BytesIO(written("amstelmeer", "formatie")))
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["dt_uit_functie"], types["fte_contract"], types["ind_skj"]) == (
        "date32[day]",
        "decimal128(9, 2)",
        "bool",
    )
    assert table["fte_caseload"][0].as_py() == Decimal("0.85")
    empty = {name: frame.head(0) for name, frame in sample_frames(APRIL).items()}
    assert pq.read_table(io.BytesIO(encode(KNOWN["amstelmeer"], APRIL, empty)["formatie"][1])).schema == table.schema


def test_7_fixed_width() -> None:
    first, *_ = lines("ankerhuis", "wachtlijst", "ascii")
    assert (
        first
        == "voorbeeld-wachtplek-01  voorbeeld-maatregel-02  wachtlijst     2024031200000000"
        + " " * 20
        + "1 DIRECT      J"
    )


def test_8_pipes_and_labels() -> None:
    header, first, *_ = lines("ijsselzoom", "wachtlijst", "utf-8")
    assert header == "stay_key|measure_key|list|listed_on|delisted_on|delisting_reason|urgency|bridged"
    assert first.endswith("|Waiting list|2024-03-12|||Immediate danger|yes")
    assert "|Voorlopige OTS|2023-12-03|" in lines("ijsselzoom", "caseload", "utf-8")[2]


def test_9_csvs_in_a_zip_with_quoted_breaks() -> None:
    with zipfile.ZipFile(io.BytesIO(written("maasmond", "caseload"))) as archive:
        assert archive.namelist() == ["export/maatregelen.csv", "export/wachtlijst.csv", "export/formatie.csv"]
        assert b'"Datum eerste\ngesprek"' in archive.read("export/maatregelen.csv")
        assert b'"Datum ""vaste"" JB"' in archive.read("export/maatregelen.csv")
        assert b'"Zelfstandig\n(zzp)"' in archive.read("export/formatie.csv")


def test_10_ods_as_another_reader_sees_it() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(written("kennemerduin", "caseload")))
    rows = book.get_sheet_by_name("Formatie").to_python(skip_empty_area=False)
    assert [row[0] for row in rows[:4]] == [MARK, "De Gezinsbeschermers Kennemerduin", "verslagmaand 2024-04", ""]
    row = dict(zip(rows[4], rows[5], strict=True))
    assert (row["datum_in_functie"], row["Fte caseload"], row["SKJ"]) == (date(2021, 1, 1), 0.85, "Ja")


def test_11_unicode_text_with_dutch_months() -> None:
    content = lines("geuldal", "wachtlijst", "utf-16")
    assert "\t12 mrt 2024\t7 apr 2024\tvaste werker\t" in content[4]


def test_12_one_csv_for_all() -> None:
    files = encode(KNOWN["brugstichting"], APRIL, sample_frames(APRIL))
    assert len(set(files.values())) == 1
    content = files["caseload"][1].decode("cp1252").splitlines()
    assert content[0].startswith("recordsoort;maatregelnummer;cliëntnummer;")
    assert [line[:2] for line in content[1:]] == ["MR"] * 13 + ["WL"] * 8 + ["FM"] * 9


def test_13_pages_of_an_api() -> None:
    frames = sample_frames(APRIL)
    many = pd.concat([frames["caseload"]] * 40, ignore_index=True)
    content = encode(KNOWN["dommelpeel"], APRIL, frames | {"caseload": many})["caseload"][1].decode()
    assert [len(json.loads(page)["gegevens"]) for page in content.splitlines()] == [500, 20]


@pytest.mark.parametrize("institution", THIRTEEN, ids=lambda each: each.gi_code)
def test_the_same_bytes_each_time(institution: institutions.Institution) -> None:
    assert encode(institution, APRIL, sample_frames(APRIL)) == encode(institution, APRIL, sample_frames(APRIL))


def planted() -> Frames:
    frames = sample_frames(APRIL)
    frames["caseload"].loc[0, ["datum_aanvang", "provincie", "wisselingen_jeugdbeschermer"]] = [
        "31313131",
        "PV77",
        "nee",
    ]
    frames["caseload"].loc[1, ["machtiging_uithuisplaatsing", "kind_sleutel"]] = ["X", "123456789"]
    frames["formatie"].loc[0, ["fte_contract", "datum_in_functie"]] = ["9,9", "1959-12-31"]
    return frames


@pytest.mark.parametrize("institution", THIRTEEN, ids=lambda each: each.gi_code)
def test_a_planted_defect_stands_as_it_is(institution: institutions.Institution) -> None:
    read_back = delivered(institution, planted())

    caseload, staffing = read_back["caseload"], read_back["formatie"]
    assert rules(caseload) == [("R02", "31313131"), ("R03", "PV77"), ("R03", "X"), ("R04", "nee"), ("R06", "123456789")]
    assert [rule for rule, _ in rules(staffing)] == ["R02", "R04"]


def rules(dataset: Dataset) -> list[tuple[str, str | None]]:
    return sorted((found.rule, found.value) for found in dataset.findings if found.rule != "R01")


@pytest.mark.parametrize("gi", [each.gi_code for each in THIRTEEN if each.dialect.format != "fixed_width"])
def test_an_extra_column_and_one_that_is_left_out(gi: str) -> None:
    frames = sample_frames(APRIL)
    frames["formatie"] = frames["formatie"].drop(columns="herkomst").assign(naam="Jan")
    dialect = KNOWN[gi].dialect
    header = File(encode(KNOWN[gi], APRIL, frames)["formatie"][1], dialect).sheet("formatie").header
    assert "naam" in header and own_names(dialect, columns_of("formatie"))["herkomst"] not in header


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [("extra", "x", "no other, not extra"), ("PROVINCIE", "PV-1234", "PROVINCIE"), ("PROVINCIE", "a\nb", "PROVINCIE")],
)
def test_fixed_width_says_what_it_has_no_place_for(column: str, value: str, message: str) -> None:
    frames = sample_frames(APRIL)
    frames["caseload"] = frames["caseload"].assign(**{"provincie" if column == "PROVINCIE" else column: value})
    with pytest.raises(ValueError, match=message) as error:
        encode(KNOWN["ankerhuis"], APRIL, frames)
    assert value not in str(error.value) or value == "x"


@pytest.mark.parametrize("institution", THIRTEEN, ids=lambda each: each.gi_code)
def test_a_dataset_can_be_left_out(institution: institutions.Institution) -> None:
    frames = {name: frame for name, frame in sample_frames(APRIL).items() if name != "wachtlijst"}
    assert delivered(institution, frames).keys() == {"caseload", "formatie"}


def test_importing_the_package_imports_no_library_of_one_format(tmp_path: Path) -> None:
    import subprocess
    import sys

    heavy = ["pyarrow.parquet", "python_calamine", "xlsxwriter", "defusedxml", "psycopg", "airflow"]
    code = f"import sys, gi_monitor.dialects; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
