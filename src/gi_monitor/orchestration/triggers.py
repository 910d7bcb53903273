"""What wakes intake: a complete new delivery at an institution, whatever its transport (spec 1.1, 4.3)."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from gi_monitor import environment, institutions
from gi_monitor.institutions import Institution
from gi_monitor.intake import transport
from gi_monitor.orchestration import connections

_ANNOUNCED = "announced"
_PATIENCE_SECONDS = 30.0
_log = logging.getLogger(__name__)

_LOOKS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="look")
"""Threads enough for every institution: one whose server hangs keeps none of the others waiting."""


class NewDeliveryTrigger(BaseEventTrigger):
    """Sends an event when a complete delivery of an institution is new or changed.

    It holds no more than the ``gi_code``, so no secret is in Airflow's tables and no two institutions share a
    trigger. What was announced is kept in the asset state store and survives a restart; what left the inbox is
    forgotten. An event is sent at least once and names what was seen, but intake looks for itself.
    """

    def __init__(self, *, gi_code: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.gi_code = gi_code

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The import path and arguments from which the triggerer makes this trigger again."""
        return (f"{type(self).__module__}.{type(self).__qualname__}", {"gi_code": self.gi_code})

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again, for ever: a watcher that ends or raises would be made anew each second."""
        announced: Any = None
        pause = _PATIENCE_SECONDS
        while True:
            try:
                if announced is None:
                    announced = await self._store.aget(_ANNOUNCED, default={})
                institution = institutions.find(self.gi_code)
                pause = institution.transport.poll_seconds
                complete = await _look(institution)
                if new := sorted(name for name in complete if complete[name] != announced.get(name)):
                    yield TriggerEvent({"deliveries": new})  # type: ignore[no-untyped-call]
                if complete != announced:
                    await self._store.aset(_ANNOUNCED, complete)
                    announced = complete
            except transport.TransportError as error:
                _log.warning("looking for deliveries failed; looking again: %s", error)
            except Exception:
                _log.exception("looking for deliveries of %s failed; looking again", self.gi_code)
            await asyncio.sleep(pause)

    @property
    def _store(self) -> Any:
        if self.asset_state_store is None:
            raise RuntimeError("the triggerer gave no asset state store: this trigger only watches assets")
        return self.asset_state_store


async def _look(institution: Institution) -> dict[str, str]:
    """Complete deliveries by ``<verslagmaand>/<volgnummer>``, each with its signature."""
    with environment.lent(await connections.credential_values(institution)):
        context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_LOOKS, context.run, _complete, institution)


def _complete(institution: Institution) -> dict[str, str]:
    with transport.connect(institution) as inbox:
        return {place.name: signature for place, signature in inbox.complete().items()}
