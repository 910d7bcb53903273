"""The folder transport: folders of this machine, in which no link is followed.

Whoever may write in an inbox could otherwise have us read what lies outside it, and tell it back in a receipt. So
each folder is opened within the one above it: nobody can put a link in its place between a check and its use.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from gi_monitor import folders, settings
from gi_monitor.institutions.transport import FolderTransport
from gi_monitor.intake.transport.folder_like import Entry, FolderLike, Listing
from gi_monitor.intake.transport.interface import Room, TransportError
from gi_monitor.intake.transport.listed import is_delivered
from gi_monitor.intake.transport.place import MANIFEST, Place, left_alone

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe in the place of a file must not block


@contextmanager
def connect(gi_code: str, _where: FolderTransport) -> Iterator[Folder]:
    """The inbox and outbox of an institution under the data folder; an operator may have made each of them a link."""
    folders.private(settings.load().inbox)
    folders.private(settings.load().outbox)
    yield Folder(gi_code)


class Folder(FolderLike):
    """An inbox on this machine; no second look is waited for, because its manifest was written last."""

    settle_seconds = 0

    def __init__(self, gi_code: str) -> None:
        self._gi_code = gi_code
        self._inbox = (settings.load().inbox / gi_code).resolve()
        self._outbox = (settings.load().outbox / gi_code).resolve()

    def send(self, name: str, content: bytes) -> None:
        """Put a file in the outbox; folders and files that are links are not written through."""
        *above, last = name.split("/")
        half = f".{last}.{os.getpid()}.{threading.get_ident()}"
        try:
            self._outbox.mkdir(parents=True, exist_ok=True)
            with _made(str(self._outbox), above) as folder:
                with os.fdopen(os.open(half, _NEW_FILE, 0o600, dir_fd=folder), "wb") as file:
                    file.write(content)
                os.rename(half, last, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError as error:
            raise TransportError(f"the outbox of {self._gi_code} cannot be written: {error.strerror}") from None

    def remove(self, place: Place) -> None:
        """Remove a delivery, the manifest last."""
        with self._month(str(place.month)) as month:
            with _opened(str(place.sequence_number), month) as folder, os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name == MANIFEST):
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.name, dir_fd=folder)
                    else:
                        os.unlink(entry.name, dir_fd=folder)
            os.rmdir(str(place.sequence_number), dir_fd=month)

    def _listings(self) -> dict[Place, Listing]:
        if not self._inbox.is_dir():
            return {}
        room = Room(self._gi_code)
        with _opened(str(self._inbox)) as inbox:
            months = self._subfolders(inbox, room)
        found: dict[Place, Listing] = {}
        for name in months:
            with self._month(name) as month:
                for number in self._subfolders(month, room):
                    if place := Place.parse(self._gi_code, name, number):
                        found[place] = self._files(month, number, room)
        return found

    def _listing(self, place: Place) -> Listing:
        with self._month(str(place.month)) as month:
            return self._files(month, str(place.sequence_number), Room(self._gi_code))

    def _content(self, place: Place, entry: Entry) -> bytes:
        with (
            self._month(str(place.month)) as month,
            _opened(str(place.sequence_number), month) as folder,
            os.fdopen(os.open(entry.name, _FILE, dir_fd=folder), "rb") as file,
        ):
            return file.read(entry.size + 1)

    @contextmanager
    def _month(self, name: str) -> Iterator[int]:
        with _opened(str(self._inbox)) as inbox, _opened(name, inbox) as month:
            yield month

    def _subfolders(self, folder: int, room: Room) -> list[str]:
        with os.scandir(folder) as entries:
            return [entry.name for entry in _counted(entries, room) if self._is_no_link(entry) and entry.is_dir()]

    def _files(self, month: int, number: str, room: Room) -> Listing:
        with _opened(number, month) as folder, os.scandir(folder) as entries:
            return frozenset(
                Entry(entry.name, status.st_size, str(status.st_ctime_ns))
                for entry in _counted(entries, room)
                if is_delivered(entry.name) and self._is_no_link(entry) and entry.is_file()
                for status in [entry.stat(follow_symlinks=False)]
            )

    def _is_no_link(self, entry: os.DirEntry[str]) -> bool:
        if entry.is_symlink():
            left_alone(self._gi_code, "a symbolic link")
        return not entry.is_symlink()


@contextmanager
def _made(root: str, folders: list[str]) -> Iterator[int]:
    """Open the last of nested folders, made where they are not there, each within the one above it."""
    descriptor = os.open(root, _FOLDER)
    try:
        for name in folders:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=descriptor)
            within, descriptor = descriptor, os.open(name, _FOLDER, dir_fd=descriptor)
            os.close(within)
        yield descriptor
    finally:
        os.close(descriptor)


def _counted(entries: Iterable[os.DirEntry[str]], room: Room) -> Iterator[os.DirEntry[str]]:
    for entry in entries:
        room.take()
        yield entry


@contextmanager
def _opened(folder: str, within: int | None = None) -> Iterator[int]:
    """A folder's descriptor. What goes wrong is said without the name, which the institution chose."""
    try:
        descriptor = os.open(folder, _FOLDER, dir_fd=within)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise TransportError(f"something in an inbox folder cannot be read: {error.strerror}") from None
