"""The archive: original bytes, each file once under its sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from gi_monitor import atomic, settings


class ArchiveError(RuntimeError):
    """Archived bytes are missing or are no longer what was archived."""


def store(content: bytes) -> str:
    """Keep the bytes and return their sha256; keeping them again changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        atomic.write(path, content)
    return digest


def content_sha256(digests: Mapping[str, str]) -> str:
    """One sha256 for a delivery: that of the listing of its files' names and sha256."""
    listing = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(digests.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


def fetch(digest: str) -> bytes:
    """The bytes of a sha256. Raises ArchiveError when they are missing or damaged."""
    path = _path(digest)
    if not path.exists():
        raise ArchiveError(f"the archive holds no bytes for sha256 {digest}: restore it from the backup")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ArchiveError(f"the archived bytes of sha256 {digest} are damaged: restore them from the backup")
    return content


def _path(digest: str) -> Path:
    return settings.load().archive / digest[:2] / digest
