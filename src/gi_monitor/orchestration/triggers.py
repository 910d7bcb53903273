"""What wakes intake: a complete new delivery in an institution's folder (spec 1.1, 4.3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

POLL_SECONDS = 1.0
_ANNOUNCED = "announced"
_log = logging.getLogger(__name__)


class NewDeliveryTrigger(BaseEventTrigger):
    """Sends an event when ``<folder>/<verslagmaand>/<volgnummer>/levering.json`` is new or was rewritten.

    ``folder`` is one institution's inbox, so no two institutions share a trigger. What was announced is
    kept in the asset state store and survives a restart; what left the folder is forgotten. An event is
    sent at least once and names what was seen, but intake looks for itself.
    """

    def __init__(self, *, folder: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder = folder

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The import path and arguments from which the triggerer makes this trigger again."""
        return (f"{type(self).__module__}.{type(self).__qualname__}", {"folder": self.folder})

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look every second, for ever: a watcher that ends or raises would be made anew each second."""
        announced: Any = None
        while True:
            try:
                if announced is None:
                    announced = await self._store.aget(_ANNOUNCED, default={})
                complete = await asyncio.to_thread(self._complete)
                if new := sorted(name for name in complete if complete[name] != announced.get(name)):
                    yield TriggerEvent({"deliveries": new})  # type: ignore[no-untyped-call]
                if complete != announced:
                    await self._store.aset(_ANNOUNCED, complete)
                    announced = complete
            except Exception:
                _log.exception("looking for deliveries in %s failed; looking again", self.folder)
            await asyncio.sleep(POLL_SECONDS)

    @property
    def _store(self) -> Any:
        if self.asset_state_store is None:
            raise RuntimeError("the triggerer gave no asset state store: this trigger only watches assets")
        return self.asset_state_store

    def _complete(self) -> dict[str, list[int]]:
        """Complete deliveries by ``<verslagmaand>/<volgnummer>``, each with the signature of its manifest."""
        folder = Path(self.folder)
        return {
            str(manifest.parent.relative_to(folder)): [status.st_mtime_ns, status.st_size]
            for manifest in folder.glob("*/*/levering.json")
            for status in [manifest.stat()]
        }
