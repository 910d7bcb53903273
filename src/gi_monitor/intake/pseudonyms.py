"""The keyed hash that stands in the warehouse for an institution's own key (spec 1.5)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gi_monitor import secrets
from gi_monitor.intake.state_changes import Connection

if TYPE_CHECKING:
    import pandas as pd

_HASH_BYTES = 20
_HASH_SIGNS = 32
_SIGNS = b"abcdefghijklmnopqrstuvwxyz234567"
_LOST = "lost"
"""Stands for the secret that hashed the keys of rows that went with the database, until they are made again."""


@dataclass(frozen=True)
class Pseudonyms:
    """The hashes of one institution's keys: keyed BLAKE2b, so whoever lacks the secret cannot try keys out.

    A key has the same hash in every month and dataset of its institution, and another at another institution. A hash
    has the form of a key. ``secret_id`` tells which root secret it comes from.
    """

    secret_id: str
    _secret: bytes = field(repr=False)

    def of(self, key: str) -> str:
        """The hash of one key, well formed or not; empty stays empty."""
        return f"k{base64.b32encode(self._digest(key)).decode().lower()}" if key else ""

    def of_all(self, keys: pd.Series[str]) -> pd.Series[str]:
        """The hash of every key; empty and missing ones stay what they are."""
        # Imported here: whoever writes a receipt hashes nothing.
        import pandas as pd

        codes, found = pd.factorize(keys)
        different = found.tolist()
        texts = _base32(b"".join(map(self._digest, different)))
        starts = range(0, len(texts), _HASH_SIGNS)
        hashed = [f"k{texts[n : n + _HASH_SIGNS]}" if key else "" for key, n in zip(different, starts, strict=True)]
        return pd.Series(pd.array(hashed, dtype="str").take(codes, allow_fill=True), keys.index)

    def _digest(self, key: str) -> bytes:
        text = key.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self._secret, digest_size=_HASH_BYTES).digest()


def _base32(content: bytes) -> str:
    """As base64 has it, in lower case, of a multiple of five bytes: that of millions of keys in a tenth of the time."""
    import numpy as np

    bits = np.unpackbits(np.frombuffer(content, np.uint8)).reshape(-1, 5)
    return np.frombuffer(_SIGNS, np.uint8)[bits @ np.array([16, 8, 4, 2, 1], np.uint8)].tobytes().decode()


def of(gi_code: str) -> Pseudonyms:
    """The hashes of an institution, by the root secret ``keys``; raises secrets.SecretError."""
    return Pseudonyms(secret_id(), secrets.derive(secrets.secret("keys"), f"keys of {gi_code}"))


def secret_id() -> str:
    """What tells the root secret ``keys`` from another; raises secrets.SecretError."""
    return secrets.identifier(secrets.secret("keys"))


def is_whole(connection: Connection) -> bool:
    """Whether all rows are there, hashed by one secret; if not, a rebuild is unfinished."""
    secret_ids = hashed_by(connection)
    return len(secret_ids) <= 1 and _LOST not in secret_ids


def lose_rows(connection: Connection) -> None:
    """Say of every delivery that has rows that they went with the database."""
    connection.execute("update ledger.delivery set hash_secret_id = %s where hash_secret_id is not null", [_LOST])


def hashed_by(connection: Connection) -> set[str]:
    """The secrets that hashed the keys of the rows there are: one, unless a rebuild is unfinished."""
    rows = connection.execute(
        "select distinct hash_secret_id as id from ledger.delivery where hash_secret_id is not null"
    )
    return {row["id"] for row in rows}
