"""Folders of the data folder: only their owner can open them, except where readers or the web server look."""

from __future__ import annotations

import os
from pathlib import Path

from gi_monitor import settings

OPEN = 0o755
"""What a folder has that others may look into; its files have 0644."""
_PRIVATE = 0o700


def private(path: Path) -> Path:
    """Make a folder that only its owner can open, whatever the umask is; close one that others could."""
    return _made(path, _PRIVATE)


def public(path: Path) -> Path:
    """Make a folder that everybody can look into, whatever the umask is."""
    return _made(path, OPEN)


def keep_files_private() -> None:
    """Have this process and those that it starts make files and folders that only their owner can open."""
    os.umask(0o077)


def _made(path: Path, mode: int) -> Path:
    data = settings.load().data
    if not data.exists():
        data.mkdir(parents=True)
        data.chmod(OPEN)  # The web server passes through it.
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_mode & 0o777 != mode:
        path.chmod(mode)
    return path
