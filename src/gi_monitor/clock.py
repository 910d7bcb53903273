"""The one clock of the project (spec 4.8).

Real time, unless it was set: by ``GI_MONITOR_NOW`` (an ISO moment) for this process, or by ``set_to`` for
every process that works on the same data folder, so that a demo can walk through its history. Production
mode refuses both.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from gi_monitor import atomic, settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class ClockError(RuntimeError):
    """The clock was set where it may not be, or to something that is not a moment."""


def now() -> datetime:
    """The business moment, timezone-aware, in Europe/Amsterdam.

    Raises ClockError when the clock was set in production mode, or to something that is not a moment.
    """
    here = settings.load()
    moment = os.environ.get("GI_MONITOR_NOW") or _kept(here)
    if moment is None:
        return datetime.now(UTC).astimezone(AMSTERDAM)
    if here.production:
        raise ClockError(f"production mode keeps real time: unset GI_MONITOR_NOW and remove {here.clock}")
    return _parse(moment)


def today() -> date:
    """The business day in Europe/Amsterdam."""
    return now().date()


def set_to(moment: datetime) -> None:
    """Set the clock of this data folder; raises ClockError in production mode."""
    here = settings.load()
    if here.production:
        raise ClockError("production mode keeps real time: the clock is not set")
    # No secret, and read by every user that works on this data folder.
    atomic.write(here.clock, moment.isoformat().encode(), mode=0o644)


def _kept(here: settings.Settings) -> str | None:
    try:
        return here.clock.read_text().strip()
    except FileNotFoundError:
        return None


def _parse(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockError(f"the clock is set to {text!r}, which is not an ISO moment") from error
    return moment.astimezone(AMSTERDAM) if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
