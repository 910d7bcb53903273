"""Locks on what one process does at a time: an analyst cannot take them, and a message names who holds one."""

from __future__ import annotations

import re
import typing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from gi_monitor import settings
from gi_monitor.release import store
from gi_monitor.warehouse import build, locks
from gi_monitor.warehouse.connection import Role, connect
from gi_monitor.warehouse.dbt import BuildError
from tests.roles import login_of

OF_ROLE = {
    "build": "gi_transform",
    "standardise": "gi_quality",
    "release": "gi_release",
    "journal of releases": "gi_release",
    "notices": "gi_watch",
    "new months": "gi_intake",
}


@pytest.fixture(autouse=True)
def impatient(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", timedelta(milliseconds=200))


def test_no_lock_is_one_that_whoever_connects_can_take() -> None:
    old = ("0001_first.sql", "0011_new_months.sql")  # replaced by 0014
    named = [
        path.name
        for path in (settings.PROJECT / "src").rglob("*")
        if path.suffix in (".py", ".sql") and path.name not in old and "pg_advisory" in path.read_text(encoding="utf-8")
    ]
    assert named == []


def test_an_analyst_holds_up_nobody() -> None:
    with login_of("gi_analyst") as analyst:
        analyst.execute("select pg_advisory_lock(hashtext('gi-monitor release'))")
        for refused in (
            "select ledger.take_lock('release', '1 second')",
            "select from ledger.lock for update",
            "lock table ledger.lock in access share mode",
            "lock table release.candidate in access share mode",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), analyst.transaction():
                analyst.execute(refused)
        with store.alone():
            pass


@pytest.mark.parametrize("name", OF_ROLE)
def test_a_lock_is_for_the_role_of_the_work(name: str) -> None:
    for role in typing.get_args(Role):
        with login_of(role) as login:
            if role == OF_ROLE[name]:
                login.execute("select ledger.take_lock(%s, '1 second')", [name])
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    login.execute("select ledger.take_lock(%s, '1 second')", [name])


def test_who_waits_too_long_is_told_who_holds_the_lock_and_since_when() -> None:
    with locks.held("gi_release", "release") as holder:
        held_by = holder.info.backend_pid
        with pytest.raises(locks.LockError) as refused, locks.held("gi_release", "release"):
            pass
    told = str(refused.value)
    assert re.search(
        rf'lock "release", which is held by process {held_by} of login gi_monitor'
        r" \(gi-monitor gi_release, process \d+ on .+\), since 20\d\d-",
        told,
    ), told
    with locks.held("gi_release", "release"):
        pass


def test_somebody_with_a_login_of_their_own_is_named_too() -> None:
    with login_of("gi_release") as login, login.transaction():
        login.execute("select ledger.take_lock('release', '1 second')")
        with (
            pytest.raises(locks.LockError, match=f"process {login.info.backend_pid} of login {login.info.user}"),
            locks.held("gi_release", "release"),
        ):
            pass


def test_each_institution_has_a_lock_of_its_own() -> None:
    with connect("gi_intake") as connection:
        for gi_code in ("haagrijn", "waddenkust"):
            connection.execute(
                "insert into ledger.institution (gi_code, name, synthetic, profile, area, valid_from)"
                " values (%s, '', true, '', '{}', '2015-01-01')",
                [gi_code],
            )
    with (
        locks.held("gi_intake", "intake of haagrijn"),
        locks.held("gi_intake", "intake of waddenkust"),
        pytest.raises(locks.LockError, match="intake of haagrijn"),
        locks.held("gi_intake", "intake of haagrijn"),
    ):
        pass


def test_an_analyst_who_goes_on_reading_the_marts_is_named_and_they_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_READERS_SECONDS", 1)
    with connect("gi_transform") as session:
        session.execute(
            "create table marts.figure (value int); grant select on marts.figure to gi_analyst;"
            "create schema marts_next; create schema publication_next;"
            "create table marts_next.build (built_at timestamptz); comment on schema marts_next is 'Made of abc.'"
        )
    with login_of("gi_analyst") as analyst, analyst.transaction(), connect("gi_transform") as session:
        analyst.execute("select from marts.figure")
        session.autocommit = True
        with pytest.raises(BuildError, match=f"read for longer than 1 seconds by .*login {analyst.info.user}"):
            build.Builder(session, None).swap()  # type: ignore[arg-type]
        analyst.execute("select from marts.figure")
