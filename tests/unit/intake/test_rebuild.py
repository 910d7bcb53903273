"""Keys hashed again from the archived bytes, and nothing else changed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from gi_monitor.intake import landing, pseudonyms, rebuild
from gi_monitor.intake.rebuild import RebuildError
from tests.builders import files, good_rows, measure, post
from tests.inbox import INSTITUTIONS, drop, rows, states, take_in

NEW = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


@pytest.fixture
def deliveries(warehouse: Path) -> Path:
    """One delivery that was superseded, one that counts and has a row set aside, one rejected, one on hold."""
    spoilt = good_rows()
    expected_end = measure(1, datum_einde="2024-06-01", reden_einde="02")
    spoilt["caseload"] = [expected_end, *spoilt["caseload"][1:], measure(4)]
    held = good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}
    drop(warehouse, files(good_rows()))
    drop(warehouse, files(spoilt, {"maatregelen_actief": 4}, volgnummer=2), sequence_number=2)
    drop(warehouse, files(good_rows(), {"maatregelen_actief": 9}, volgnummer=3), sequence_number=3)
    drop(warehouse, files(held, {"fte_caseload": 4.80}, volgnummer=4), sequence_number=4)
    take_in()
    assert [state for _, state in states()] == ["superseded", "accepted_with_findings", "rejected", "on_hold"]
    return warehouse


def test_other_hashes_of_the_same_keys_in_the_same_rows(deliveries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [
        "select * from landing.caseload order by delivery_id, row_number",
        "select * from landing.staffing order by delivery_id, row_number",
        "select delivery_id, dataset, row_number, rules, content, row_key, running from quality.set_aside_row"
        " order by 1, 2, 3",
    ]
    before, old = [rows(query) for query in contents], pseudonyms.of("haagrijn")
    rest = rows("select * from quality.finding"), rows("select * from ledger.state_change"), states()
    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", NEW)
    # The month has closed meanwhile, and other deliveries were accepted: each is judged as it was.
    monkeypatch.setenv("GI_MONITOR_NOW", "2027-01-01T10:00:00")

    assert [rebuild.make_rows(), rebuild.make_rows()] == [3, 0]

    new = pseudonyms.of("haagrijn")
    named = {f"{kind}-000{n}" for kind in ("maatregel", "kind", "gezin", "medewerker") for n in range(1, 7)}
    other = {old.of(key): new.of(key) for key in named}
    after = [rows(query) for query in contents]
    assert after != before
    assert after == [[tuple(_renamed(cell, other) for cell in row) for row in table] for table in before]
    assert (rows("select * from quality.finding"), rows("select * from ledger.state_change"), states()) == rest
    assert set(rows("select hash_secret_id from ledger.delivery")) == {(new.secret_id,), (None,)}


def _renamed(cell: object, other: dict[str, str]) -> object:
    if isinstance(cell, dict):
        return {name: other.get(value, value) for name, value in cell.items()}
    return other.get(cell, cell) if isinstance(cell, str) else cell


def test_killed_in_the_middle_the_next_run_does_what_is_left(deliveries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", NEW)
    load_rows, loaded = landing.load_rows, []

    def load_one_and_die(*arguments: object) -> None:
        load_rows(*arguments)  # type: ignore[arg-type]
        if loaded:
            raise KeyboardInterrupt
        loaded.append(arguments)

    with monkeypatch.context() as patch:
        patch.setattr(landing, "load_rows", load_one_and_die)
        with pytest.raises(KeyboardInterrupt):
            rebuild.make_rows()
    assert rows("select delivery_id, count(*) from landing.caseload group by 1 order by 1") == [(1, 3), (2, 3), (4, 3)]

    assert rebuild.make_rows() == 2


def test_a_delivery_that_would_be_read_otherwise_keeps_its_rows_and_is_named_after_the_others_are_done(
    deliveries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "institutions"
    folder.mkdir()
    waiver = "waivers: [{rule: R19, reason: overgang, name: Robin, until: 2030-12-31}]\n"
    (folder / "haagrijn.yml").write_text((INSTITUTIONS / "haagrijn.yml").read_text() + waiver)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder))
    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", NEW)
    before = rows("select * from landing.caseload where delivery_id = 2 order by row_number")

    with pytest.raises(RebuildError, match=r"^delivery 2 \(haagrijn/2024-04/2\) would give other rows than it had"):
        rebuild.make_rows()

    assert rows("select * from landing.caseload where delivery_id = 2 order by row_number") == before
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    assert rebuild.make_rows() == 1


def test_every_delivery_whose_bytes_or_institution_are_gone_is_named(
    deliveries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", NEW)
    (deliveries / "archive" / "1" / "1").unlink()
    (deliveries / "archive" / "4" / "2").write_bytes(b"?")

    with pytest.raises(RebuildError, match=r"(?s)file 1 of delivery 1.*delivery 4 is damaged"):
        rebuild.make_rows()
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path))
    with pytest.raises(RebuildError, match=r"delivery 1 cannot be read without haagrijn\.yml: put it back"):
        rebuild.make_rows()
