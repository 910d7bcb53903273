"""Delivering to a real warehouse as an institution does, and looking at what became of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gi_monitor.intake import arrivals, outbox
from gi_monitor.warehouse.connection import connect

INSTITUTIONS = Path(__file__).parent / "worked_example" / "institutions"
"""Two institutions that deliver in canonical form."""


def drop(data: Path, delivered: dict[str, bytes], sequence_number: int = 1, month: str = "2024-04") -> Path:
    """Put files in haagrijn's inbox, the manifest last."""
    folder = data / "inbox" / "haagrijn" / month / str(sequence_number)
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(delivered, key=lambda name: name == "levering.json"):
        (folder / name).write_bytes(delivered[name])
    return folder


def take_in() -> list[int]:
    """All of intake for haagrijn; the ids of what now counts."""
    accepted = arrivals.take_over("haagrijn")
    outbox.send_receipts("haagrijn")
    return [delivery.delivery_id for delivery in accepted]


def rows(query: str) -> list[tuple[Any, ...]]:
    """What intake's role sees."""
    with connect("gi_intake") as connection:
        return [tuple(row.values()) for row in connection.execute(query)]


def states() -> list[tuple[Any, ...]]:
    """volgnummer and state of every delivery, in order of arrival."""
    return rows("select sequence_number, state from ledger.delivery order by delivery_id")


def receipt(data: Path, sequence_number: int = 1, name: str = "ontvangstbewijs") -> dict[str, Any]:
    """The machine's receipt of a delivery of April 2024."""
    path = data / "outbox" / "haagrijn" / "2024-04" / str(sequence_number) / f"{name}.json"
    content: dict[str, Any] = json.loads(path.read_text())
    return content
