"""The clients that docs/analysts.md names, with the login of an analyst: psql, JDBC and pandas."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jpype
import pandas as pd
import pytest
import sqlalchemy as sa

from tests.analysts import analyst

DRIVER = "/usr/share/java/postgresql.jar"
QUERY = """
    select value from marts.observations
    where period = '2024-04' and institution = 'NL' and indicator = 'C1' and component = 'count' and breakdown = 'total'
"""


@pytest.fixture
def login(worked_example: Path) -> Iterator[sa.URL]:
    with analyst() as url:
        yield url


def test_psql_jdbc_and_pandas_get_the_same_answer(login: sa.URL) -> None:
    assert _psql(login, QUERY) == _jdbc(login) == _pandas(login) == "22"
    assert "Number of institutions behind the figure." in _psql(login, "\\d+ marts.observations")


def _psql(login: sa.URL, command: str) -> str:
    where = {"PGHOST": login.host, "PGPORT": login.port, "PGDATABASE": login.database, "PGUSER": login.username}
    environment = {
        **os.environ,
        **{name: str(value) for name, value in where.items()},
        "PGPASSWORD": str(login.password),
    }
    quiet = ["--no-psqlrc", "--tuples-only", "--no-align"]
    told = subprocess.run(
        ["psql", *quiet, "--command", command], env=environment, capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def _jdbc(login: sa.URL) -> str:
    if not jpype.isJVMStarted():
        jpype.startJVM(classpath=[DRIVER])
    address = f"jdbc:postgresql://{login.host}:{login.port}/{login.database}"
    connection = jpype.java.sql.DriverManager.getConnection(address, login.username, str(login.password))
    try:
        answer = connection.createStatement().executeQuery(QUERY)
        answer.next()
        return str(answer.getString("value"))
    finally:
        connection.close()


def _pandas(login: sa.URL) -> str:
    engine = sa.create_engine(login.set(drivername="postgresql+psycopg"))
    try:
        (value,) = pd.read_sql(sa.text(QUERY), engine)["value"]
        return f"{value:g}"
    finally:
        engine.dispose()
