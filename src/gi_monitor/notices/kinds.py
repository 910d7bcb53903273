"""The kinds of notices that follow from the state of the warehouse: what each finds, and when it is told again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from gi_monitor.notices import deliveries, releases
from gi_monitor.notices.item import Connection, Item


@dataclass(frozen=True)
class Kind:
    """``find`` says all that is so now; told once, and after ``remind_after`` again while it is. Its text is
    ``texts/<name>.txt.j2``.
    """

    name: str
    find: Callable[[Connection], Iterator[Item]]
    remind_after: timedelta | None = None


def _ending(connection: Connection) -> Iterator[Item]:
    yield from deliveries.waivers(connection)
    yield from releases.waivers(connection)


KINDS = (
    Kind("late", deliveries.late, timedelta(days=7)),
    Kind("hold", deliveries.holds, timedelta(days=1)),
    Kind("gate", releases.gates, timedelta(days=1)),
    Kind("candidate", releases.candidates),
    Kind("approval", releases.approvals, timedelta(days=1)),
    Kind("published", releases.published),
    Kind("waiver", _ending, timedelta(days=7)),
)
FAILING = "failing"
"""The kind that Airflow alone knows of: a DAG fails, or is not done in time."""
REMIND_OF_FAILING = timedelta(days=1)
