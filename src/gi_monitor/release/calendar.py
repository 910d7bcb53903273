"""Which releases there are, about which month, and when they are published (spec 3.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor.clock import AMSTERDAM
from gi_monitor.month import Month


class ReleaseError(RuntimeError):
    """A step of a release was refused; the message says why and what to do."""


@dataclass(frozen=True)
class Access:
    """Somebody who sees a release before its publication, and from when."""

    party: str
    access_from: datetime


@dataclass(frozen=True)
class Release:
    """One line of the release calendar, with those who see it beforehand."""

    release_id: str
    reference_month: Month
    publication_moment: datetime
    access: tuple[Access, ...] = ()

    @property
    def reference_date(self) -> date:
        """d: the last day of the reference month."""
        return self.reference_month.reference_date


def load(connection: Connection[DictRow]) -> list[Release]:
    """The calendar of the warehouse, in the order of its months."""
    rows = connection.execute(
        "select release_id, reference_month, publication_moment from core.release_calendar order by reference_month"
    ).fetchall()
    access: dict[str, list[Access]] = {}
    for row in connection.execute("select * from core.release_access order by access_from, party"):
        known = Access(row["party"], row["access_from"].astimezone(AMSTERDAM))
        access.setdefault(row["release_id"], []).append(known)
    return [
        Release(
            row["release_id"],
            Month.of(row["reference_month"]),
            row["publication_moment"].astimezone(AMSTERDAM),
            tuple(access.get(row["release_id"], ())),
        )
        for row in rows
    ]


def due(calendar: Sequence[Release], published: Collection[str], today: date) -> Release | None:
    """The newest release whose reference month has passed, unless it is published already."""
    passed = [release for release in calendar if release.reference_date + timedelta(days=1) <= today]
    newest = max(passed, key=lambda release: release.reference_month, default=None)
    return None if newest is None or newest.release_id in published else newest


def find(calendar: Sequence[Release], release_id: str) -> Release:
    """The release of that name; raises ReleaseError when the calendar has none."""
    for release in calendar:
        if release.release_id == release_id:
            return release
    raise ReleaseError(f"{release_id} is not in the release calendar: add it to the seed release_calendar")
