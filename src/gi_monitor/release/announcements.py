"""Figures and codes that appear or vanish, announced to readers in ``indicators/_announcements.yml`` (spec 3.1)."""

from __future__ import annotations

from collections.abc import Sequence

import yaml
from pydantic import BaseModel, ConfigDict, Field

from gi_monitor import settings
from gi_monitor.indicators import Cell

_ALL = "*"


class Announcement(BaseModel):
    """What changes from a release on, and why; what is not named is all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    release: str = Field(pattern=r"^20\d{2}-T[123]$")
    indicator: str
    component: str = _ALL
    breakdown: str = _ALL
    category: str = _ALL
    why_nl: str
    why_en: str

    def covers(self, cell: Cell) -> bool:
        """Whether a cell is among what is announced."""
        named = (self.indicator, self.component, self.breakdown, self.category)
        return all(name in (_ALL, part) for name, part in zip(named, cell, strict=True))


def of(release_id: str) -> Sequence[Announcement]:
    """What was announced for a release. Raises ValueError when the file is wrong."""
    path = settings.load().home / "indicators" / "_announcements.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = [Announcement.model_validate(entry) for entry in content["announcements"]]
    return [announced for announced in known if announced.release == release_id]
