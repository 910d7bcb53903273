"""What a candidate may consist of, what is copied of it, and who can read it."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from gi_monitor import atomic, folders
from gi_monitor.intake import archive
from gi_monitor.intake.transport import folder as folder_transport
from gi_monitor.release import files
from gi_monitor.release.calendar import ReleaseError


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A candidate of two files a tree."""
    monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
    folder = tmp_path / "candidate"
    for tree in files.TREES:
        (folder / tree / "data").mkdir(parents=True)
        for name in ("index.html", "data/observations.csv"):
            (folder / tree / name).write_text(f"{tree} {name}")
        files.write_sums(folder / tree)
        (folder / tree / files.SIGNATURE).write_text("signed")
    (folder / files.APPROVAL).write_text("{}")
    return folder


def a_link_to_the_same_bytes(made: Path) -> str:
    page = made / "public" / "index.html"
    page.rename(made.parent / "elsewhere.html")
    page.symlink_to(made.parent / "elsewhere.html")
    return "index.html"


def a_link_to_a_folder(made: Path) -> str:
    (made.parent / "other").mkdir()
    (made.parent / "other" / "more.html").write_text("more")
    (made / "public" / "more").symlink_to(made.parent / "other")
    return "more"


def a_folder_that_is_a_link(made: Path) -> str:
    (made / "public" / "data").rename(made.parent / "data")
    (made / "public" / "data").symlink_to(made.parent / "data")
    return "data"


def a_tree_that_is_a_link(made: Path) -> str:
    (made / "public").rename(made.parent / "public")
    (made / "public").symlink_to(made.parent / "public")
    return "public"


def a_broken_link(made: Path) -> str:
    (made / "restricted" / "nowhere").symlink_to("nothing")
    return "nowhere"


def a_pipe(made: Path) -> str:
    os.mkfifo(made / "review" / "pipe")
    return "pipe"


def a_socket(made: Path) -> str:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("candidate/public/socket")
    return "socket"


def an_empty_folder(made: Path) -> str:
    (made / "public" / "empty").mkdir()
    return "empty"


def a_folder_beside_the_trees(made: Path) -> str:
    (made / "publiek").mkdir()
    return "publiek"


def a_file_beside_the_trees(made: Path) -> str:
    (made / "index.html").write_text("more")
    return "index.html"


def a_tree_that_is_missing(made: Path) -> str:
    shutil.rmtree(made / "restricted")
    return "restricted"


def sums_that_are_a_link(made: Path) -> str:
    (made / "public" / files.SUMS).rename(made.parent / "sums")
    (made / "public" / files.SUMS).symlink_to(made.parent / "sums")
    return files.SUMS


def sums_that_are_missing(made: Path) -> str:
    (made / "public" / files.SUMS).unlink()
    return files.SUMS


DEFECTS = (
    a_link_to_the_same_bytes, a_link_to_a_folder, a_folder_that_is_a_link, a_tree_that_is_a_link, a_broken_link, a_pipe,
    a_socket, an_empty_folder, a_folder_beside_the_trees, a_file_beside_the_trees, a_tree_that_is_missing,
    sums_that_are_a_link, sums_that_are_missing,
)  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_what_is_no_plain_file_in_its_tree_is_refused_by_name(made: Path, defect: Callable[[Path], str]) -> None:
    named = defect(made)

    with pytest.raises(ReleaseError, match=named):
        files.content_hash(made)
    with pytest.raises(ReleaseError, match=named):
        files.copy(made, made.parent / "copy")


def test_a_copy_has_the_hash_of_the_bytes_that_were_written(made: Path) -> None:
    copied = made.parent / "copy"
    assert files.copy(made, copied) == files.content_hash(made) == files.content_hash(copied)
    assert (copied / "public" / files.SIGNATURE).read_text() == "signed"
    assert not (copied / files.APPROVAL).exists()
    (made / "public" / "index.html").write_text("something else")
    assert files.copy(made, made.parent / "another") != files.content_hash(copied)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_everybody_may_read_the_public_tree_of_a_copy_and_no_other(made: Path, umask: int) -> None:
    copied = made.parent / "copy"
    before = os.umask(umask)
    try:
        files.copy(made, copied)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (copied, *copied.rglob("*"))}
    for path, mode in modes.items():
        tree = path.relative_to(copied).parts[:1]
        is_open = tree in ((), ("public",))
        assert mode == ((0o755 if is_open else 0o700) if path.is_dir() else (0o644 if is_open else 0o600)), path


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_their_owner_can_open_deliveries_receipts_and_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("GI_MONITOR_DATA", str(data))
    before = os.umask(umask)
    try:
        with folder_transport.connect("haagrijn", None) as inbox:  # type: ignore[arg-type]
            inbox.send("2024-04/1/ontvangstbewijs.json", b"{}")
        archive.files.write(data / "archive" / "journal" / "releases", b"")
        atomic.write(data / "outbox" / "haagrijn" / "x", b"")
        folders.private(data / "candidates")
    finally:
        os.umask(before)
    closed = {name: stat.S_IMODE((data / name).stat().st_mode) for name in ("inbox", "outbox", "archive", "candidates")}
    assert closed == dict.fromkeys(closed, 0o700)
    assert stat.S_IMODE((data / "archive/journal/releases").stat().st_mode) == 0o600
    assert stat.S_IMODE((data / "outbox/haagrijn/2024-04/1/ontvangstbewijs.json").stat().st_mode) == 0o600


def test_a_folder_that_others_could_open_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    (tmp_path / "inbox").mkdir(mode=0o777)
    with folder_transport.connect("haagrijn", None):  # type: ignore[arg-type]
        assert stat.S_IMODE((tmp_path / "inbox").stat().st_mode) == 0o700
