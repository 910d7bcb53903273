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
        if not key:
            return ""
        hashed = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=_HASH_BYTES)
        return f"k{base64.b32encode(hashed.digest()).decode().lower()}"

    def of_all(self, keys: pd.Series[str]) -> pd.Series[str]:
        """The hash of every key; empty and missing ones stay what they are."""
        return keys.map({key: self.of(key) for key in keys.dropna().unique()}).astype("str")


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
