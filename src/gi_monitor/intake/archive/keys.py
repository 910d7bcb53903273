"""Data keys, one per delivery, and the master key that wraps them: AES-256-GCM throughout."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.rows import DictRow

from gi_monitor import secrets
from gi_monitor.intake.state_changes import Connection

_NONCE_BYTES = 12


class ArchiveError(RuntimeError):
    """Archived bytes cannot be had; the message says why and what to do."""


class PurgedError(ArchiveError):
    """The data key was destroyed, so nobody can read the bytes any more."""


@dataclass(frozen=True)
class DataKey:
    """What encrypts the bytes of one delivery, and of no other.

    ``delivery_id`` is the delivery that arrived, also where its bytes were judged again as another.
    """

    delivery_id: int
    content_sha256: str
    _key: bytes = field(repr=False)

    def encrypt(self, content: bytes, about: str) -> bytes:
        """The content so that it can only be had back with this key, for this delivery and ``about`` this."""
        return _encrypt(AESGCM(self._key), content, self._bound_to(about))

    def decrypt(self, content: bytes, about: str) -> bytes:
        """The content that was encrypted; raises ArchiveError when it is damaged, or was about something else."""
        return _decrypt(AESGCM(self._key), content, self._bound_to(about), f"delivery {self.delivery_id}")

    def _bound_to(self, about: str) -> str:
        return f"{self.content_sha256} {about}"


def make(connection: Connection, delivery_id: int) -> DataKey:
    """A new data key for a delivery that has just arrived."""
    made = DataKey(delivery_id, _content_sha256(connection, delivery_id), AESGCM.generate_key(bit_length=256))
    master_id, master = _master(secrets.secret("archive"))
    connection.execute(
        "insert into ledger.data_key (delivery_id, wrapped, master_key_id) values (%s, %s, %s)",
        [delivery_id, _encrypt(master, made._key, made.content_sha256), master_id],
    )
    return made


def open_key(connection: Connection, delivery_id: int) -> DataKey:
    """The data key of a delivery; one that is a recheck has that of the delivery that arrived.

    Raises PurgedError when it was destroyed, ArchiveError when there is none or its master key is not configured.
    """
    row = kept(connection, delivery_id)
    master = _masters([row["master_key_id"]])[row["master_key_id"]]
    return DataKey(row["delivery_id"], row["content_sha256"], _unwrap(master, row))


def kept(connection: Connection, delivery_id: int) -> DictRow:
    """What the ledger keeps of that data key, wrapped as it is.

    Raises PurgedError when it was destroyed, ArchiveError when there is none.
    """
    row = connection.execute(
        """
        select kept.delivery_id, judged.content_sha256, kept.wrapped, kept.master_key_id, kept.destroyed_at
        from ledger.delivery as judged
        inner join ledger.data_key as kept on kept.delivery_id = coalesce(judged.recheck_of, judged.delivery_id)
        where judged.delivery_id = %s
        """,
        [delivery_id],
    ).fetchone()
    if row is None:
        raise ArchiveError(f"the archive holds no bytes of delivery {delivery_id}: have it delivered again")
    if row["destroyed_at"]:
        raise PurgedError(f"the bytes of delivery {delivery_id} were purged on {row['destroyed_at']:%Y-%m-%d}")
    return row


def rotate(connection: Connection) -> int:
    """Wrap by the master key every data key that the one before it still wraps; how many.

    Raises ArchiveError when one is wrapped by a master key that is not configured.
    """
    current_id, current = _master(secrets.secret("archive"))
    rows = connection.execute(
        """
        select delivery_id, content_sha256, wrapped, master_key_id
        from ledger.data_key inner join ledger.delivery using (delivery_id)
        where destroyed_at is null and master_key_id <> %s for update of data_key
        """,
        [current_id],
    ).fetchall()
    masters = _masters([row["master_key_id"] for row in rows])
    for row in rows:
        wrapped = _encrypt(current, _unwrap(masters[row["master_key_id"]], row), row["content_sha256"])
        connection.execute(
            "update ledger.data_key set wrapped = %s, master_key_id = %s where delivery_id = %s",
            [wrapped, current_id, row["delivery_id"]],
        )
    return len(rows)


def seal(content: bytes, about: str) -> bytes:
    """The content so that it can only be had back with the master key, and ``about`` this."""
    master_id, master = _master(secrets.secret("archive"))
    return master_id.encode() + _encrypt(master, content, about)


def unseal(content: bytes, about: str) -> bytes:
    """What was sealed; raises ArchiveError when it is damaged, or its master key is not configured."""
    length = len(secrets.identifier(b""))
    master_id = content[:length].decode("ascii", "replace")
    return _decrypt(_masters([master_id])[master_id], content[length:], about, about)


def _content_sha256(connection: Connection, delivery_id: int) -> str:
    row = connection.execute(
        "select content_sha256 from ledger.delivery where delivery_id = %s", [delivery_id]
    ).fetchone()
    assert row is not None
    sha256: str = row["content_sha256"]
    return sha256


def _master(root: bytes) -> tuple[str, AESGCM]:
    """A master key, and what tells it from another."""
    return secrets.identifier(root), AESGCM(secrets.derive(root, "master key of the archive"))


def _masters(needed: Collection[str]) -> dict[str, AESGCM]:
    """The master keys that are configured; raises ArchiveError when one that is needed is not among them."""
    roots = [secrets.secret("archive"), secrets.configured("archive_previous")]
    known = dict(_master(root) for root in roots if root is not None)
    if unknown := sorted(set(needed) - known.keys()):
        raise ArchiveError(
            f"the archive is locked by master key {', '.join(unknown)}, which is neither in"
            f" {secrets.variable('archive')} nor in {secrets.variable('archive_previous')}: configure it"
        )
    return known


def _unwrap(master: AESGCM, row: DictRow) -> bytes:
    return _decrypt(master, row["wrapped"], row["content_sha256"], f"delivery {row['delivery_id']}")


def _encrypt(cipher: AESGCM, content: bytes, about: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, about.encode())


def _decrypt(cipher: AESGCM, content: bytes, about: str, whose: str) -> bytes:
    try:
        return cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        raise ArchiveError(
            f"what the archive keeps of {whose} is damaged or not its own: restore it from the backup"
        ) from None
