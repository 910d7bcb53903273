"""The signature under the sums of a tree, as minisign checks it offline (spec 3.3).

The same sums of the same release under the same key give the same signature: Ed25519 draws nothing at random, and the
comment that is signed too names the release, not a moment.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import minisign  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gi_monitor import atomic, secrets
from gi_monitor.release import files
from gi_monitor.release.calendar import ReleaseError

PUBLIC_KEY = "gi-monitor.pub"
"""What the public key is called, beside the releases."""

_UNENCRYPTED = b"Ed" + bytes(2) + b"B2" + bytes(32 + 8 + 8)


def sign(tree: Path, edition: str) -> None:
    """Sign ``SHA256SUMS`` of a tree of ``edition``, such as gi-monitor-2024-T1-1.0.0.

    Raises SecretError in production mode when there is no key in ``GI_MONITOR_SECRET_SIGNING``.
    """
    signature = _key().sign(
        (tree / files.SUMS).read_bytes(),
        untrusted_comment=f"GI-monitor{_label()}",
        trusted_comment=f"{edition} {tree.name}{_label()}",
    )
    (tree / files.SIGNATURE).write_bytes(bytes(signature) + b"\n")


def require_key() -> None:
    """Raises SecretError in production mode when there is no key in ``GI_MONITOR_SECRET_SIGNING``."""
    _key()


def verify(tree: Path) -> None:
    """Raises ReleaseError unless the sums of a tree are signed by the key of this installation."""
    try:
        _key().get_public_key().verify_file(tree / files.SUMS)
    except (OSError, minisign.Error) as error:
        raise ReleaseError(f"{tree.name}/{files.SUMS} is not signed by the key of this installation: {error}") from None


def write_public_key(releases: Path) -> None:
    """The public key beside the releases. One that was there before is kept by its number, for what it signed."""
    place, public = releases / PUBLIC_KEY, _key().get_public_key()
    public.untrusted_comment = f"GI-monitor public key {_number(public)}{_label()}"
    if place.exists():
        earlier = minisign.PublicKey.from_file(place)
        if earlier == public:
            return
        atomic.write(place.with_stem(f"{place.stem}-{_number(earlier)}"), place.read_bytes(), mode=0o644)
    atomic.write(place, bytes(public) + b"\n", mode=0o644)


def _number(public: minisign.PublicKey) -> str:
    """The number that minisign shows of a key."""
    return base64.b64decode(public.to_base64())[2:10][::-1].hex().upper()


def _label() -> str:
    return "" if secrets.configured("signing") else ", throw-away key for trying things out"


def _key() -> minisign.SecretKey:
    """The key pair that follows from the secret, in the form of a minisign file without a password."""
    seed = secrets.derive(secrets.secret("signing"), "minisign")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    pair = hashlib.sha256(public).digest()[:8] + seed + public
    checksum = hashlib.blake2b(b"Ed" + pair, digest_size=32).digest()
    return minisign.SecretKey.from_base64(base64.b64encode(_UNENCRYPTED + pair + checksum))
