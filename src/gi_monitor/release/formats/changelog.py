"""``changelog.md``: what changed from version to version of a release, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from gi_monitor.documents import day
from gi_monitor.release import files
from gi_monitor.release.formats.about import About

_SAID = {
    "first": ("Eerste publicatie.", "First publication."),
    "definitions": (
        "Definities of kolommen zijn gewijzigd; dictionary.csv heeft de nieuwe.",
        "Definitions or columns have changed; dictionary.csv has the new ones.",
    ),
    "figures": (
        "Cijfers zijn gecorrigeerd; revisions.csv noemt elk cijfer, oud en nieuw, met de oorzaak.",
        "Figures were corrected; revisions.csv lists each of them, old and new, with its cause.",
    ),
    "text": ("Teksten of beschrijvingen zijn gewijzigd, geen cijfer.", "Texts or metadata have changed, no figure."),
}


@dataclass(frozen=True)
class Entry:
    """A version, when it was published, and what it changed about the one before it (spec 3.3)."""

    version: str
    published: date
    change: Literal["first", "definitions", "figures", "text"]


def write(tree: Path, versions: Sequence[Entry], about: About) -> None:
    """Write it in a tree; ``versions`` of the release up to and including this one, the oldest first."""
    lines = [f"# {about.title_nl}", "", *([f"**{about.mark}**", ""] if about.mark else [])]
    for version in reversed(versions):
        dutch, english = _SAID[version.change]
        lines += [f"## {version.version}, {day(version.published)}", "", dutch, "", f"*{english}*", ""]
    files.write_text(tree / "changelog.md", "\n".join(lines).rstrip() + "\n")
