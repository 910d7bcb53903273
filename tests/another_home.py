"""A copy of everything that is versioned, for tests that edit it as a person would."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gi_monitor import settings

_COPIED = ("contracts", "dbt_project", "expectations", "indicators", "institutions")


def another_home(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Copy it to ``folder/home`` and point the settings there."""
    home = folder / "home"
    for name in _COPIED:
        shutil.copytree(settings.PROJECT / name, home / name)
    patch.setenv("GI_MONITOR_HOME", str(home))
    return home


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} does not stand in {file.name} once"
    file.write_text(text.replace(old, new), encoding="utf-8")


def add_line(file: Path, line: str) -> None:
    """Add a line to the end of a file."""
    with file.open("a", encoding="utf-8") as end:
        end.write(f"{line}\n")
