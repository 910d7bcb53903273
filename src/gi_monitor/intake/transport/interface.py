"""What every transport can do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gi_monitor.intake.transport.place import Place

MAX_DELIVERY_BYTES = 256 * 2**20
"""No delivery is larger (spec 1.2); it bounds what a transport holds in memory."""

MAX_PAGE_BYTES = 16 * 2**20
"""No page of an API is larger; parsing one takes some thirty times its size."""
MAX_LISTING_BYTES = 2**20
"""No list of deliveries is larger; ten thousand lines fit in it."""
MAX_MANIFEST_BYTES = 2**20
"""No manifest is larger; a real one has a thousand bytes."""
MAX_ENTRIES = 10_000
"""No inbox has more folders and files; two years of deliveries have a few hundred."""


class TransportError(RuntimeError):
    """Something could not be read or sent this time: nothing of it was taken, and trying again is worth it."""


class RefusedError(TransportError):
    """A credential is missing or refused, or the other side is not who it should be: a person has to mend that."""


class TooLargeError(TransportError):
    """A delivery is larger than any may be, so it is not read: its sender has to mend that."""


class Room:
    """How many entries one look at an inbox may still list."""

    def __init__(self, gi_code: str) -> None:
        self._gi_code, self._left = gi_code, MAX_ENTRIES

    def take(self) -> None:
        """Count one entry. Raises TransportError when there are more than ``MAX_ENTRIES``."""
        self._left -= 1
        if self._left < 0:
            raise TransportError(
                f"{self._gi_code}: the inbox has more than {MAX_ENTRIES} entries, so it is not read: have it cleared"
            )


class Transport(Protocol):
    """The inbox and outbox of one institution. Every method raises TransportError.

    No message or log line of a transport repeats a name that the institution chose: a file name may hold anything.
    """

    def complete(self) -> Mapping[Place, str]:
        """The deliveries whose manifest is there, oldest first, each with a signature that changes when it does.

        Reads no file, so it can be asked again and again.
        """
        ...

    def read(self, place: Place) -> dict[str, bytes]:
        """The files of a complete delivery by name, the manifest among them; at most MAX_DELIVERY_BYTES.

        Raises TransportError when it is still arriving, so that the next look takes it; TooLargeError when it is
        larger than that.
        """
        ...

    def send(self, name: str, content: bytes) -> None:
        """Put a file in the outbox, whole and in place of an earlier one; ``2024-04/1/ontvangstbewijs.json``."""
        ...

    def remove(self, place: Place) -> None:
        """Remove every byte of a delivery from the inbox, the manifest last: what was not removed is seen again."""
        ...
