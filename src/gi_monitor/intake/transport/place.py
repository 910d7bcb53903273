"""Where a delivery arrives (spec 1.1)."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gi_monitor.month import Month

MANIFEST = "levering.json"

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class Place:
    """Institution, month and volgnummer, as the inbox says and not yet as the manifest does; in that order."""

    gi_code: str
    month: Month
    sequence_number: int

    @classmethod
    def parse(cls, gi_code: str, month: str, sequence_number: str) -> Place | None:
        """The place that the names of two folders say; None, with a line in the log, for any other two."""
        try:
            if _NUMBER.fullmatch(sequence_number):
                return cls(gi_code, Month.parse(month), int(sequence_number))
        except ValueError:
            pass
        left_alone(gi_code, "something that is no <verslagmaand>/<volgnummer>")
        return None

    @property
    def name(self) -> str:
        """The place within its institution: ``2024-04/1``."""
        return f"{self.month}/{self.sequence_number}"

    @property
    def path(self) -> Path:
        """The place as a relative path, the same in inbox and outbox."""
        return Path(self.gi_code, self.name)


@lru_cache(maxsize=1024)
def left_alone(gi_code: str, what: str) -> None:
    """Log, once per process, that something lies in an inbox that is no part of a delivery."""
    _log.warning("inbox of %s: %s is left alone", gi_code, what)
