"""Waivers: expectations of gate G3 that a release need not keep, by whom agreed, why and until when (spec 3.1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from gi_monitor import clock
from gi_monitor.gates import suites
from gi_monitor.intake import archive, ledger
from gi_monitor.warehouse.connection import Role, connect

G3 = ("publication", "revision")


class WaiverError(RuntimeError):
    """A waiver was refused; the message says why and what can be waived."""


def give(release_id: str, expectation: str, *, about: str | None, reason: str, until: date, who: str) -> None:
    """Allow a release to break an expectation until a day, which then counts as a maker's decision (spec 3.3).

    ``about``: the institution that is missing, where the expectation names institutions; ``who``: the database login
    or Airflow user. Raises WaiverError.
    """
    known = {each.id: each for name in G3 for each in suites.load(name).expectations}
    if expectation not in known:
        can = ", ".join(name for name, each in known.items() if each.waivable)
        raise WaiverError(f"gate G3 has no expectation {expectation}; these can be waived: {can}")
    if not known[expectation].waivable:
        raise WaiverError(f"{expectation} cannot be waived: {known[expectation].way_out}")
    if not reason.strip():
        raise WaiverError("a waiver needs a reason")
    if until < clock.today():
        raise WaiverError(f"{until} has passed: name the last day on which the waiver holds")
    with archive.changing_releases() as connection:
        if about is not None and about not in ledger.gi_codes(connection):
            raise WaiverError(f"there is no institution {about!r} in the ledger")
        connection.execute(
            "select release.waive(%s, %s, %s, %s, %s, %s, %s)",
            [release_id, expectation, about, reason, until, clock.now(), who],
        )


def cover(release_id: str, expectation: str, named: Collection[str], *, role: Role = "gi_quality") -> bool:
    """Whether valid waivers allow an expectation to be broken: for all institutions ``named``, or as a whole."""
    with connect(role) as connection:
        rows = connection.execute(
            "select about from release.waiver where release_id = %s and expectation = %s and valid_until >= %s",
            [release_id, expectation, clock.today()],
        ).fetchall()
    about = {row["about"] for row in rows}
    return set(named) <= about if named else None in about
