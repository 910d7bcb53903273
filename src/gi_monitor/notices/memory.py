"""What was told already: ``ledger.notice``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from gi_monitor import clock
from gi_monitor.notices.item import Connection, Item
from gi_monitor.warehouse import locks
from gi_monitor.warehouse.connection import connect


@dataclass(frozen=True)
class Told:
    """What was said of something, and when."""

    said: str
    told_at: datetime


@contextmanager
def alone() -> Iterator[Connection]:
    """One process at a time tells people, so that two do not say the same; a killed one lets go."""
    with locks.held("gi_watch", "notices"), connect("gi_watch") as connection:
        yield connection


def recall(connection: Connection, kind: str, receiver: str) -> dict[str, Told]:
    """What a receiver was told, by what it is about."""
    rows = connection.execute(
        "select about, said, told_at from ledger.notice where kind = %s and receiver = %s", [kind, receiver]
    )
    return {row["about"]: Told(row["said"], row["told_at"]) for row in rows}


def due(items: Sequence[Item], told: Mapping[str, Told], remind_after: timedelta | None) -> Sequence[Item]:
    """What to say now: nothing, what is new or says something else, or all that is still so.

    With ``remind_after`` all of it is said again, when something of it is new or was said so long ago.
    """
    new = [item for item in items if item.about not in told or told[item.about].said != item.text]
    if remind_after is None:
        return new
    return items if new or any(told[item.about].told_at + remind_after <= clock.now() for item in items) else []


def remember(connection: Connection, kind: str, items: Sequence[Item]) -> None:
    """All of it was told just now."""
    connection.cursor().executemany(
        """
        insert into ledger.notice (kind, receiver, about, said, told_at) values (%s, %s, %s, %s, %s)
        on conflict (kind, receiver, about) do update set said = excluded.said, told_at = excluded.told_at
        """,
        [(kind, item.receiver, item.about, item.text, clock.now()) for item in items],
    )
    connection.commit()


def forget_others(connection: Connection, kind: str, items: Sequence[Item]) -> None:
    """What is over is forgotten, so that it is told when it comes back."""
    connection.execute(
        """
        delete from ledger.notice where kind = %s and (receiver, about) not in (
            select * from unnest(%s::text[], %s::text[])
        )
        """,
        [kind, [item.receiver for item in items], [item.about for item in items]],
    )
    connection.commit()
