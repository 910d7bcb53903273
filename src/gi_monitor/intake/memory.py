"""The memory that this process takes for what somebody else sent: bounded, and not searched for what can go."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DATA_PAGES = 5


@contextmanager
def bounded(extra_bytes: int) -> Iterator[None]:
    """Within the block this process may take so many bytes more than it has; asking for more raises MemoryError.

    The kernel holds it to that, whatever library asks (RLIMIT_DATA, setrlimit(2)). Elsewhere than on Linux, as in
    pre-flight on an institution's own machine, nothing is bounded.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    now = int(Path("/proc/self/statm").read_text().split()[_DATA_PAGES]) * resource.getpagesize()
    limits = [now + extra_bytes, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Within the block nobody looks for cycles of objects: of what makes millions to keep them, in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
