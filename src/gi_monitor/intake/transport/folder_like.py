"""What the transports share that look like folders: ``<verslagmaand>/<volgnummer>/`` with files in it (spec 1.1)."""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from gi_monitor.intake.transport.interface import MAX_DELIVERY_BYTES, TooLargeError, TransportError
from gi_monitor.intake.transport.listed import is_whole
from gi_monitor.intake.transport.place import MANIFEST, Place


class Entry(NamedTuple):
    """A file as a listing shows it; ``version`` changes when its bytes do, as far as the other side can tell."""

    name: str
    size: int
    version: str


Listing = frozenset[Entry]


class FolderLike(ABC):
    """An inbox of folders.

    A delivery whose files are what its manifest says is taken at once. Any other is looked at again after
    ``settle_seconds``: if something changed meanwhile, it is still arriving and left for the next look; if not, it is
    taken as it stands, and the rules say what is wrong with it.
    """

    settle_seconds: ClassVar[float] = 10

    @abstractmethod
    def _listings(self) -> Mapping[Place, Listing]:
        """All places of the inbox with the files in each."""

    @abstractmethod
    def _listing(self, place: Place) -> Listing:
        """The files of one place."""

    @abstractmethod
    def _content(self, place: Place, entry: Entry) -> bytes:
        """The bytes of a file, no more than one beyond the size that its entry says."""

    def complete(self) -> dict[Place, str]:
        """The deliveries whose manifest is there, with the signature of all their files."""
        found = self._listings()
        return {
            place: _signature(found[place])
            for place in sorted(found)
            if any(entry.name == MANIFEST for entry in found[place])
        }

    def read(self, place: Place) -> dict[str, bytes]:
        """The files of a delivery by name. Raises TransportError while it is still arriving, TooLargeError."""
        seen = self._listing(place)
        too_large = sum(entry.size for entry in seen) > MAX_DELIVERY_BYTES
        files = {} if too_large else {entry.name: self._content(place, entry) for entry in seen}
        if not is_whole(files):
            time.sleep(self.settle_seconds)
            cut_off = any(len(files[entry.name]) != entry.size for entry in seen if entry.name in files)
            if self._listing(place) != seen or cut_off:
                raise TransportError(f"{place.path}: still arriving, so it is left for the next look")
        if too_large:
            raise TooLargeError(f"{place.path}: larger than {MAX_DELIVERY_BYTES // 2**20} MiB, so it is not read")
        return files


def _signature(listing: Listing) -> str:
    return hashlib.sha256(repr(sorted(listing)).encode()).hexdigest()
