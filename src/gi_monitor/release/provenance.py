"""With which code a release was made."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path


def code_commit(home: Path) -> str:
    """The commit of the checkout, with ``+`` and a hash of what differs from it; ``unknown`` where there is no git.

    An image has no checkout: it says in ``GI_MONITOR_COMMIT`` of which one it was built.
    """
    try:
        commit = _git(home, "rev-parse", "HEAD")
        changes = _git(home, "diff", "HEAD", "--binary") + _git(home, "status", "--porcelain")
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get("GI_MONITOR_COMMIT") or "unknown"
    return f"{commit}+{hashlib.sha256(changes.encode()).hexdigest()[:12]}" if changes else commit


def lock_sha256(home: Path) -> str:
    """The sha256 of the dependencies' lock."""
    return hashlib.sha256((home / "requirements.lock").read_bytes()).hexdigest()


def _git(home: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(home), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
