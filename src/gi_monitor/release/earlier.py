"""What is out already, as the attacker of the audit knows it (spec 3.2)."""

from __future__ import annotations

import json
from pathlib import Path

from gi_monitor import settings
from gi_monitor.disclosure.audit.editions import Deliveries, Edition
from gi_monitor.disclosure.observation import Key, Observation
from gi_monitor.month import Month
from gi_monitor.release import previous, store
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.formats import observations
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect


def editions(candidate: Candidate) -> list[Edition]:
    """Every version that was out, if only for a while, when the candidate was made; in the order in which it went out.

    Raises ReleaseError where the files of one are missing, for without them nobody can say what is known, and where
    the publication of one was interrupted.
    """
    with connect("gi_release") as connection:
        out = store.out(connection)
        known = store.out(connection, before=candidate)
    there = {
        folder.name for folder in settings.load().releases.glob("gi-monitor-20*-T*") if (folder / "review").exists()
    }
    half = there - {each.edition for each in out}
    if half:
        names = ", ".join(sorted(half))
        raise ReleaseError(f"the publication of {names} was interrupted: `gi-monitor release publish` finishes it")
    return [_read(previous.folder(each)) for each in known]


def _read(folder: Path) -> Edition:
    try:
        return Edition(
            name=folder.name,
            exact=_observations(folder / "review" / "observations.csv"),
            published=_observations(folder / "restricted" / "data" / "observations.csv"),
            deliveries=_deliveries(folder / "public" / "manifest.json"),
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ReleaseError(
            f"{folder.name} is out, but {type(error).__name__} when reading its files: put {folder} back as it was"
            " published, for the audit must know what was told before"
        ) from error


def _observations(path: Path) -> dict[Key, Observation]:
    return {row.key: row for row in observations.read_csv(path)}


def _deliveries(manifest: Path) -> Deliveries:
    vintage = json.loads(manifest.read_text(encoding="utf-8"))["vintage"]
    return frozenset((each["institution"], Month.parse(each["month"]).start, each["sha256"]) for each in vintage)
