"""The files of a candidate, from what the warehouse held at its vintage (spec 3.2, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from gi_monitor import indicators
from gi_monitor.disclosure import protection
from gi_monitor.release import earlier, previous
from gi_monitor.release.differences import Comparison
from gi_monitor.release.inputs import Inputs
from gi_monitor.release.previous import Previous
from gi_monitor.release.store import Candidate
from gi_monitor.release.versions import Version


@dataclass(frozen=True)
class Draft:
    """What is to be published, audited against all that was out before, and laid beside the last of that.

    ``comparison`` is None before the first release.
    """

    found: Inputs
    released: protection.Release
    previous: Previous | None
    comparison: Comparison | None
    version: Version


def make(candidate: Candidate, found: Inputs, *, look: str = "") -> Draft:
    """Disclosure control, audit and comparison; takes minutes. ``look``: see ``inputs.read``."""
    released = protection.release(
        found.observations, indicators.load(), found.path, found.vintage_deliveries, earlier.editions(candidate)
    )
    before = previous.find(candidate)
    comparison = previous.compare(before, candidate, released.published, look=look) if before else None
    return Draft(found, released, before, comparison, previous.version_after(before, candidate, comparison))
