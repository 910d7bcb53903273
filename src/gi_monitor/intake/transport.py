"""The folder transport: what lies complete in an institution's inbox (spec 1.1)."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gi_monitor import settings
from gi_monitor.month import Month

MANIFEST = "levering.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a delivery arrived: institution, month and volgnummer as the folders say."""

    gi_code: str
    month: Month
    sequence_number: int

    @property
    def path(self) -> Path:
        """The place as a relative path, the same in inbox and outbox."""
        return Path(self.gi_code, str(self.month), str(self.sequence_number))


def complete_deliveries(gi_code: str) -> list[Place]:
    """The deliveries of an institution whose manifest, written last, is there; oldest month first.

    A folder that is no ``<verslagmaand>/<volgnummer>`` is named in the log and left alone.
    """
    found = (_place(gi_code, path.parent) for path in _manifests(gi_code))
    return sorted((place for place in found if place), key=lambda place: (place.month, place.sequence_number))


def read(place: Place) -> Mapping[str, bytes]:
    """The files of a delivery by name, the manifest among them."""
    folder = settings.load().inbox / place.path
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if _is_delivered(path)}


def remove(place: Place) -> None:
    """Take a delivery out of the inbox, its manifest first, so that no half of it is taken for a whole."""
    folder = settings.load().inbox / place.path
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _manifests(gi_code: str) -> Iterator[Path]:
    return (settings.load().inbox / gi_code).glob(f"*/*/{MANIFEST}")


def _is_delivered(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _place(gi_code: str, folder: Path) -> Place | None:
    try:
        return Place(gi_code, Month.parse(folder.parent.name), int(folder.name))
    except ValueError:
        _log.warning(
            "inbox folder %s/%s of %s is no <verslagmaand>/<volgnummer>: left alone",
            folder.parent.name,
            folder.name,
            gi_code,
        )
        return None
