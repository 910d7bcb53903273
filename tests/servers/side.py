"""An institution's side of a transport, as the tests of every transport use it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import MANIFEST, Place


class Side(Protocol):
    """Where an institution puts deliveries and finds receipts."""

    institution: Institution

    def put(self, place: Place, files: Mapping[str, bytes]) -> None:
        """Deliver files; the manifest, where there is one, last."""
        ...

    def in_inbox(self) -> set[str]:
        """What lies in the inbox: ``2024-04/1/levering.json``."""
        ...

    def in_outbox(self) -> dict[str, bytes]:
        """What came back: ``2024-04/1/ontvangstbewijs.json``."""
        ...


def files_under(folder: Path) -> dict[str, bytes]:
    """The files of a folder; not one that is gone when it is read, as a draft is that is renamed."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            with suppress(FileNotFoundError):
                found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def institution(transport: Mapping[str, object], gi_code: str = "haagrijn") -> Institution:
    """An institution that delivers the pages of an API, by any transport."""
    return Institution.model_validate(
        {
            "gi_code": gi_code,
            "name": "Verzonnen",
            "synthetic": True,
            "valid_from": "2015-01-01",
            "transport": transport,
            "dialect": {"format": "json_pages", "rows": "gegevens"},
        }
    )


def manifest_last(files: Mapping[str, bytes]) -> list[str]:
    """The names of files in the order in which an institution should send them."""
    return sorted(files, key=lambda name: name == MANIFEST)
