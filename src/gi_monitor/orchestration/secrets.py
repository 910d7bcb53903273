"""Secrets that Airflow keeps: the passwords of its connections ``gi_monitor_keys``, ``gi_monitor_archive`` …"""

from __future__ import annotations

import os

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from gi_monitor import secrets


def provide() -> None:
    """Put each secret that this process's environment does not configure there, if Airflow has a connection for it."""
    for name in secrets.NAMES:
        if secrets.configured(name) is None and (password := _password(f"gi_monitor_{name}")):
            os.environ[secrets.variable(name)] = password


def _password(connection: str) -> str | None:
    try:
        password: str | None = Connection.get(connection).password
    except AirflowNotFoundException:
        return None
    return password
