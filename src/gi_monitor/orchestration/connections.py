"""Secrets and credentials that Airflow keeps, handed to the steps where they look for them (spec 4.7).

What a connection holds replaces what the environment of this process has, each time anew: one that was changed is used
at once, also by a process that was lent the old one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor import secrets
from gi_monitor.institutions import Institution
from gi_monitor.institutions.transport import FolderTransport
from gi_monitor.intake.transport import credentials
from gi_monitor.notices import mail


async def lend_secrets() -> None:
    """Put the passwords of the connections ``gi_monitor_secret_keys``, ``…_archive`` … in this environment."""
    for name in secrets.NAMES:
        if connection := await _find(f"gi_monitor_secret_{name}"):
            _put({secrets.variable(name): connection.password})


async def lend_mail() -> None:
    """Put what the connection ``gi_monitor_smtp`` holds in this environment: host, port, login, password, and
    ``security`` in the extra field.
    """
    if connection := await _find("gi_monitor_smtp"):
        held = {
            "HOST": connection.host,
            "PORT": str(connection.port or "") or None,
            "USER": connection.login,
            "PASSWORD": connection.password,
            "SECURITY": json.loads(connection.extra or "{}").get("security"),
        }
        _put({mail.variable(name): value for name, value in held.items()})


async def lend_credentials(institution: Institution) -> None:
    """Put what the connection ``gi_monitor_transport_<gi_code>`` holds in this environment.

    Login and password are the user and its password, or token; ``key_file`` in the extra field is a path.
    """
    gi_code = institution.gi_code
    if isinstance(institution.transport, FolderTransport):
        return
    if connection := await _find(f"gi_monitor_transport_{gi_code}"):
        _put(
            {
                credentials.variable(gi_code, "USER"): connection.login,
                credentials.variable(gi_code, "PASSWORD"): connection.password,
                credentials.variable(gi_code, "TOKEN"): connection.password,
                credentials.variable(gi_code, "KEY_FILE"): json.loads(connection.extra or "{}").get("key_file"),
            }
        )


async def _find(name: str) -> Connection | None:
    try:
        found: Connection = await Connection.async_get(name)
    except AirflowNotFoundException:
        return None
    return found


def _put(held: Mapping[str, str | None]) -> None:
    os.environ.update({variable: value for variable, value in held.items() if value})
