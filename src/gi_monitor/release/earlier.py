"""What is out already, as the attacker of the audit knows it (spec 3.2)."""

from __future__ import annotations

import json
from pathlib import Path

from gi_monitor import settings
from gi_monitor.disclosure.audit.editions import Deliveries, Edition
from gi_monitor.disclosure.observation import Key, Observation
from gi_monitor.month import Month
from gi_monitor.release import store
from gi_monitor.release.calendar import ReleaseError
from gi_monitor.release.formats import observations
from gi_monitor.warehouse.connection import connect


def editions() -> list[Edition]:
    """Every version of every release that is out, in the order of their names.

    Raises ReleaseError where the files of one are missing: without them nobody can say what is known.
    """
    releases = settings.load().releases
    with connect("gi_release") as connection:
        out = {candidate.edition for candidate in store.candidates(connection) if candidate.state == "published"}
    # What a killed publisher left has no such state yet, but may have been seen.
    names = out | {folder.name for folder in releases.glob("gi-monitor-*")}
    return [_read(releases / name) for name in sorted(names)]


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
