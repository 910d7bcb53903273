"""Credentials that are kept in Airflow: handed to the transports where they look for them (spec 4.7)."""

from __future__ import annotations

import json
import os

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor.institutions import Institution
from gi_monitor.institutions.transport import FolderTransport
from gi_monitor.intake.transport import credentials


async def lend(institution: Institution) -> None:
    """Put what Airflow's connection ``gi_monitor_<gi_code>`` holds, if there is one, in this process's environment.

    Login and password are the user and its password, or token; ``key_file`` in the extra field is a path.
    """
    if isinstance(institution.transport, FolderTransport):
        return
    try:
        connection = await Connection.async_get(f"gi_monitor_{institution.gi_code}")
    except AirflowNotFoundException:
        return
    held = {
        "USER": connection.login,
        "PASSWORD": connection.password,
        "TOKEN": connection.password,
        "KEY_FILE": json.loads(connection.extra or "{}").get("key_file"),
    }
    os.environ.update({credentials.variable(institution.gi_code, name): held[name] for name in held if held[name]})
