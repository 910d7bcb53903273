"""One thing that somebody is told."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection as _Psycopg
from psycopg.rows import DictRow

Connection = _Psycopg[DictRow]


@dataclass(frozen=True)
class Item:
    """A ``receiver``, a role of ours or an institution, is told once of what it is ``about``, until ``text`` changes.

    ``text`` is one line for a person: names, months, numbers of deliveries, ids of rules and promises, and never a
    value of a row. ``link`` is where they go on.
    """

    receiver: str
    about: str
    text: str
    link: str
