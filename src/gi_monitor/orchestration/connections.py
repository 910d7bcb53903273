"""Secrets and credentials that Airflow keeps in connections, as steps look for them (spec 4.7).

A connection that is there replaces all that the environment says of the same thing: what was emptied in it is not used.
"""

from __future__ import annotations

import json

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor import secrets
from gi_monitor.institutions import Institution
from gi_monitor.institutions.transport import FolderTransport
from gi_monitor.intake.transport import credentials
from gi_monitor.notices import mail

Values = dict[str, str | None]


async def secret_values(*names: secrets.Name) -> Values:
    """What the connections ``gi_monitor_secret_keys``, ``…_archive`` … hold of these secrets."""
    values: Values = {}
    for name in names:
        if connection := await _find(f"gi_monitor_secret_{name}"):
            values |= {secrets.variable(name): connection.password, f"{secrets.variable(name)}_FILE": None}
    return values


async def mail_values() -> Values:
    """What the connection ``gi_monitor_smtp`` holds; ``security`` is in the extra field."""
    connection = await _find("gi_monitor_smtp")
    if connection is None:
        return {}
    held = {
        "HOST": connection.host,
        "PORT": str(connection.port or ""),
        "USER": connection.login,
        "PASSWORD": connection.password,
        "PASSWORD_FILE": None,
        "SECURITY": json.loads(connection.extra or "{}").get("security"),
    }
    return {mail.variable(name): value for name, value in held.items()}


async def credential_values(institution: Institution) -> Values:
    """What the connection ``gi_monitor_transport_<gi_code>`` holds.

    Login and password are the user and its password, or token; ``key_file`` in the extra field is a path.
    """
    gi_code = institution.gi_code
    if isinstance(institution.transport, FolderTransport):
        return {}
    connection = await _find(f"gi_monitor_transport_{gi_code}")
    if connection is None:
        return {}
    return {
        credentials.variable(gi_code, "USER"): connection.login,
        credentials.variable(gi_code, "PASSWORD"): connection.password,
        credentials.variable(gi_code, "TOKEN"): connection.password,
        credentials.variable(gi_code, "KEY_FILE"): json.loads(connection.extra or "{}").get("key_file"),
    }


async def _find(name: str) -> Connection | None:
    try:
        found: Connection = await Connection.async_get(name)
    except AirflowNotFoundException:
        return None
    return found
