"""The hashes by which bytes are recognised: of each delivered file, and of a delivery as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def of_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """The sha256 of each file by its name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def of_unread(signature: str) -> str:
    """What stands for the sha256 of a delivery that was not read: that of what its inbox says of it."""
    return hashlib.sha256(f"not read: {signature}".encode()).hexdigest()


def of_delivery(digests: Mapping[str, str]) -> str:
    """One sha256 for a delivery: that of the listing of its files' names and sha256."""
    listing = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(digests.items()))
    return hashlib.sha256(listing.encode()).hexdigest()
