"""Sending what is due, and remembering it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from gi_monitor.notices import letter, memory
from gi_monitor.notices.item import Connection, Item
from gi_monitor.notices.mail import MailError, Server
from gi_monitor.notices.team import Team

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What it takes to tell somebody something; ``problems`` are the mails that could not be sent."""

    server: Server
    ours: Team
    connection: Connection
    problems: list[str]

    def send(self, kind: str, items: Iterable[Item], remind_after: timedelta | None) -> None:
        """One mail to each receiver for whom something of this kind is due."""
        for receiver, theirs in groupby(sorted(items, key=lambda item: item.receiver), key=lambda item: item.receiver):
            try:
                self._send_one(kind, receiver, list(theirs), remind_after)
            except MailError as error:
                self.problems.append(f"{kind} to {receiver}: {error}")

    def _send_one(self, kind: str, receiver: str, items: Sequence[Item], remind_after: timedelta | None) -> None:
        told = memory.recall(self.connection, kind, receiver)
        due = memory.due(items, told, remind_after)
        if due and letter.addresses(receiver, self.ours):
            self.server.send(letter.write(kind, receiver, due, told, self.ours))
            memory.remember(self.connection, kind, due)
            _log.info("told %s: %s, %d items", receiver, kind, len(due))


@contextmanager
def opened(server: Server, ours: Team) -> Iterator[Desk]:
    """A desk of which there is one at a time. Raises MailError at the end when some mails could not be sent."""
    problems: list[str] = []
    with memory.alone() as connection:
        yield Desk(server, ours, connection, problems)
    if problems:
        raise MailError("; ".join(problems))
