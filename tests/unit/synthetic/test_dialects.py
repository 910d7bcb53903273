"""The three dialects, and the fifteen institution files that use them."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, datetime

import pandas as pd
import pytest

from gi_monitor import contracts, institutions
from gi_monitor.institutions import Institution
from gi_monitor.month import Month
from gi_monitor.synthetic.dialects import encode
from gi_monitor.synthetic.frames import Frames
from gi_monitor.synthetic.profiles import PROFILES

MAY = Month(2024, 5)
KNOWN = institutions.load()


def _frames() -> Frames:
    stay = {
        "wachtlijst_sleutel": "w-000001", "maatregel_sleutel": "m-000001", "lijst": "wachtlijst",
        "datum_op_lijst": "2024-05-03", "datum_van_lijst": "", "reden_van_lijst": "", "urgentie": "hoog",
        "overbrugging": "J",
    }  # fmt: skip
    post = {
        "medewerker_sleutel": "p-000001", "functie": "zorgcoordinator", "dienstverband": "vast",
        "skj_registratie": "N", "fte_contract": "0.89", "fte_caseload": "0.00", "verzuim_fte_dagen": "12.50",
        "datum_in_functie": "2019-12-31", "datum_uit_functie": "2024-05-31", "herkomst": "jeugdhulp",
        "reden_uit": "pensioen",
    }  # fmt: skip
    measure = dict.fromkeys((c.name for c in contracts.load().datasets["caseload"].columns), "") | {
        "maatregel_sleutel": "m-000001", "type_maatregel": "12", "datum_aanvang": "2024-05-02",
        "wisselingen_jeugdbeschermer": "2", "datum_einde": "2024-05-30", "reden_einde": "04",
    }  # fmt: skip
    rows = {"caseload": measure, "wachtlijst": stay, "formatie": post}
    return {name: pd.DataFrame([row], dtype=object) for name, row in rows.items()}


def _lines(gi: str, dataset: str, encoding: str) -> list[str]:
    name, content = encode(KNOWN[gi], MAY, _frames())[dataset]
    assert name.startswith(f"{dataset}_verzonnen-gegevens.")
    return content.decode(encoding).splitlines()


def test_dialect_1_semicolon_day_first_decimal_comma_own_columns() -> None:
    header, row = _lines("eemsland", "formatie", "cp1252")
    assert header == (
        "medewerkernr;functie;soort_dienstverband;skj;contract_fte;caseload_fte;verzuim_fte_dagen;"
        "in_functie_sinds;uit_functie_op;herkomst;reden_vertrek"
    )
    assert row == "p-000001;Zorgcoördinator;vast;Nee;0,89;0,00;12,50;31-12-2019;31-05-2024;jeugdhulp;pensioen"


def test_dialect_8_pipes_english_columns_labels_for_codes() -> None:
    header, row = _lines("ijsselzoom", "wachtlijst", "utf-8")
    assert header == "stay_key|measure_key|list|listed_on|delisted_on|delisting_reason|urgency|bridged"
    assert row == "w-000001|m-000001|Waiting list|2024-05-03|||High|yes"
    assert "|Voorlopige OTS|2024-05-02|" in _lines("ijsselzoom", "caseload", "utf-8")[1]


def test_dialect_3_one_workbook_titles_above_real_dates_and_numbers() -> None:
    files = encode(KNOWN["waddenkust"], MAY, _frames())
    assert len(set(files.values())) == 1
    name, content = files["caseload"]
    assert name == "levering_verzonnen-gegevens.xlsx"
    sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, header=None, engine="calamine", dtype=object)
    assert list(sheets) == ["Maatregelen", "Wachtlijst", "Formatie"]
    for sheet in sheets.values():
        titles = sheet.iloc[:3, 0].tolist()
        assert titles == ["verzonnen gegevens / synthetic data", "Regiecentrum Waddenkust", "verslagmaand 2024-05"]
    measure = dict(zip(sheets["Maatregelen"].iloc[3], sheets["Maatregelen"].iloc[4], strict=True))
    assert pd.Timestamp(measure["Aanvang"]) == datetime(2024, 5, 2)
    assert isinstance(measure["Aanvang"], date)
    assert (measure["Type_maatregel"], measure["Reden_einde"]) == ("12", "04")
    assert measure["Wisselingen_JB"] == 2 and not isinstance(measure["Wisselingen_JB"], str)
    post = dict(zip(sheets["Formatie"].iloc[3], sheets["Formatie"].iloc[4], strict=True))
    assert (post["Fte_contract"], post["Verzuim_fte_dagen"], post["SKJ"]) == (0.89, 12.5, "Nee")


def test_fifteen_institutions_thirteen_of_which_deliver_in_three_dialects() -> None:
    today = {gi: known for gi, known in KNOWN.items() if known.expected_on(date(2024, 4, 30))}
    assert len(KNOWN) == 15 and set(today) == {profile.gi_code for profile in PROFILES}
    assert all(known.synthetic for known in KNOWN.values())
    styles = Counter((known.dialect.format, getattr(known.dialect, "delimiter", None)) for known in today.values())
    assert styles == {("delimited", ";"): 5, ("xlsx", None): 3, ("delimited", "|"): 5}
    assert all(known.contact and known.contact.email.endswith(".example") for known in today.values())


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_own_names_and_labels_can_be_read_back(known: Institution) -> None:
    """No two columns of a file share a name, no two codes a label, no label is another's code."""
    canonical = {c.name for contract in contracts.load().datasets.values() for c in contract.columns}
    assert set(known.dialect.columns) <= canonical
    for contract in contracts.load().datasets.values():
        own = [known.dialect.columns.get(c.name, c.name) for c in contract.columns]
        assert len(set(own)) == len(own)
    for name, labels in known.dialect.codes.items():
        codes = contracts.load().codes[name]
        assert sorted(labels.values()) == sorted(codes)
        assert not {label for label, code in labels.items() if label in codes and label != code}
    assert sorted(known.dialect.flags.values()) == ["J", "N"]
