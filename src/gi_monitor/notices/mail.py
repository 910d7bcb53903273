"""Sending mail by SMTP, over TLS unless it stays on this machine or is caught by a mail catcher (spec 4.7)."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, cast, get_args

from gi_monitor import environment, settings

FIELDS = ("HOST", "PORT", "SECURITY", "USER", "PASSWORD")
_TIMEOUT_SECONDS = 10

_Security = Literal["starttls", "tls", "none"]
_PORTS: dict[_Security, int] = {"starttls": 587, "tls": 465, "none": 25}


class MailError(RuntimeError):
    """Mail is not set up well, or a mail was not sent; the message says why, and holds no address and no password."""


def variable(field: str) -> str:
    """The variable that holds one of ``FIELDS``."""
    return f"GI_MONITOR_SMTP_{field}"


@dataclass(frozen=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    security: _Security
    user: str | None
    password: str | None = field(repr=False)

    def send(self, message: EmailMessage) -> None:
        """Hand one mail in; one of its receivers is enough. Raises MailError."""
        try:
            with self._connection() as smtp:
                if self.security == "starttls":
                    smtp.starttls(context=ssl.create_default_context())
                if self.user:
                    smtp.login(self.user, self.password or "")
                smtp.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise MailError(f"{self.host}:{self.port} refused a mail with code {error.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused:
            raise MailError(f"{self.host}:{self.port} refused every receiver of a mail") from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"no mail could be handed in at {self.host}:{self.port}: {error}") from error

    def _connection(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)


def server() -> Server | None:
    """The server of ``GI_MONITOR_SMTP_*``; None where none is named, and then nobody is told anything.

    Raises MailError where it is not usable, and in production mode where there is none or where mail would cross a
    network unencrypted.
    """
    production = settings.load().production
    host = environment.get(variable("HOST"))
    if not host:
        if production:
            raise MailError(f"production mode tells people by mail: set {variable('HOST')}")
        return None
    security = environment.get(variable("SECURITY")) or "starttls"
    if security not in get_args(_Security):
        raise MailError(f"{variable('SECURITY')} is {security!r}: starttls, tls or none")
    if security == "none" and production and not _is_here(host):
        raise MailError(f"production mode sends no mail over a network unencrypted: unset {variable('SECURITY')}")
    encryption = cast("_Security", security)
    return Server(host, _port(encryption), encryption, environment.get(variable("USER")), _password())


def _port(security: _Security) -> int:
    text = environment.get(variable("PORT")) or str(_PORTS[security])
    if not text.isdecimal():
        raise MailError(f"{variable('PORT')} is {text!r}, which is no number")
    return int(text)


def _password() -> str | None:
    if path := environment.get(f"{variable('PASSWORD')}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise MailError(f"the file of {variable('PASSWORD')}_FILE cannot be read: {error.strerror}") from None
    return environment.get(variable("PASSWORD"))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
