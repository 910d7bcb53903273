"""How rare the rows of a delivery are: counted, kept and told, as information that stops nothing."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor.intake.receipt import as_json
from gi_monitor.intake.receipt.as_html import page
from gi_monitor.intake.receipt.wording import rarity
from gi_monitor.intake.singling_out import SMALL_CLASS, SinglingOut, singling_out
from tests.builders import files, good_rows, measure
from tests.inbox import INSTITUTIONS, drop, rows, take_in
from tests.unit.intake.receipts import good_receipt, receipt_of

ROW = st.tuples(
    st.sampled_from(["0-3", "4-11"]),
    st.sampled_from(["PV28", "PV29"]),
    st.sampled_from(["11", "12"]),
    st.sampled_from(["2024-01-31", "2024-02-01", "2024-02-29"]),
    st.sampled_from([None, "2024-03-01"]),
)


def caseload(content: list[tuple[str | None, ...]]) -> pd.DataFrame:
    columns = ["leeftijdsgroep", "provincie", "type_maatregel", "datum_aanvang", "datum_overgekomen"]
    frame = pd.DataFrame(content, columns=columns)
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in columns[3:]})


@given(st.lists(ROW, min_size=1, max_size=60))
def test_it_is_what_counting_row_by_row_gives(content: list[tuple[str | None, ...]]) -> None:
    classes = Counter((*row[:3], str(row[4] or row[3])[:7]) for row in content)
    small = sum(size for size in classes.values() if size < SMALL_CLASS)

    found = singling_out(caseload(content))

    assert found is not None
    assert found.k == min(classes.values())
    assert float(found.small_share) == pytest.approx(small / len(content), abs=0.00005)


def test_of_no_rows_there_is_nothing_to_say() -> None:
    assert singling_out(caseload([])) is None


def test_it_is_kept_with_the_delivery_and_stops_nothing(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    content = good_rows()
    content["caseload"] += [measure(number, provincie="PV29") for number in range(4, 10)]
    drop(warehouse, files(content, {"maatregelen_actief": 9}))
    take_in()

    kept = "select state, smallest_class, small_class_share from ledger.delivery"
    assert rows(kept) == [("accepted", 3, Decimal("0.3333"))]


def test_a_receipt_tells_how_rare_and_not_which() -> None:
    receipt = good_receipt()
    told = json.loads(as_json.document(receipt))["herleidbaarheid"]
    assert told == {"kleinste_groep": 3, "aandeel_kleine_groepen": 1}
    assert "De kleinste groep telt 3 rijen; 100% van de rijen" in page(receipt, "")
    assert "telt 1 rij; 2,5% van" in rarity(SinglingOut(1, Decimal("0.0250")))


def test_a_rejected_delivery_has_none() -> None:
    receipt = receipt_of(files(good_rows(), {"maatregelen_actief": 9}))
    assert json.loads(as_json.document(receipt))["herleidbaarheid"] is None
    assert "Herleidbaarheid" not in page(receipt, "")
