"""The bytes of a delivery on disk: encrypted, as ``<archive>/<delivery_id>/1``, ``2``, … in the order of the names."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from gi_monitor import atomic, folders, settings
from gi_monitor.intake.archive import keys
from gi_monitor.intake.archive.keys import ArchiveError
from gi_monitor.intake.state_changes import Connection


def store(connection: Connection, delivery_id: int, files: Mapping[str, bytes]) -> None:
    """Keep the files of a delivery that has just arrived; they count once the caller's transaction does.

    The ledger never gives a number twice, so no other attempt to take a delivery in writes to the same folder. The
    caller removes what it wrote when its transaction fails (``arriving``). Raises ArchiveError when a file cannot be
    written.
    """
    key = keys.make(connection, delivery_id)
    for number, name in _numbered(files):
        write(folder_of(delivery_id) / str(number), key.encrypt(files[name], _about(name)))


def write(path: Path, content: bytes) -> None:
    """Write a file of the archive; raises ArchiveError when that cannot be, as on a full disk."""
    try:
        folders.private(settings.load().archive)
        atomic.write(path, content)
    except OSError as error:
        raise ArchiveError(
            f"the archive cannot be written: {error.strerror} in {settings.load().archive}; nothing was changed,"
            " and when that is mended the next run of intake does it"
        ) from error


def fetch(connection: Connection, delivery_id: int) -> dict[str, bytes]:
    """The files of a delivery by name; raises ArchiveError when they were purged, or are missing or damaged."""
    key = keys.open_key(connection, delivery_id)
    rows = connection.execute("select name from ledger.delivery_file where delivery_id = %s and kept", [delivery_id])
    names = [row["name"] for row in rows]
    return {name: key.decrypt(_read(key.delivery_id, number), _about(name)) for number, name in _numbered(names)}


def check_free(folder: Path, names: Iterable[str]) -> None:
    """Raise ArchiveError when a folder has a file of these names already."""
    if present := sorted(name for name in names if (folder / name).exists()):
        raise ArchiveError(f"{folder} has {', '.join(present)} already: name another folder")


def write_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files to a folder, readable by their owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        atomic.create(folder / name, content)


def remove(deliveries: Iterable[int]) -> None:
    """Remove what the archive still keeps of these deliveries."""
    for there in filter(Path.exists, map(folder_of, deliveries)):
        shutil.rmtree(there)


def present() -> set[int]:
    """Give the numbers of all deliveries of which the archive has something."""
    folder = settings.load().archive
    return {int(there.name) for there in folder.iterdir() if there.name.isdecimal()} if folder.exists() else set()


def _numbered(names: Collection[str]) -> enumerate[str]:
    return enumerate(sorted(names), start=1)


def folder_of(delivery_id: int) -> Path:
    """Where the archive keeps what it has of a delivery."""
    return settings.load().archive / str(delivery_id)


def _about(name: str) -> str:
    return f"file {name}"


def _read(delivery_id: int, number: int) -> bytes:
    path = folder_of(delivery_id) / str(number)
    if not path.exists():
        raise ArchiveError(f"the archive lacks file {number} of delivery {delivery_id}: restore it from the backup")
    return path.read_bytes()
