"""The archive: original bytes that only intake can read, until the retention term has passed."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor import atomic, institutions, secrets, steps
from gi_monitor.intake import archive, arrivals, decisions, ledger, outbox, standing
from gi_monitor.intake.archive import ArchiveError, DataKey
from gi_monitor.warehouse import rows as rows_of_tables
from gi_monitor.warehouse.connection import Role, connect, connect_as_owner
from tests.builders import files, good_rows, measure
from tests.inbox import INSTITUTIONS, drop, rows, states, take_in

OLD, NEW, LOST = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
DELIVERED = files(good_rows())


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", OLD)


@pytest.fixture
def data(warehouse: Path) -> Path:
    """A data folder with one delivery that counts."""
    drop(warehouse, DELIVERED)
    take_in()
    return warehouse


def deliver(data: Path, sequence_number: int, measures: int = 3) -> None:
    content = good_rows()
    content["caseload"] += [measure(number) for number in range(4, measures + 1)]
    drop(data, files(content, {"maatregelen_actief": measures}, volgnummer=sequence_number), sequence_number)
    take_in()


def fetch(delivery_id: int) -> dict[str, bytes]:
    with connect("gi_intake") as connection:
        return archive.fetch(connection, delivery_id)


def kept(data: Path) -> dict[str, bytes]:
    """What the archive has of deliveries."""
    folder = data / "archive"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("[0-9]*/*")}


# Bytes ---------------------------------------------------------------------------------------------------------


def test_what_comes_out_is_what_went_in_and_what_lies_there_says_nothing(data: Path) -> None:
    assert fetch(1) == DELIVERED
    assert set(kept(data)) == {"1/1", "1/2", "1/3", "1/4", "1/judgement"}
    assert not any(b"maatregel" in content for content in kept(data).values())


def test_equal_bytes_of_two_deliveries_share_no_key(data: Path) -> None:
    drop(data, files(good_rows(), verslagmaand="2024-03"), month="2024-03")
    take_in()

    with connect("gi_intake") as connection:
        one, other = (archive.open_key(connection, delivery_id) for delivery_id in (1, 2))
    assert fetch(1)["caseload.csv"] == fetch(2)["caseload.csv"]
    assert one.encrypt(b"x", "a")[12:] != other.encrypt(b"x", "a")[12:]
    with pytest.raises(ArchiveError, match="damaged or not its own"):
        other.decrypt(one.encrypt(b"x", "a"), "a")


@given(st.binary(max_size=200), st.integers(0, 1000), st.integers(1, 255))
def test_a_single_changed_byte_is_noticed(content: bytes, place: int, change: int) -> None:
    key = DataKey(1, "sha", bytes(32))
    encrypted = bytearray(key.encrypt(content, "file a"))
    assert key.decrypt(bytes(encrypted), "file a") == content
    assert repr(key) == "DataKey(delivery_id=1, content_sha256='sha')"

    encrypted[place % len(encrypted)] ^= change
    with pytest.raises(ArchiveError, match="delivery 1 is damaged"):
        key.decrypt(bytes(encrypted), "file a")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "1").write_bytes(b""), "delivery 1 is damaged or not its own: restore it"),
        (lambda folder: shutil.copy(folder / "1", folder / "2"), "delivery 1 is damaged or not its own: restore it"),
        (lambda folder: (folder / "2").unlink(), "lacks file 2 of delivery 1: restore it"),
    ],
    ids=["truncated", "swapped", "gone"],
)
def test_bytes_that_are_damaged_swapped_or_gone_are_not_used(
    data: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(data / "archive" / "1")

    with pytest.raises(ArchiveError, match=message):
        fetch(1)
    with pytest.raises(ArchiveError, match=message):
        decisions.recheck(1, reason="nog eens")
    assert states() == [(1, "accepted")]


def test_a_delivery_that_was_never_archived_says_so(data: Path) -> None:
    with connect("gi_intake") as connection:
        place = ledger.find(connection, 1).place
        unarchived = ledger.receive(connection, place, "other bytes").delivery_id

    with pytest.raises(ArchiveError, match="no bytes of delivery 2: have it delivered again"):
        fetch(unarchived)


def test_a_recheck_has_the_bytes_and_the_key_of_the_delivery_that_arrived(data: Path) -> None:
    steps.recheck(1, reason="regel hersteld")

    assert states() == [(1, "superseded"), (1, "accepted")]
    assert fetch(2) == DELIVERED
    assert rows("select delivery_id from ledger.data_key") == [(1,)]


def test_killed_while_archiving_nothing_counts_and_the_next_run_takes_it_in(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(warehouse, DELIVERED)
    written: list[Path] = []

    def write_two_and_die(path: Path, content: bytes) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write", write_two_and_die)
        with pytest.raises(KeyboardInterrupt):
            arrivals.take_over("haagrijn")
    assert states() == [] and rows("select * from ledger.data_key") == []

    [delivery_id] = take_in()
    assert fetch(delivery_id) == DELIVERED
    assert not written[0].is_relative_to(warehouse / "archive" / str(delivery_id))
    assert steps.purge() == []
    assert {name.split("/")[0] for name in kept(warehouse)} == {str(delivery_id)}


REFUSED = {**DELIVERED, "notities.txt": b"bel jan@voorbeeld.nl"}
FAILURES = {
    "while it is recorded": (standing, "settle"),
    "while the journal is written": (rows_of_tables, "written"),
}


@pytest.mark.parametrize("delivered", [DELIVERED, REFUSED], ids=["good", "refused"])
@pytest.mark.parametrize("failing", FAILURES)
def test_a_delivery_that_fails_in_the_database_leaves_nothing_in_the_archive(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, delivered: dict[str, bytes], failing: str
) -> None:
    drop(warehouse, delivered)
    module, name = FAILURES[failing]
    sound = getattr(module, name)

    def fail(connection: Any, *arguments: Any) -> Any:
        found = sound(connection, *arguments)
        if (warehouse / "archive" / "1" / "judgement").exists():
            connection.execute("select no_such_column")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, name, fail)
        with pytest.raises(psycopg.errors.UndefinedColumn):
            arrivals.take_over("haagrijn")
    assert (states(), kept(warehouse)) == ([], {})
    assert not (warehouse / "archive" / "1").exists()

    take_in()
    assert len(states()) == 1


def test_a_commit_whose_answer_was_lost_keeps_the_bytes(data: Path) -> None:
    with pytest.raises(RuntimeError, match="lost"), archive.arriving("haagrijn") as (_, arrived):
        arrived.append(1)
        raise RuntimeError("the answer to the commit was lost")
    assert fetch(1) == DELIVERED


def test_watch_removes_what_a_killed_process_left_and_nothing_else(data: Path) -> None:
    deliver(data, 2, measures=4)
    with connect_as_owner() as owner:
        owner.execute(b"select nextval('ledger.delivery_delivery_id_seq')")
    deliver(data, 3, measures=5)
    orphan = data / "archive" / "3"
    orphan.mkdir()
    (orphan / "1").write_bytes(b"encrypted")
    others = {path for path in (data / "archive").rglob("*") if orphan not in (path, *path.parents)}

    steps.remove_orphans()

    assert not orphan.exists()
    assert set((data / "archive").rglob("*")) == others
    assert fetch(1) == DELIVERED


def test_nothing_is_removed_from_the_archive_of_another_database(data: Path) -> None:
    (data / "archive" / "journal" / "database").write_text("another")
    with pytest.raises(ArchiveError, match="belongs to another database"):
        steps.remove_orphans()


@pytest.mark.parametrize("role", ["gi_transform", "gi_quality", "gi_release", "gi_analyst"])
def test_nobody_but_intake_reads_a_data_key(data: Path, role: Role) -> None:
    with connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from ledger.data_key")


@pytest.mark.parametrize("code", ["../../elders", "utrecht", ""])
def test_a_code_of_no_institution_names_no_file_of_the_journal(data: Path, code: str) -> None:
    before = set(data.parent.rglob("*"))
    with pytest.raises(LookupError, match="there is no institution"), archive.changing(code):
        pass
    with pytest.raises(LookupError, match="there is no institution"):
        outbox.send_receipts(code)
    with pytest.raises(institutions.InstitutionError, match="there is no institution"):
        steps.take_in(code)
    assert set(data.parent.rglob("*")) == before


# Restore -------------------------------------------------------------------------------------------------------


def test_restore_gives_the_original_bytes_back_and_overwrites_nothing(data: Path, tmp_path: Path) -> None:
    steps.restore(1, tmp_path / "back", reason="verzoek van haagrijn")
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == DELIVERED
    assert (tmp_path / "back" / "caseload.csv").stat().st_mode & 0o777 == 0o600

    for name in ("caseload.csv", "formatie.csv"):
        (tmp_path / "back" / name).unlink()
    with pytest.raises(ArchiveError, match=r"back has levering.json, wachtlijst.csv already: name another folder"):
        steps.restore(1, tmp_path / "back", reason="nog eens")
    assert not (tmp_path / "back" / "caseload.csv").exists()


def test_there_is_nothing_to_restore_of_an_unknown_delivery(data: Path, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no delivery 7"):
        steps.restore(7, tmp_path / "back", reason="verzoek van haagrijn")


RESTORED = "select delivery_id, who, cause from ledger.state_change where to_state = 'restored'"


def test_the_ledger_keeps_who_had_bytes_restored_when_and_why(data: Path, tmp_path: Path) -> None:
    with pytest.raises(decisions.DecisionError, match="needs a reason"):
        steps.restore(1, tmp_path / "back", reason=" ")
    assert (rows(RESTORED), (tmp_path / "back").exists()) == ([], False)

    steps.restore(1, tmp_path / "back", reason="verzoek van haagrijn")
    assert rows(RESTORED) == [(1, "gi_monitor", "verzoek van haagrijn")]


def test_who_asked_is_kept_before_anything_is_written(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archive, "write_out", die)
    with pytest.raises(KeyboardInterrupt):
        steps.restore(1, tmp_path / "back", reason="verzoek van haagrijn")
    assert len(rows(RESTORED)) == 1


@pytest.mark.parametrize("role", ["gi_intake", "gi_quality"])
def test_nobody_rewrites_what_happened(data: Path, role: Role) -> None:
    for rewrite in ("update ledger.state_change set who = 'iemand anders'", "delete from ledger.state_change"):
        with connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(rewrite.encode())


# Rotation ------------------------------------------------------------------------------------------------------


def masters() -> set[str]:
    return {master for (master,) in rows("select master_key_id from ledger.data_key where wrapped is not null")}


def test_a_new_master_key_wraps_all_that_the_one_before_it_did(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(data, 2, measures=4)
    before, bytes_before = masters(), kept(data)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", NEW)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE_PREVIOUS", OLD)
    assert fetch(1) == DELIVERED
    deliver(data, 3, measures=5)
    assert len(masters()) == 2

    assert [steps.rotate(), steps.rotate()] == [2, 0]

    monkeypatch.delenv("GI_MONITOR_SECRET_ARCHIVE_PREVIOUS")
    assert len(masters()) == 1 and masters() != before
    assert fetch(1) == DELIVERED
    assert bytes_before.items() <= kept(data).items()


def test_killed_while_rotating_it_is_finished_by_the_next_time(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(data, 2, measures=4)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", NEW)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE_PREVIOUS", OLD)

    with pytest.raises(KeyboardInterrupt), connect("gi_intake") as connection:
        archive.rotate(connection)
        raise KeyboardInterrupt

    assert fetch(1) == DELIVERED
    assert steps.rotate() == 2
    assert fetch(1) == DELIVERED


def test_without_the_master_key_that_wraps_them_bytes_cannot_be_had_and_nothing_is_rotated(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows("select * from ledger.data_key")
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", NEW)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE_PREVIOUS", LOST)

    missing = (
        f"by master key {secrets.identifier(base64.b64decode(OLD))}, which is neither in GI_MONITOR_SECRET_ARCHIVE"
    )
    with pytest.raises(ArchiveError, match=missing):
        fetch(1)
    with pytest.raises(ArchiveError, match=missing):
        steps.rotate()
    assert rows("select * from ledger.data_key") == before
