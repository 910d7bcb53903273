"""Which release the pages are about, and what they tell beside its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gi_monitor.release.calendar import Release
from gi_monitor.release.catalogue import Catalogue
from gi_monitor.release.inputs import CbsStock, PolicyMoment
from gi_monitor.release.pages.language import Code
from gi_monitor.release.response import Institution


@dataclass(frozen=True)
class Edition:
    """One release. ``baseline`` is the reference date of the baseline.

    ``institutions`` are those expected on the reference date. ``files``: what else lies in the public tree, by path.
    """

    release: Release
    version: str
    baseline: date
    synthetic: bool
    policy_moments: Sequence[PolicyMoment]
    cbs_stocks: Sequence[CbsStock]
    calendar: Sequence[Release]
    institutions: Sequence[Institution]
    catalogue: Catalogue
    files: Sequence[str]

    @property
    def release_id(self) -> str:
        """The trimester, as ``2024-T3``."""
        return self.release.release_id

    @property
    def stand(self) -> date:
        """The day that its figures are named after: the one after the reference date (spec 3.3)."""
        return self.release.reference_date + timedelta(days=1)

    def document(self, code: Code) -> str:
        """Where the pages of one language lie as one document, from the root of the tree."""
        return f"{'' if code == 'nl' else f'{code}/'}gi-monitor-{self.release_id}.pdf"
