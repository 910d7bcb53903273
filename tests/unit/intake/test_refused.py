"""A delivery that is refused for privacy, and one that cannot be screened: what is kept of them, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor import steps
from gi_monitor.intake import decisions
from gi_monitor.intake.transport.folder import Folder
from tests.builders import Rows, files, good_rows
from tests.inbox import INSTITUTIONS, drop, receipt, rows, states, take_in
from tests.unit.intake.test_privacy import E_MAIL, SERVICE_NUMBERS

SECRETS = (E_MAIL, SERVICE_NUMBERS[0])


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def private() -> Rows:
    content = good_rows()
    content["caseload"][0] |= {"provincie": E_MAIL, "datum_plan": SERVICE_NUMBERS[0]}
    return content


def everything_kept(data: Path) -> str:
    """All that is on disk but the database's own files, and all text in the tables of the warehouse."""
    on_disk = [
        f"{path.name} {path.read_bytes().decode('latin-1')}"
        for path in data.rglob("*")
        if path.is_file() and "postgres" not in path.parts
    ]
    in_tables = [
        repr(rows(f"select * from {table}"))
        for table in (
            "ledger.delivery", "ledger.delivery_file", "ledger.state_change", "quality.finding", "quality.rule_outcome",
            "quality.set_aside_row", "landing.caseload", "landing.waitlist", "landing.staffing",
        )
    ]  # fmt: skip
    return "\n".join([*on_disk, *in_tables])


def archived(data: Path) -> list[str]:
    return [path.name for path in (data / "archive").glob("[0-9]*/*")]


def test_nothing_is_left_of_a_delivery_that_is_refused(
    warehouse: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    folder = drop(warehouse, {**files(private()), f"{E_MAIL}.txt": b""})

    assert take_in() == []

    assert states() == [(1, "rejected_privacy")]
    assert not folder.exists(), "in the inbox neither"
    assert archived(warehouse) == ["judgement"], "what was found, under lock, and no byte of it"
    assert rows("select name, kept from ledger.delivery_file order by 1") == [
        (f"bestand {n}", False) for n in range(1, 6)
    ]
    told = everything_kept(warehouse) + caplog.text + "".join(capsys.readouterr())
    assert [secret for secret in SECRETS if secret in told] == []


def test_its_receipt_says_where_and_never_what(warehouse: Path) -> None:
    drop(warehouse, files(private()))
    take_in()

    told = receipt(warehouse)
    assert told["status"] == "rejected_privacy"
    found = {(f["regel"], f["dataset"], f["rij"], f["kolom"]) for f in told["bevindingen"] if f["regel"][0] == "P"}
    assert found == {("P01", "caseload", 2, "datum_plan"), ("P02", "caseload", 2, "provincie")}
    assert {f["waarde"] for f in told["bevindingen"]} == {None}
    assert "niet bewaard" in told["wat_nu"]


def test_the_same_bytes_again_are_recognised_and_removed_again(warehouse: Path) -> None:
    folder = drop(warehouse, files(private()))
    take_in()
    drop(warehouse, files(private()))

    assert take_in() == []
    assert states() == [(1, "rejected_privacy")]
    assert not folder.exists()


def test_killed_before_the_inbox_was_emptied_the_next_run_empties_it(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drop(warehouse, files(private()))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            take_in()
    assert (states(), folder.exists()) == ([(1, "rejected_privacy")], True)

    take_in()
    assert not folder.exists()


def test_a_mended_delivery_under_the_same_number_is_taken_in(warehouse: Path) -> None:
    drop(warehouse, files(private()))
    take_in()
    drop(warehouse, files(good_rows()))

    assert len(take_in()) == 1
    assert states() == [(1, "rejected_privacy"), (1, "accepted")]


def test_bytes_that_cannot_be_read_cannot_be_screened_and_are_not_kept(warehouse: Path) -> None:
    folder = drop(warehouse, {**files(good_rows()), "caseload.csv": b"\x00\xff\xfe garbage"})
    take_in()

    assert states() == [(1, "rejected")]
    assert folder.exists(), "what is not refused stays the institution's"
    assert rows("select name from ledger.delivery_file where not kept") == [("caseload.csv",)]
    assert sorted(archived(warehouse)) == ["1", "2", "3", "judgement"]
    with pytest.raises(decisions.DecisionError, match="not all kept: have it delivered again"):
        steps.recheck(1, reason="dialect hersteld")


def test_a_file_that_nobody_listed_is_not_kept(warehouse: Path) -> None:
    drop(warehouse, {**files(good_rows()), "extra.csv": b"1"})

    assert len(take_in()) == 1
    assert rows("select name from ledger.delivery_file where not kept") == [("extra.csv",)]
