"""Telling people by mail what waits for them or went wrong, rolled up: one mail per kind and receiver.

What is to be told follows from the warehouse (``deliveries``, ``releases``), what was told is kept in
``ledger.notice``: nothing is lost when mail cannot be sent, or when a process is killed. All of it is read as role
``gi_watch``, which sees no finding, no row and no figure.
"""

from __future__ import annotations

import logging

from gi_monitor.notices import desk, mail, memory, team
from gi_monitor.notices.item import Item
from gi_monitor.notices.kinds import FAILING, KINDS, REMIND_OF_FAILING

_log = logging.getLogger(__name__)


def tell() -> None:
    """Send mails about everything that is new, changed, or still so after a while.

    Each is remembered as soon as it was handed in: after a kill one of them at most is sent again. Without a mail
    server nobody is told, which is logged. Raises mail.MailError, after sending the others, when some could not be
    sent, and in production mode when mail is not set up; team.TeamError.
    """
    if server := _server():
        with desk.opened(server, team.load()) as open_desk:
            for kind in KINDS:
                items = list(kind.find(open_desk.connection))
                memory.forget_others(open_desk.connection, kind.name, items)
                open_desk.send(kind.name, items, kind.remind_after)


def tell_failing(dag_id: str, text: str, link: str) -> None:
    """Tell whoever keeps it running of a DAG that fails: once, until something else is wrong with it or a day passed.

    ``text`` names no value. Raises as ``tell`` does.
    """
    if server := _server():
        with desk.opened(server, team.load()) as open_desk:
            open_desk.send(FAILING, [Item("operator", dag_id, text, link)], REMIND_OF_FAILING)


def _server() -> mail.Server | None:
    if (server := mail.server()) is None:
        _log.info("nobody is told anything by mail: set %s", mail.variable("HOST"))
    return server
