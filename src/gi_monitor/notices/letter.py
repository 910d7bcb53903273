"""From items to a mail: one receiver, one kind, everything of it together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import formataddr, localtime
from pathlib import Path

from gi_monitor import documents, institutions
from gi_monitor.notices.item import Item
from gi_monitor.notices.memory import Told
from gi_monitor.notices.team import ROLES, Team

_TEXTS = Path(__file__).parent / "texts"


def addresses(receiver: str, ours: Team) -> tuple[str, ...]:
    """Where a role of ours or an institution reads its mail; nowhere when it has no file or that names no contact."""
    for role in ROLES:
        if receiver == role:
            return ours.addresses(role)
    institution = institutions.load().get(receiver)
    return (institution.contact.email,) if institution and institution.contact else ()


def write(kind: str, receiver: str, items: Sequence[Item], told: Mapping[str, Told], ours: Team) -> EmailMessage:
    """The mail, with its subject of at most 78 characters as the template's first line.

    Sent twice, because a process was killed between sending and remembering, it has the same Message-ID; a reminder
    has another.
    """
    known = institutions.load()
    subject, _, body = documents.render(
        _TEXTS / f"{kind}.txt.j2",
        items=items,
        institution=known.get(receiver),
        contact=ours.data_manager[0],
        synthetic=documents.SYNTHETIC if any(each.synthetic for each in known.values()) else None,
    ).partition("\n")
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = formataddr((ours.sender.name, ours.sender.email))
    message["To"] = ", ".join(addresses(receiver, ours))
    message["Reply-To"] = ours.data_manager[0]
    message["Date"] = localtime()
    message["Message-ID"] = f"<{_identifier(kind, receiver, items, told)}@{ours.sender.email.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.lstrip("\n"))
    return message


def _identifier(kind: str, receiver: str, items: Sequence[Item], told: Mapping[str, Told]) -> str:
    before = {about: each.told_at.isoformat() for about, each in told.items()}
    said = [(item.about, item.text, before.get(item.about)) for item in items]
    return hashlib.sha256(repr((kind, receiver, said)).encode()).hexdigest()[:32]
