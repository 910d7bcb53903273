"""Trying to get from a stored key to an institution's own, with all that a login of the warehouse can read."""

from __future__ import annotations

import base64
import csv
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import get_args

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from gi_monitor import secrets
from gi_monitor.intake.pseudonyms import Pseudonyms
from gi_monitor.warehouse import connection
from gi_monitor.warehouse.connection import Role
from tests.shapes import EXAMPLE

CANDIDATES = [f"{kind}-{number:04}" for kind, number in product(("mhr", "khr", "ghr", "whr"), range(100))]
"""Every serial number that haagrijn can have given to a measure, a child, a family or a stay."""
SHORTEST_SECRET = 32
RELATIONS = """
select quote_ident(nspname) || '.' || quote_ident(relname), nspname || '.' || relname
from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'p', 'v', 'm') and not relispartition and nspname !~ '^pg_toast'
    and has_schema_privilege(nspname, 'usage')
    and (has_table_privilege(pg_class.oid, 'select') or has_any_column_privilege(pg_class.oid, 'select'))
"""


@contextmanager
def logged_in(role: Role) -> Iterator[psycopg.Connection]:
    """Somebody with a login of their own that was granted the role, and nothing else."""
    login, owner = f"guesser_{uuid.uuid4().hex}", connection.url()
    name = sql.Identifier(login)
    with psycopg.connect(owner, autocommit=True) as granting:
        granting.execute(sql.SQL("create role {} login password 'x' in role {}").format(name, sql.Identifier(role)))
        try:
            with psycopg.connect(make_conninfo(owner, user=login, password="x")) as guesser:
                yield guesser
        finally:
            granting.execute(sql.SQL("drop role {}").format(name))


def readable(guesser: psycopg.Connection) -> dict[str, set[str]]:
    """Every cell of every relation that the login can read, the catalogue among them, as text."""
    cells: dict[str, set[str]] = {}
    for quoted, name in guesser.execute(RELATIONS).fetchall():
        try:
            with guesser.transaction(), guesser.cursor().copy(f"copy (select * from {quoted}) to stdout") as copy:
                cells[name] = {cell for row in copy.rows() for cell in row if cell is not None}
        except psycopg.errors.InsufficientPrivilege:  # some columns only, or a function behind a view
            continue
    return cells


def roots(texts: Iterable[str]) -> Iterator[bytes]:
    """The secrets that a text could be: its own bytes, or those that it writes in hexadecimal or base64."""
    for text in texts:
        yield text.encode("utf-8", "surrogatepass")
        for decoded in (bytes.fromhex, base64.b64decode):
            try:
                yield decoded(text.removeprefix("\\x"))
            except ValueError:
                continue


def guessed(stored: set[str], tried: Iterable[bytes], candidates: Collection[str]) -> set[str]:
    """The candidates whose hash under a tried secret, used as we use it or as it is, is stored."""
    return {
        key
        for root in tried
        for secret in (secrets.derive(root, "keys of haagrijn"), root[:64])
        for hashes in [Pseudonyms("", secret)]
        for key in candidates
        if hashes.of(key) in stored
    }


def delivered_keys() -> set[str]:
    keys = set()
    for path in (EXAMPLE / "deliveries" / "haagrijn").glob("*/*/*.csv"):
        with path.open(newline="") as file:
            keys |= {cell for row in csv.DictReader(file) for name, cell in row.items() if name.endswith("_sleutel")}
    return keys & set(CANDIDATES)


@pytest.mark.usefixtures("worked_example")
def test_nobody_gets_from_a_stored_key_to_an_institutions_own() -> None:
    read: dict[str, dict[str, set[str]]] = {}
    for role in get_args(Role):
        with logged_in(role) as guesser:
            read[role] = readable(guesser)

    assert {role for role, cells in read.items() if "ledger.data_key" in cells} == {"gi_intake"}
    assert "landing.caseload" in read["gi_transform"] and "core.fct_caseload" in read["gi_quality"]
    assert "marts.observations" in read["gi_analyst"] and "release.candidate" in read["gi_release"]
    everything = {cell for cells in read.values() for texts in cells.values() for cell in texts}
    own = delivered_keys()
    # All that anybody reads, taken together, is not enough. The right secret would give away each of the three.
    long_enough = {text for text in everything if SHORTEST_SECRET <= len(text) <= 4 * SHORTEST_SECRET}
    assert guessed(everything, [b"", *roots(long_enough)], sorted(own)[:3]) == set()
    assert guessed(everything, [secrets.secret("keys")], CANDIDATES) == own != set()
