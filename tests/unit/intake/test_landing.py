"""How rows come into the warehouse, and what their digest is made of, for texts that no code list has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gi_monitor.intake import archive, landing, ledger, pseudonyms
from gi_monitor.intake.judgement import Judgement
from gi_monitor.warehouse.connection import connect
from tests.builders import files, good_rows
from tests.inbox import INSTITUTIONS, drop, rows, take_in

TEXTS = [
    "", " ", '"', 'a"b', "a,b", "a\nb", "a\r\nb", "\\.", "\\N", "NULL", "null", "'", "a\\b", "a\tb",
    "\x01\x7f", "é€😀", "\u2028",
]  # fmt: skip

DIGEST_OF_OLD = """
select md5(string_agg(row, E'\\n' order by part, number)) as digest from (
    select 'caseload' as part, row_number as number, jsonb_strip_nulls(
        to_jsonb(each) - '{measure_key,child_key,family_key,worker_key}'::text[] - 'delivery_id'
    )::text as row from landing.caseload as each
    union all
    select 'waitlist', row_number, jsonb_strip_nulls(
        to_jsonb(each) - '{stay_key,measure_key}'::text[] - 'delivery_id'
    )::text from landing.waitlist as each
    union all
    select 'staffing', row_number, jsonb_strip_nulls(to_jsonb(each) - '{worker_key}'::text[] - 'delivery_id')::text
    from landing.staffing as each
) as rows
"""
"""As it was made when the first judgements were kept."""


@pytest.fixture
def delivered(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One delivery, its rows of staffing replaced by one for each text."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    drop(warehouse, files(good_rows()))
    take_in()
    with connect("gi_intake") as connection:
        connection.execute("delete from landing.staffing")
        delivery = ledger.find(connection, 1)
        judgement = Judgement("accepted", None, (), (), accepted={"staffing": staffing()})
        landing.load_rows(connection, delivery, judgement, pseudonyms.of(delivery.gi_code))


def staffing() -> pd.DataFrame:
    """Rows as a judgement has them, each text in a column that has to be filled and in one that may be empty."""
    post = {
        "medewerker_sleutel": "medewerker-0001", "functie": "", "dienstverband": "vast", "skj_registratie": "true",
        "fte_contract": "0.50", "fte_caseload": "0.00", "verzuim_fte_dagen": "1.25", "datum_in_functie": "2020-02-29",
        "datum_uit_functie": None, "herkomst": "elders", "reden_uit": None,
    }  # fmt: skip
    frame = pd.DataFrame([post, *(post | {"functie": text, "reden_uit": text} for text in TEXTS)], dtype="str")
    frame.insert(0, "row_number", frame.index + 7)
    return frame


@pytest.mark.usefixtures("delivered")
def test_every_text_comes_in_as_it_is_and_an_empty_one_is_not_what_is_missing() -> None:
    assert rows("select role, leaving_reason, post_end_date from landing.staffing order by row_number") == [
        ("", None, None),
        *((text, text, None) for text in TEXTS),
    ]


@pytest.mark.usefixtures("delivered")
def test_a_digest_that_was_kept_before_still_is_that_of_the_rows() -> None:
    with connect("gi_intake") as connection:
        assert [(archive.digest_of_rows(connection, 1),)] == rows(DIGEST_OF_OLD)
