"""What every file of a release says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gi_monitor.documents import SYNTHETIC, day
from gi_monitor.release.catalogue import Catalogue


@dataclass(frozen=True)
class About:
    """One version of a release; ``published`` is the moment that the calendar gives it."""

    release_id: str
    version: str
    reference_date: date
    published: datetime
    synthetic: bool
    catalogue: Catalogue

    @property
    def edition(self) -> str:
        """What it is called on disk."""
        return f"gi-monitor-{self.release_id}-{self.version}"

    @property
    def url(self) -> str:
        """Where its public files are served, with a slash at the end."""
        return f"{self.catalogue.base_url}{self.edition}/public/"

    @property
    def title_nl(self) -> str:
        """Its title, which names the day after the reference date, as all pages do (spec 3.3)."""
        return f"{self.catalogue.title_nl} {self.release_id}: stand op {day(self._named)}"

    @property
    def title_en(self) -> str:
        """Its title in English."""
        return f"{self.catalogue.title_en} {self.release_id}: as at {self._named.day} {self._named:%B %Y}"

    @property
    def mark(self) -> str:
        """What stands on made-up data; empty on real data."""
        return SYNTHETIC if self.synthetic else ""

    @property
    def _named(self) -> date:
        return self.reference_date + timedelta(days=1)
