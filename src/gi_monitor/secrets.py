"""The secrets of this installation: what no table, log or file of the project may hold (spec 1.5)."""

from __future__ import annotations

import base64
import binascii
import secrets as randomness
from pathlib import Path
from typing import Literal, get_args

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gi_monitor import atomic, environment, settings

Name = Literal["keys", "archive", "archive_previous", "signing"]
"""The root of the keyed hashes; the master key of the archive; the one before it, until it is rotated out; what signs
releases."""
NAMES: tuple[Name, ...] = get_args(Name)

_SHORTEST_BYTES = 32
_THROW_AWAY = "# A throw-away secret that gi-monitor made for trying things out; production mode does not read it.\n"


class SecretError(RuntimeError):
    """A secret is missing, unusable or not the one it should be; the message names its variable, never its value."""


def variable(name: Name) -> str:
    """The environment variable of a secret; with ``_FILE`` behind it, the one that names a file with the secret."""
    return f"GI_MONITOR_SECRET_{name.upper()}"


def secret(name: Name) -> bytes:
    """The bytes of a secret.

    Outside production mode one that is not configured is a throw-away secret of the data folder, made once.
    Raises SecretError when it is not usable, and in production mode when it is not configured.
    """
    found = configured(name)
    return found if found is not None else _throw_away(name)


def configured(name: Name) -> bytes | None:
    """The bytes of a secret that is lent, or that the environment has or names a file of; raises SecretError."""
    if text := environment.get(variable(name)):
        return _decode(text, variable(name))
    if path := environment.get(f"{variable(name)}_FILE"):
        return _read(Path(path), f"{variable(name)}_FILE")
    return None


def derive(root: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, by HKDF-SHA256; keys of different purposes say nothing about each other."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"gi-monitor {purpose}".encode()).derive(root)


def identifier(root: bytes) -> str:
    """What tells one secret from another and says nothing else about it: 16 hexadecimal digits."""
    return derive(root, "identifier")[:8].hex()


def _throw_away(name: Name) -> bytes:
    here = settings.load()
    if here.production:
        raise SecretError(
            f"production mode needs a secret in {variable(name)}, or in a file that {variable(name)}_FILE names:"
            " base64 of 32 random bytes or more, as `openssl rand -base64 32` makes"
        )
    path = here.secrets / name
    if not path.exists():
        made = base64.b64encode(randomness.token_bytes(_SHORTEST_BYTES)).decode()
        here.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic.create(path, f"{_THROW_AWAY}{made}\n".encode())
    return _read(path, str(path))


def _read(path: Path, source: str) -> bytes:
    """The secret in a file, in which lines that begin with # are remarks."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise SecretError(f"the file of {source} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        lines = []
    return _decode("".join(line for line in lines if not line.startswith("#")), source)


def _decode(text: str, source: str) -> bytes:
    try:
        content = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if len(content) < _SHORTEST_BYTES:
        raise SecretError(
            f"{source} is not base64 of {_SHORTEST_BYTES} bytes or more; `openssl rand -base64 32` makes one"
        )
    return content
