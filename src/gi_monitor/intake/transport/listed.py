"""What a manifest says about the files beside it, as far as it can be read; judging it comes later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from gi_monitor.intake.transport.interface import MAX_MANIFEST_BYTES
from gi_monitor.intake.transport.place import MANIFEST


class Listed(NamedTuple):
    """One line of ``bestanden``."""

    dataset: str
    name: str
    sha256: str


def listed(manifest: bytes) -> list[Listed]:
    """The lines of ``bestanden``; none when the manifest is not what it should be, or too large to be one."""
    if len(manifest) > MAX_MANIFEST_BYTES:
        return []
    try:
        lines = json.loads(manifest.decode("utf-8-sig"))["bestanden"]
        return [Listed(str(line["dataset"]), str(line["bestand"]), str(line["sha256"])) for line in lines]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def is_whole(files: Mapping[str, bytes]) -> bool:
    """Whether every file that the manifest lists is there, and is the one that it means."""
    lines = listed(files.get(MANIFEST, b""))
    return bool(lines) and all(
        line.name in files and hashlib.sha256(files[line.name]).hexdigest() == line.sha256 for line in lines
    )


def is_delivered(name: str) -> bool:
    """Whether a file of this name can be part of a delivery; one that starts with a dot is a draft."""
    return name.isprintable() and not name.startswith(".") and not set(name) & {"/", "\\"} and name != ""
