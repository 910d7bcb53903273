"""What a connection of the pipeline looks up: no object that another role puts in its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gi_monitor.warehouse.connection import connect, connect_as_owner
from tests.roles import login_of


@pytest.mark.parametrize(
    ("schema", "connected"), [("gi_release", lambda: connect("gi_release")), ("gi_monitor", connect_as_owner)]
)
def test_a_function_in_a_schema_called_as_the_role_is_never_run(
    warehouse: Path, schema: str, connected: Callable[[], psycopg.Connection[Any]]
) -> None:
    with login_of("gi_transform") as login:
        login.execute(
            f"set role gi_transform; create schema {schema}; grant usage on schema {schema} to public;"
            f"create function {schema}.trap() returns int language sql as 'select 1'"
        )
    with connected() as connection, pytest.raises(psycopg.errors.UndefinedFunction):
        connection.execute("select trap()")
