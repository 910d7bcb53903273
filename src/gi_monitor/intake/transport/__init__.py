"""The transports: what lies complete at an institution, and the way back for its receipts (spec 1.1, 1.2).

Each transport is one module of that name, that is imported only when an institution uses it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol, cast

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport.interface import (
    MAX_DELIVERY_BYTES,
    RefusedError,
    TooLargeError,
    Transport,
    TransportError,
)
from gi_monitor.intake.transport.place import MANIFEST, Place

__all__ = [
    "MANIFEST",
    "MAX_DELIVERY_BYTES",
    "Place",
    "RefusedError",
    "TooLargeError",
    "Transport",
    "TransportError",
    "connect",
]


class _Module(Protocol):
    def connect(self, gi_code: str, where: Any) -> AbstractContextManager[Transport]: ...


def connect(institution: Institution) -> AbstractContextManager[Transport]:
    """The transport of an institution, connected while the ``with`` block lasts. Raises TransportError."""
    module = cast(_Module, import_module(f"{__name__}.{institution.transport.type}"))
    return module.connect(institution.gi_code, institution.transport)
