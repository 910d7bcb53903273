"""Folders of this machine: no server at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import Place
from tests.servers.side import files_under, institution, manifest_last


class Folders:
    """An institution that drops files in a folder of this machine."""

    def __init__(self, data: Path, gi_code: str = "haagrijn") -> None:
        self.institution: Institution = institution({"type": "folder"}, gi_code)
        self.inbox, self.outbox = data / "inbox" / gi_code, data / "outbox" / gi_code

    def put(self, place: Place, files: Mapping[str, bytes]) -> None:
        """Drop."""
        folder = self.inbox / place.name
        folder.mkdir(parents=True, exist_ok=True)
        for name in manifest_last(files):
            (folder / name).write_bytes(files[name])

    def in_inbox(self) -> set[str]:
        """The files of the inbox."""
        return {str(path.relative_to(self.inbox)) for path in self.inbox.rglob("*") if path.is_file()}

    def in_outbox(self) -> dict[str, bytes]:
        """The files of the outbox."""
        return files_under(self.outbox)
