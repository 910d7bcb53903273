"""Keys at the door: what the warehouse holds is a keyed hash, and no key of an institution is anywhere in it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor.intake import pseudonyms
from gi_monitor.intake.pseudonyms import Pseudonyms
from gi_monitor.secrets import SecretError
from tests.builders import Row, Rows, files, good_rows, measure, post, stay, waiting
from tests.inbox import INSTITUTIONS, drop, receipt, rows, states, take_in
from tests.stored import found_in, tables

KEY_FORM = r"[A-Za-z][A-Za-z0-9_-]{7,63}"
KEYS = st.text(min_size=1, max_size=70)
HAAGRIJN, WADDENKUST = (Pseudonyms("id", bytes([number]) * 32) for number in (1, 2))


@given(KEYS, KEYS)
def test_a_hash_has_the_form_of_a_key_and_tells_keys_and_institutions_apart(one: str, other: str) -> None:
    assert re.fullmatch(KEY_FORM, HAAGRIJN.of(one))
    assert (HAAGRIJN.of(one) == HAAGRIJN.of(other)) is (one == other)
    assert HAAGRIJN.of(one) != WADDENKUST.of(one)


@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=9))))
def test_a_column_is_hashed_as_its_cells_are_and_empty_stays_empty(cells: list[str | None]) -> None:
    hashed = HAAGRIJN.of_all(pd.Series(cells, dtype="str"))

    assert [None if pd.isna(cell) else cell for cell in hashed] == [
        None if cell is None else HAAGRIJN.of(cell) for cell in cells
    ]
    assert HAAGRIJN.of("") == ""


def test_what_it_shows_of_itself_is_no_secret() -> None:
    assert repr(HAAGRIJN) == "Pseudonyms(secret_id='id')"


# At the door ---------------------------------------------------------------------------------------------------


@pytest.fixture
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def spoilt() -> Rows:
    """Findings of many kinds about keys: doubled, malformed, of nobody, and two in the wrong column."""
    return {
        "caseload": [
            *(measure(number) for number in range(1, 201)),
            waiting(201),
            measure(202, kind_sleutel="kind 202"),
            measure(203, medewerker_sleutel="medewerker-0099", kind_sleutel="kind-0001"),
            measure(204),
            measure(204),
            waiting(205, provincie="kind-0205"),
        ],
        "waitlist": [stay(1, of=201), stay(2, of=1), stay(3, of=999)],
        "staffing": [post(1), post(2, functie="medewerker-0002")],
    }


def keys_of(content: Rows) -> set[str]:
    def of(row: Row) -> set[str]:
        return {value for column, value in row.items() if column.endswith("_sleutel") and value}

    return {"kind-0205", *(key for dataset in content.values() for row in dataset for key in of(row))}


TOTALS = {"maatregelen_actief": 204, "kinderen_wachtend": 2, "fte_caseload": 1.6}


def test_no_key_of_a_delivery_with_findings_is_in_the_database(warehouse: Path, business_moment: None) -> None:
    drop(warehouse, files(spoilt(), TOTALS))
    take_in()

    assert states() == [(1, "accepted_with_findings")]
    told = receipt(warehouse)["bevindingen"]
    assert {f["regel"] for f in told} >= {"R03", "R05", "R06", "X01", "X02", "X04", "X05"}
    assert [f["waarde"] for f in told if f["regel"] == "R05"] == ["maatregel-0204"] * 2
    assert any("maatregel-0204" in f["melding"] for f in told)
    assert {"landing.caseload", "quality.finding", "quality.set_aside_row", "ledger.delivery"} <= tables().keys()
    assert found_in(keys_of(spoilt())) == {}


def test_no_key_of_a_rejected_delivery_whose_columns_are_mixed_up_is_in_the_database(
    warehouse: Path, business_moment: None
) -> None:
    content = good_rows()
    for row in content["caseload"]:
        row["provincie"], row["kind_sleutel"] = row["kind_sleutel"], row["provincie"]
    content["caseload"] *= 4
    drop(warehouse, files(content))
    take_in()

    assert states() == [(1, "rejected")]
    assert "kind-0001" in {f["waarde"] for f in receipt(warehouse)["bevindingen"]}
    assert found_in(keys_of(good_rows())) == {}


def test_no_key_of_a_file_without_its_header_is_in_the_database(warehouse: Path, business_moment: None) -> None:
    delivered = files(good_rows())
    drop(warehouse, {**delivered, "caseload.csv": delivered["caseload.csv"].partition(b"\n")[2]})
    take_in()

    assert "kind-0001" in {f["kolom"] for f in receipt(warehouse)["bevindingen"]}
    assert found_in(keys_of(good_rows())) == {}


def test_a_malformed_key_that_is_set_aside_is_hashed_and_the_rest_of_the_row_is_as_delivered(
    warehouse: Path, business_moment: None
) -> None:
    drop(warehouse, files(spoilt(), TOTALS))
    take_in()

    hashes = pseudonyms.of("haagrijn")
    [(content, row_key)] = rows("select content, row_key from quality.set_aside_row where row_number = 203")
    assert content["kind_sleutel"] == hashes.of("kind 202")
    assert (row_key, content["maatregel_sleutel"]) == (hashes.of("maatregel-0202"),) * 2
    assert (content["provincie"], content["datum_overgekomen"]) == ("PV28", "")


def test_a_key_has_one_hash_in_every_month_and_dataset(
    warehouse: Path, business_moment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(warehouse, files(good_rows(), verslagmaand="2024-03"), month="2024-03")
    drop(warehouse, files(good_rows()))
    take_in()

    hashes = pseudonyms.of("haagrijn")
    assert rows("select distinct measure_key from landing.waitlist") == [(hashes.of("maatregel-0002"),)]
    assert rows("select distinct measure_key from landing.caseload order by 1") == sorted(
        (hashes.of(f"maatregel-000{number}"),) for number in (1, 2, 3)
    )
    assert rows("select worker_key from landing.caseload where row_number = 3") == [(None,), (None,)]
    assert set(rows("select worker_key from landing.staffing")) > set(
        rows("select worker_key from landing.caseload where row_number = 2")
    )


def test_nothing_is_taken_in_under_another_secret_than_what_is_there(
    warehouse: Path, business_moment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(warehouse, files(good_rows()))
    take_in()
    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", base64.b64encode(bytes(32)).decode())
    drop(warehouse, files(good_rows(), volgnummer=2), sequence_number=2)

    with pytest.raises(SecretError, match="hashed with another secret than GI_MONITOR_SECRET_KEYS"):
        take_in()
    assert states() == [(1, "accepted")]

    monkeypatch.delenv("GI_MONITOR_SECRET_KEYS")
    take_in()
    assert states() == [(1, "superseded"), (2, "accepted")]
