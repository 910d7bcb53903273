"""Gate G5 and publication: what was approved goes out at its moment, in one atomic switch (spec 3.1, 3.3)."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from gi_monitor import clock, folders, logs, settings
from gi_monitor.intake import archive
from gi_monitor.release import beside, calendar, currency, files, inputs, readiness, signature, signoff, store
from gi_monitor.release.calendar import Release, ReleaseError
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect

_log = logging.getLogger(__name__)


def publish_due() -> list[str]:
    """Publish every approved candidate whose moment has come; the names of the releases that went out.

    A candidate whose vintage the ledger has moved past loses its approval instead. Killed anywhere, it
    finishes when it is run again. Raises ReleaseError, after doing the others, for every candidate whose
    files are not those that were approved, whose place is taken, or that is made up in production mode.
    """
    published, problems = [], []
    with store.alone():
        currency.supersede_outdated()
        for candidate, release in _approved():
            try:
                with logs.about(release_id=candidate.release_id, candidate_id=candidate.candidate_id):
                    if release.publication_moment <= clock.now():
                        _publish(candidate)
                        published.append(candidate.edition)
            except ReleaseError as error:
                problems.append(f"{candidate.edition}: {error}")
        beside.renew()
    if problems:
        raise ReleaseError("\n".join(problems))
    return published


def _approved() -> list[tuple[Candidate, Release]]:
    with connect("gi_release") as connection:
        if not readiness.is_built(connection):
            return []
        releases = calendar.load(connection)
        return [
            (candidate, calendar.find(releases, candidate.release_id))
            for candidate in store.candidates(connection)
            if candidate.state == "approved"
        ]


def _publish(candidate: Candidate) -> None:
    here = settings.load()
    waiting, public = here.candidates / candidate.folder, here.releases / candidate.edition
    with connect("gi_release") as connection:
        institutions = store.institutions(connection, candidate)
        if here.production and inputs.any_synthetic(connection, institutions):
            raise ReleaseError("production mode releases no made-up institution")
    _require_approval(candidate)
    if not public.exists():
        _copy(candidate, waiting, public)
    _verify(candidate, public)
    shutil.rmtree(waiting, ignore_errors=True)
    point_latest(candidate)
    with archive.changing_releases() as connection:
        store.move(connection, candidate, "published", why="its publication moment has come")
        store.renew_receipts(connection, candidate)
    _log.info("%s is published", candidate.edition)


def _require_approval(candidate: Candidate) -> None:
    """Count makers and approvers again: somebody who agreed may have become a maker since, as by a waiver."""
    with archive.changing_releases() as connection:
        missing = store.approvals_missing(connection, candidate)
        if missing:
            store.move(connection, candidate, "candidate", why="who agreed made it or decided in it since")
    if missing:
        raise ReleaseError(f"{missing} more must agree who did not make it or decide in it: it waits for a decision")


def _copy(candidate: Candidate, waiting: Path, public: Path) -> None:
    """Put a copy in its place by one rename, once its very bytes are known to be those that were approved."""
    copied = folders.public(public.parent) / f"{public.name}.next"
    shutil.rmtree(copied, ignore_errors=True)
    try:
        _require_approved(candidate, files.copy(waiting, copied))
        for tree in files.TREES:
            signature.verify(copied / tree)
    except ReleaseError:
        shutil.rmtree(copied, ignore_errors=True)
        raise
    signoff.write_approval(candidate, copied)
    copied.rename(public)


def _verify(candidate: Candidate, public: Path) -> None:
    try:
        _require_approved(candidate, files.content_hash(public))
    except ReleaseError as error:
        raise ReleaseError(f"{public.name} is out already and is never overwritten, but {error}") from None
    for tree in files.TREES:
        signature.verify(public / tree)


def _require_approved(candidate: Candidate, content_hash: str) -> None:
    with connect("gi_release") as connection:
        approved = {row["content_hash"] for row in store.decisions(connection, candidate)}
    if approved != {candidate.content_hash} or content_hash != candidate.content_hash:
        raise ReleaseError("its files are not those that were approved; it stays where it is")


def point_latest(*going_out: Candidate) -> None:
    """Switch ``latest`` to the newest version of the latest release that is published or ``going_out``, if any is."""
    with connect("gi_release") as connection:
        there = [*going_out, *(each for each in store.out(connection) if each.state == "published")]
    latest = settings.load().releases / "latest"
    if not there:
        latest.unlink(missing_ok=True)
        return
    newest = max(there, key=lambda each: (each.release_id, each.version))
    switch = latest.with_name("latest.next")
    switch.unlink(missing_ok=True)
    switch.symlink_to(newest.edition)
    switch.rename(latest)
