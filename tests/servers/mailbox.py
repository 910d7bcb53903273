"""A real SMTP server on this machine that keeps what it gets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "gi-monitor", "postgeheim"


class Mailbox:
    """Listens on a free port of 127.0.0.1; with a ``certificate``, to whoever uses TLS and logs in. ``refused`` are
    addresses for which it takes no mail.

    ``before_taking`` is called when a mail has come in and before the sender hears that it was taken.
    """

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.before_taking: Callable[[], None] = lambda: None
        self.port = _free_port()
        self._guarded = {
            "tls_context": certificate,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _knows,
        }
        if certificate is None:
            self._guarded.clear()

    def start(self) -> None:
        self._controller = Controller(self, "127.0.0.1", self.port, **self._guarded)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def to(self, address: str) -> list[EmailMessage]:
        """What came in for one receiver."""
        return [mail for mail in self.mails if address in mail["To"]]

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.before_taking()
        return "250 OK"


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
