"""The files of a release, byte for byte the same whenever they are written from the same content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.minisig"
TREES = ("public", "restricted", "review")


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
    """The files of a tree, in the order of their names, without the sums and their signature."""
    beside = {tree / SUMS, tree / SIGNATURE}
    yield from sorted(path for path in tree.rglob("*") if path.is_file() and path not in beside)


def sha256(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def content_hash(folder: Path) -> str:
    """One sha256 over the names and sha256 of every file in the trees of a candidate or a release.

    What lies beside the trees (``approval.json``) is no part of it, nor are the signatures under their sums, so that
    who has no key can reproduce it.
    """
    files = sorted(path for tree in TREES for path in (*listed(folder / tree), folder / tree / SUMS) if path.exists())
    lines = "".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def differing(folder: Path, other: Path) -> Iterator[str]:
    """The paths of files in the trees, but signatures, that one of two folders lacks or that hold other bytes there."""
    one, two = (
        {
            str(path.relative_to(root)): path
            for tree in TREES
            for path in (root / tree).rglob("*")
            if path.is_file() and path.name != SIGNATURE
        }
        for root in (folder, other)
    )
    for name in sorted(one.keys() | two.keys()):
        if name not in one or name not in two or one[name].read_bytes() != two[name].read_bytes():
            yield name


def _moment(value: date) -> str:
    return value.isoformat()
