"""The folder transport, and the links that an institution might put in its inbox."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gi_monitor.intake import transport
from gi_monitor.intake.transport import TransportError
from tests.servers.folders import Folders
from tests.transport_contract import FIRST, SECOND, FolderLikeContract, delivery


@pytest.fixture
def side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path / "data"))
    return Folders(tmp_path / "data")


class TestFolder(FolderLikeContract):
    """The scenarios of every transport."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A delivery outside the inbox, of somebody else."""
    folder = tmp_path / "elders" / "1"
    folder.mkdir(parents=True)
    for name, content in delivery("van een ander").items():
        (folder / name).write_bytes(content)
    return folder


def test_no_link_in_an_inbox_is_followed(side: Folders, elsewhere: Path, inbox_log: pytest.LogCaptureFixture) -> None:
    side.put(FIRST, delivery())
    (side.inbox / "2024-05").symlink_to(elsewhere.parent)
    (side.inbox / SECOND.name).symlink_to(elsewhere)
    (side.inbox / FIRST.name / "meer.json").symlink_to(elsewhere / "caseload.json")
    os.mkfifo(side.inbox / FIRST.name / "pijp.json")

    with transport.connect(side.institution) as ours:
        assert list(ours.complete()) == [FIRST]
        assert ours.read(FIRST) == delivery()
    assert "a symbolic link is left alone" in inbox_log.text


def test_a_manifest_that_is_a_link_makes_no_delivery(side: Folders, elsewhere: Path) -> None:
    files = delivery()
    manifest = files.pop("levering.json")
    side.put(FIRST, files)
    (elsewhere / "levering.json").write_bytes(manifest)
    (side.inbox / FIRST.name / "levering.json").symlink_to(elsewhere / "levering.json")

    with transport.connect(side.institution) as ours:
        assert ours.complete() == {}


@pytest.mark.parametrize("at", ["2024-04", "2024-04/1", "2024-04/1/caseload.json"])
def test_a_link_put_there_after_the_look_is_not_followed_either(
    side: Folders, elsewhere: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.put(FIRST, delivery())
    target = {"2024-04": elsewhere.parent, "2024-04/1": elsewhere}.get(at, elsewhere / "caseload.json")
    with transport.connect(side.institution) as ours:
        seen = ours._listing(FIRST)  # type: ignore[attr-defined]
        (side.inbox / at).rename(side.inbox / "weg")
        (side.inbox / at).symlink_to(target)
        monkeypatch.setattr(ours, "_listing", lambda _place: seen)
        with pytest.raises(TransportError, match="cannot be read"):
            ours.read(FIRST)


def test_an_operator_may_make_the_inbox_itself_a_link(side: Folders, tmp_path: Path) -> None:
    side.put(FIRST, delivery())
    side.inbox.rename(tmp_path / "gekoppeld")
    side.inbox.symlink_to(tmp_path / "gekoppeld")

    with transport.connect(side.institution) as ours:
        assert ours.read(FIRST) == delivery()


def test_removing_takes_folders_and_links_too_and_nothing_behind_a_link(side: Folders, elsewhere: Path) -> None:
    side.put(FIRST, delivery())
    (side.inbox / FIRST.name / "map").mkdir()
    (side.inbox / FIRST.name / "map" / "bestand").write_bytes(b"x")
    (side.inbox / FIRST.name / "schakel").symlink_to(elsewhere)

    with transport.connect(side.institution) as ours:
        ours.remove(FIRST)

    assert not (side.inbox / FIRST.name).exists()
    assert (elsewhere / "caseload.json").exists()


def test_what_could_not_be_removed_is_seen_again(side: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    side.put(FIRST, delivery())

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(1, "not allowed")

    with transport.connect(side.institution) as ours:
        with monkeypatch.context() as patch, pytest.raises(TransportError, match="not allowed"):
            patch.setattr(os, "rmdir", fail)
            unlink = os.unlink
            patch.setattr(os, "unlink", lambda name, **at: (fail if name == "levering.json" else unlink)(name, **at))
            ours.remove(FIRST)
        assert side.in_inbox() == {f"{FIRST.name}/levering.json"}
        assert list(ours.complete()) == [FIRST]


@pytest.mark.parametrize("name", [b"onleesbaar\xff.json", b"regel\neinde.json"])
def test_a_name_that_nobody_can_read_is_no_part_of_a_delivery(side: Folders, name: bytes) -> None:
    side.put(FIRST, delivery())
    Path(os.fsdecode(os.fsencode(side.inbox / FIRST.name) + b"/" + name)).write_bytes(b"x")

    with transport.connect(side.institution) as ours:
        assert ours.read(FIRST) == delivery()


def test_what_goes_wrong_is_said_without_a_name_that_the_institution_chose(side: Folders) -> None:
    side.put(FIRST, {**delivery(), "123456782.json": b"x"})
    with transport.connect(side.institution) as ours:
        seen = ours._listing(FIRST)  # type: ignore[attr-defined]
        (side.inbox / FIRST.name / "123456782.json").unlink()
        entry = next(entry for entry in seen if entry.name == "123456782.json")
        with pytest.raises(TransportError) as failed:
            ours._content(FIRST, entry)  # type: ignore[attr-defined]
    assert "123456782" not in str(failed.value)
    assert failed.value.__suppress_context__


@pytest.mark.parametrize("at", ["2024-04", "2024-04/1", "2024-04/1/ontvangstbewijs.json"])
def test_no_link_in_an_outbox_is_written_through(side: Folders, elsewhere: Path, at: str) -> None:
    link = side.outbox / at
    link.parent.mkdir(parents=True)
    target = elsewhere / "caseload.json" if at.endswith(".json") else elsewhere
    link.symlink_to(target)
    before = {path: path.read_bytes() for path in elsewhere.iterdir()}

    with transport.connect(side.institution) as ours:
        if at.endswith(".json"):
            ours.send("2024-04/1/ontvangstbewijs.json", b"bewijs")
            assert (link.is_symlink(), link.read_bytes()) == (False, b"bewijs")
        else:
            with pytest.raises(TransportError, match="outbox of haagrijn cannot be written"):
                ours.send("2024-04/1/ontvangstbewijs.json", b"bewijs")
    assert {path: path.read_bytes() for path in elsewhere.iterdir()} == before


def test_an_operator_may_make_the_outbox_itself_a_link(side: Folders, tmp_path: Path) -> None:
    (tmp_path / "schijf").mkdir()
    side.outbox.parent.mkdir(parents=True)
    side.outbox.symlink_to(tmp_path / "schijf")
    with transport.connect(side.institution) as ours:
        ours.send("2024-04/1/ontvangstbewijs.json", b"bewijs")
    assert (tmp_path / "schijf" / "2024-04" / "1" / "ontvangstbewijs.json").read_bytes() == b"bewijs"
