"""The one clock of the project (spec 4.8).

``GI_MONITOR_NOW`` sets it for demo and tests: an ISO moment, or ``@file`` for a file that holds one,
so that a demo can walk through the history while other processes run. Production mode refuses it.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gi_monitor import settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class ClockError(RuntimeError):
    """The clock was set where it may not be, or to something that is not a moment."""


def now() -> datetime:
    """The business moment, timezone-aware, in Europe/Amsterdam.

    Raises ClockError when ``GI_MONITOR_NOW`` is set in production mode or cannot be read.
    """
    setting = os.environ.get("GI_MONITOR_NOW")
    if setting is None:
        return datetime.now(UTC).astimezone(AMSTERDAM)
    if settings.load().production:
        raise ClockError("GI_MONITOR_NOW is set, but production mode keeps real time: unset it")
    return _parse(Path(setting[1:]).read_text().strip() if setting.startswith("@") else setting)


def today() -> date:
    """The business day in Europe/Amsterdam."""
    return now().date()


def _parse(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockError(f"GI_MONITOR_NOW: {text!r} is not an ISO moment") from error
    return moment.astimezone(AMSTERDAM) if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)
