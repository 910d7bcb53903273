"""What secrets and credentials this process has: of its environment, or lent to a step for as long as it runs.

What is lent is in no environment, so no process that a step starts has it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_LENT: ContextVar[Mapping[str, str | None]] = ContextVar("lent", default=MappingProxyType({}))


def get(variable: str) -> str | None:
    """The value of a variable, None where it is empty. What is lent replaces the environment, also when it is empty."""
    lent = _LENT.get()
    return (lent[variable] if variable in lent else os.environ.get(variable)) or None


@contextmanager
def lent(values: Mapping[str, str | None]) -> Iterator[None]:
    """Lend values to what runs in the block, and to the threads that it hands its context."""
    token = _LENT.set({**_LENT.get(), **values})
    try:
        yield
    finally:
        _LENT.reset(token)
