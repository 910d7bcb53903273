"""How often the worker changed, and placements out of home."""

from __future__ import annotations

from gi_monitor.release.pages.blocks import Section
from gi_monitor.release.pages.exhibits import Exhibits


def sections(exhibits: Exhibits) -> list[Section]:
    """What the page shows."""
    return [
        exhibits.over_time("changes", ["C9.share_two_or_more"], ["C9.mean", "C9.share_two_or_more"], zero=True),
        exhibits.over_time("placements", ["C10.count"], ["C10.count", "C10.share"], zero=True),
    ]
