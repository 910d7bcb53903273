"""``changelog.md``: what changed from version to version of a release, in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gi_monitor.documents import day
from gi_monitor.release import files
from gi_monitor.release.announcements import Announcement
from gi_monitor.release.differences import Difference
from gi_monitor.release.formats.about import About
from gi_monitor.release.versions import Version

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
    """A version, the day as known on which it was made, and for a later one why it was."""

    version: Version
    day: date
    why: str


@dataclass(frozen=True)
class Changes:
    """What a release changes about what was out before.

    ``versions``: of it, up to and including this one, the oldest first.
    """

    versions: Sequence[Entry]
    announced: Sequence[Announcement]
    differences: Sequence[Difference]


def write(tree: Path, changes: Changes, about: About) -> None:
    """Write it in a tree."""
    lines = [f"# {about.title_nl}", "", *([f"**{about.mark}**", ""] if about.mark else [])]
    for entry in reversed(changes.versions):
        dutch, english = _SAID[entry.version.changes]
        reason = [] if entry.version.changes == "first" else [entry.why, ""]
        lines += [f"## {entry.version}, {day(entry.day)}", "", dutch, "", f"*{english}*", "", *reason]
    for announced in changes.announced:
        lines += [announced.why_nl, "", f"*{announced.why_en}*", ""]
    files.write_text(tree / "changelog.md", "\n".join(lines).rstrip() + "\n")
