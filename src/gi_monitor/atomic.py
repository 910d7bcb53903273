"""Files that are never seen half."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path


def write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file beside its place and move it there; two writers at once leave one whole file.

    Its owner alone may read it, unless ``mode`` says otherwise; the umask does not matter.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = _beside(path)
    try:
        half.touch(mode=0o600)
        half.write_bytes(content)
        half.chmod(mode)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def create(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, unless it is there already; of two writers at once the first wins."""
    half = _beside(path)
    half.touch(mode=0o600)
    half.write_bytes(content)
    # Unlike a move, a link does not replace what is there.
    with suppress(FileExistsError):
        path.hardlink_to(half)
    half.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
