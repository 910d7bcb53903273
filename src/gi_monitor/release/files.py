"""The files of a release, byte for byte the same whenever they are written from the same content."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from gi_monitor import folders
from gi_monitor.release.calendar import ReleaseError

SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.minisig"
TREES = ("public", "restricted", "review")
APPROVAL = "approval.json"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe in the place of a file must not block


def write_text(path: Path, text: str) -> None:
    """A text file in UTF-8 with LF."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    """A JSON file for people and machines."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2, default=_moment) + "\n")


def write_sums(tree: Path) -> None:
    """``SHA256SUMS`` of everything in a tree, as ``sha256sum -c`` reads it there."""
    write_text(tree / SUMS, "".join(f"{sha256(path)}  {path.relative_to(tree)}\n" for path in listed(tree)))


def listed(tree: Path) -> Iterator[Path]:
    """The files of a tree, in the order of their names, without the sums and their signature.

    Raises ReleaseError for what is no plain file and no folder with something in it: a link, a pipe, a device.
    """
    beside = {tree / SUMS, tree / SIGNATURE}
    yield from sorted(path for path in _plain(tree) if path not in beside)


def _plain(folder: Path) -> Iterator[Path]:
    """Every file below a folder, which itself is no link."""
    try:
        opened = os.open(folder, _FOLDER)
    except OSError:
        raise ReleaseError(f"{folder} is no plain folder, so this is not what was made") from None
    try:
        entries = {entry.name: _kind(entry) for entry in os.scandir(opened)}
    finally:
        os.close(opened)
    if not entries:
        raise ReleaseError(f"{folder} is empty, so this is not what was made")
    for name, kind in sorted(entries.items()):
        if kind == "folder":
            yield from _plain(folder / name)
        elif kind == "file":
            yield folder / name
        else:
            raise ReleaseError(f"{folder / name} is no plain file or folder, so this is not what was made")


def _kind(entry: os.DirEntry[str]) -> Literal["folder", "file", "other"]:
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def sha256(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(_read(path)).hexdigest()


def _read(path: Path) -> bytes:
    """The bytes of a plain file, also where somebody puts something else in its place meanwhile."""
    try:
        with os.fdopen(os.open(path, _FILE), "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read()
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read: {error.strerror}") from None
    raise ReleaseError(f"{path} is no plain file, so this is not what was made")


def content_hash(folder: Path) -> str:
    """One sha256 over the names and sha256 of every file in the trees of a candidate or a release.

    ``approval.json`` beside the trees is no part of it, nor are the signatures under their sums, so that who has no
    key can reproduce it. Raises ReleaseError for anything else beside the trees, for a tree that is missing, and as
    ``listed``.
    """
    return _hash({path: sha256(folder / path) for path in _hashed(folder)})


def copy(folder: Path, target: Path) -> str:
    """Copy the trees of a candidate, and return the content hash of the very bytes that were written.

    Everybody may read the copy's tree ``public``, and its owner alone the others. Raises as ``content_hash``.
    """
    target.mkdir()
    target.chmod(folders.OPEN)
    digests = {}
    signatures = [Path(tree) / SIGNATURE for tree in TREES if (folder / tree / SIGNATURE).exists()]
    for path in (*_hashed(folder), *signatures):
        content = _read(folder / path)
        _write_copy(target, path, content)
        if path.name != SIGNATURE:
            digests[path] = hashlib.sha256(content).hexdigest()
    return _hash(digests)


def open_to_readers(tree: Path) -> None:
    """Let everybody read a tree, whatever the umask was when it was written."""
    for path in (tree, *tree.rglob("*")):
        path.chmod(folders.OPEN if path.is_dir() else 0o644)


def _write_copy(target: Path, path: Path, content: bytes) -> None:
    tree, folder = target / path.parts[0], (target / path).parent
    folder.mkdir(parents=True, exist_ok=True)
    public = tree.name == "public"
    for each in (folder, *folder.parents):
        if each == target:
            break
        each.chmod(folders.OPEN if public else 0o700)
    (target / path).write_bytes(content)
    (target / path).chmod(0o644 if public else 0o600)


def _hashed(folder: Path) -> list[Path]:
    """The files that a content hash covers, as they are called in ``folder``."""
    try:
        beside = {entry.name for entry in os.scandir(folder)} - {*TREES, APPROVAL}
    except OSError as error:
        raise ReleaseError(f"{folder} cannot be read: {error.strerror}") from None
    if beside:
        raise ReleaseError(f"{folder} has {', '.join(sorted(beside))} beside its trees, so this is not what was made")
    found = [path for tree in TREES for path in (*listed(folder / tree), folder / tree / SUMS)]
    return sorted(path.relative_to(folder) for path in found)


def _hash(digests: Mapping[Path, str]) -> str:
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def differing(folder: Path, other: Path) -> Iterator[str]:
    """The paths of files in the trees, but signatures, that one of two folders lacks or that hold other bytes there."""
    one, two = (
        {str(path.relative_to(root)): path for tree in TREES for path in _plain(root / tree) if path.name != SIGNATURE}
        for root in (folder, other)
    )
    for name in sorted(one.keys() | two.keys()):
        if name not in one or name not in two or _read(one[name]) != _read(two[name]):
            yield name


def _moment(value: date) -> str:
    return value.isoformat()
