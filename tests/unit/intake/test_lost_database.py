"""The database is lost; the archive, the secrets and the institution files give every row of it back."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gi_monitor import atomic, steps
from gi_monitor.intake import archive, decisions, landing, rebuild
from gi_monitor.intake.archive import ArchiveError, PurgedError, journal
from gi_monitor.intake.rebuild import RebuildError
from gi_monitor.month import Month
from tests.builders import Rows, files, good_rows, measure, post
from tests.inbox import INSTITUTIONS, drop, rows, states, take_in
from tests.lost import lose, tables
from tests.prepared import Shape
from tests.unit.intake.test_archive import fetch, kept
from tests.unit.intake.test_refused import private

OLD, NEW = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
SETTINGS = {
    "GI_MONITOR_INSTITUTIONS": str(INSTITUTIONS),
    "GI_MONITOR_NOW": "2024-05-10T10:00:00",
    "GI_MONITOR_SECRET_ARCHIVE": OLD,
}
FROM_THE_ARCHIVE = ("ledger", "landing", "quality", "release")


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


def _every_fate(data: Path) -> None:
    """Deliver and decide until nearly every state is there; most of them do not follow from the bytes."""
    spoilt = good_rows()
    spoilt["caseload"] = [measure(1, datum_einde="2024-06-01", reden_einde="02"), *spoilt["caseload"][1:], measure(4)]
    held = good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}
    deliver(data, 1, good_rows())
    deliver(data, 2, spoilt, maatregelen_actief=4)
    deliver(data, 3, good_rows(), maatregelen_actief=9)
    deliver(data, 4, held, fte_caseload=4.80)
    decisions.decide(4, accept=True, reason="nagebeld", who="robin")
    deliver(data, 5, private())
    deliver(data, 6, held | {"caseload": good_rows()["caseload"][:2]}, fte_caseload=4.80, maatregelen_actief=2)
    decisions.decide(6, accept=False, reason="nagebeld")
    deliver(data, 7, spoilt, maatregelen_actief=4)
    decisions.withdraw(7, reason="verkeerde export")
    steps.recheck(4, reason="regel hersteld")
    steps.note_expectations()
    decisions.reopen("haagrijn", Month(2023, 1), until=date(2024, 6, 1), reason="verbetering")
    steps.waive("2024-T1", "coverage", about="waddenkust", reason="failliet", until=date(2024, 9, 1), who="noor")
    assert {state for _, state in states()} == {
        "superseded", "rejected", "rejected_privacy", "accepted_with_findings", "withdrawn",
    }  # fmt: skip


EVERY_FATE = Shape("every_fate", SETTINGS, _every_fate)


@pytest.fixture
def data(prepared: Callable[[Shape], Path]) -> Path:
    """A data folder with a delivery in nearly every state."""
    return prepared(EVERY_FATE)


def deliver(data: Path, number: int, content: Rows, **totals: float) -> None:
    drop(data, files(content, totals, volgnummer=number), sequence_number=number)
    take_in()


def restore() -> None:
    rebuild.take_up()
    rebuild.make_rows()


def test_every_row_comes_back_as_it_was(
    data: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(*FROM_THE_ARCHIVE)
    assert all(before[name] for name in ("landing.caseload", "quality.finding", "quality.set_aside_row", "ledger.look"))
    lose(another_warehouse)
    # The rules are judged by their own days, and what was found is what was found.
    monkeypatch.setenv("GI_MONITOR_NOW", "2027-01-01T10:00:00")

    restore()

    assert tables(*FROM_THE_ARCHIVE) == before
    restore()
    assert tables(*FROM_THE_ARCHIVE) == before


def test_a_table_of_the_ledger_or_of_releases_is_in_the_journal_or_known_not_to_be(warehouse: Path) -> None:
    # Which archive is ours, and what was mailed: told once more, it does no harm. Locks come with the institutions.
    apart = {"ledger.archive", "ledger.lock", "ledger.notice"}
    assert tables("ledger", "release").keys() - apart == (journal.LEDGER | journal.RELEASES).keys() - {
        "quality.verdict"
    }


def test_it_goes_on_where_the_lost_one_was(data: Path, another_warehouse: Callable[[], None]) -> None:
    [(last,)] = rows("select max(delivery_id) from ledger.delivery")
    changes = rows("select change_id from ledger.state_change")
    lose(another_warehouse)
    restore()

    drop(data, files(good_rows(), volgnummer=8, vacatures_fte=3.5), sequence_number=8)

    assert take_in() == [last + 1]
    assert set(changes) < set(rows("select change_id from ledger.state_change"))


@pytest.mark.parametrize("done", [0, 1, 3])
def test_killed_and_started_again_it_ends_the_same(
    data: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    before = tables(*FROM_THE_ARCHIVE)
    lose(another_warehouse)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    load_rows, loaded = landing.load_rows, []

    def load_some_and_die(*arguments: object) -> None:
        loaded.append(arguments)
        (load_rows if len(loaded) < done else die)(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(*(landing, "load_rows", load_some_and_die) if done else (archive, "put_back", die))
        with pytest.raises(KeyboardInterrupt):
            restore()
    restore()

    assert tables(*FROM_THE_ARCHIVE) == before


def test_a_change_that_was_killed_before_it_counted_is_in_the_journal_until_the_next_one(
    warehouse: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = atomic.write

    def write_the_journal_and_die(path: Path, content: bytes) -> None:
        write(path, content)
        if path.name == "haagrijn":
            raise KeyboardInterrupt

    drop(warehouse, files(good_rows()))
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write", write_the_journal_and_die)
        with pytest.raises(KeyboardInterrupt):
            take_in()
    assert states() == []

    take_in()
    steps.note_expectations()
    before = tables(*FROM_THE_ARCHIVE)
    lose(another_warehouse)
    restore()
    assert tables(*FROM_THE_ARCHIVE) == before


def test_what_was_taken_in_before_there_was_a_journal_is_in_it_after_the_hourly_watch(
    data: Path, another_warehouse: Callable[[], None]
) -> None:
    shutil.rmtree(data / "archive" / "journal")
    for judgement in (data / "archive").glob("*/judgement"):
        judgement.unlink()
    steps.note_expectations()
    steps.waive("2024-T1", "coverage", about="haagrijn", reason="failliet", until=date(2024, 9, 1), who="noor")
    before = tables(*FROM_THE_ARCHIVE)
    lose(another_warehouse)

    restore()
    assert tables(*FROM_THE_ARCHIVE) == before


def test_no_other_database_writes_in_the_archive(data: Path, another_warehouse: Callable[[], None]) -> None:
    before = {path: path.read_bytes() for path in (data / "archive").rglob("*") if path.is_file()}
    lose(another_warehouse)

    def decide() -> None:
        steps.decide_release(1, "", approve=True, who="robin", reason="nagekeken")

    for write in (take_in, steps.note_expectations, decide):
        with pytest.raises(ArchiveError, match=r"belongs to another database than this one.*`gi-monitor rebuild`"):
            write()

    assert {path: path.read_bytes() for path in (data / "archive").rglob("*") if path.is_file()} == before


def test_a_database_with_deliveries_of_its_own_takes_nobodys_place(
    data: Path, another_warehouse: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(another_warehouse)
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path / "other"))
    drop(tmp_path / "other", files(good_rows()))
    take_in()
    monkeypatch.setenv("GI_MONITOR_DATA", str(data))

    with pytest.raises(ArchiveError, match="start with an empty one"):
        restore()
    assert states() == [(1, "accepted")]


def test_what_was_destroyed_does_not_come_back(data: Path, another_warehouse: Callable[[], None]) -> None:
    before = tables("ledger")
    with_findings = rows("select distinct delivery_id from quality.finding")
    steps.destroy(4, reason="verzoek om wissing")
    assert not {name.split("/")[0] for name in kept(data)} & {"4", "8"}
    lose(another_warehouse)

    rebuild.take_up()
    with pytest.raises(RebuildError, match=r"^delivery 4 \(haagrijn/2024-04/4\) has no rows, and its bytes"):
        rebuild.make_rows()

    with pytest.raises(PurgedError):
        fetch(4)
    assert len(tables("ledger")["ledger.state_change"]) == len(before["ledger.state_change"]) + 1
    assert {(4,), (8,)} & set(with_findings) and not {(4,), (8,)} & set(rows("select delivery_id from quality.finding"))
    assert rows("select distinct delivery_id from landing.caseload order by 1") == [(1,), (2,), (6,), (7,)]

    decisions.withdraw(4, reason="bytes gewist")
    assert rebuild.make_rows() == 0


def test_the_journal_is_locked_by_the_master_key_of_now_alone(
    data: Path, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = data / "archive" / "journal" / "ledger" / "haagrijn"
    assert not any(word in journal.read_bytes() for word in (b"verkeerde export", b"robin", b"2024"))
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE_PREVIOUS", OLD)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", NEW)
    steps.rotate()
    monkeypatch.delenv("GI_MONITOR_SECRET_ARCHIVE_PREVIOUS")
    before = tables(*FROM_THE_ARCHIVE)
    lose(another_warehouse)

    with monkeypatch.context() as patch:
        patch.setenv("GI_MONITOR_SECRET_ARCHIVE", OLD)
        with pytest.raises(ArchiveError, match="locked by master key"):
            restore()
    restore()
    assert tables(*FROM_THE_ARCHIVE) == before


def test_a_journal_that_is_damaged_is_not_taken_up(data: Path, another_warehouse: Callable[[], None]) -> None:
    journal = data / "archive" / "journal" / "ledger" / "haagrijn"
    journal.write_bytes(journal.read_bytes()[:-1])
    lose(another_warehouse)

    with pytest.raises(ArchiveError, match="what the archive keeps of haagrijn is damaged"):
        restore()
    assert states() == []
