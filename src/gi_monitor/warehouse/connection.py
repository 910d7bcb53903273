"""Connections to the warehouse: one login, and for each stage the role that may do its work (spec 3.6)."""

from __future__ import annotations

import os
import socket
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row

from gi_monitor import settings
from gi_monitor.warehouse import embedded

# Of a worker whose machine or network is gone the server hears nothing, not even that it has ended: without these it
# would keep the locks of an unfinished delivery for hours, and whoever takes over would wait for them.
_GONE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3 -c tcp_user_timeout=30000"

NAMES = "-c search_path=public"
"""Where a name without a schema is looked up. By default PostgreSQL first asks the schema called as the role is, and
``gi_transform``, which makes schemas, could put a function of its own there for another role to run."""

Role = Literal["gi_intake", "gi_transform", "gi_quality", "gi_release", "gi_watch", "gi_analyst"]


def url() -> str:
    """The warehouse's URL: ``GI_MONITOR_DATABASE_URL``, else the embedded server, started when needed."""
    here = settings.load()
    if here.database_url is not None:
        return here.database_url
    embedded.ensure_running(here.data)
    return embedded.url(here.data)


def parameters(role: Role) -> dict[str, Any]:
    """The same as keywords (host, port, user, password, dbname, options …), acting as ``role``.

    A message about a lock names the application: the role, and the process on its machine.
    """
    application = f"gi-monitor {role}, process {os.getpid()} on {socket.gethostname()}"
    return {**conninfo_to_dict(url()), "options": f"-c role={role} {NAMES} {_GONE}", "application_name": application}


def connect(role: Role) -> psycopg.Connection[DictRow]:
    """A connection that acts as ``role``; rows are dictionaries; commits when its ``with`` block ends well."""
    return psycopg.connect(make_conninfo(**parameters(role)), row_factory=dict_row)


def connect_as_owner() -> psycopg.Connection[DictRow]:
    """As ``connect``, acting as the login itself, which owns the schemas."""
    return psycopg.connect(make_conninfo(url(), options=NAMES), row_factory=dict_row)
