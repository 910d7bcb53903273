"""Whether a candidate rests on the deliveries that count: a re-delivery inside its vintage voids it (spec 3.3)."""

from __future__ import annotations

import logging

from psycopg import Connection
from psycopg.rows import DictRow

from gi_monitor import settings
from gi_monitor.intake import archive
from gi_monitor.release import calendar, inputs, readiness, store
from gi_monitor.release.store import Candidate
from gi_monitor.warehouse.connection import connect

_log = logging.getLogger(__name__)


def is_current(connection: Connection[DictRow], candidate: Candidate) -> bool:
    """Say whether the ledger counts the deliveries of its vintage, and no others up to its reference month."""
    release = calendar.find(calendar.load(connection), candidate.release_id)
    return candidate.delivery_ids == {delivery.delivery_id for delivery in inputs.current(connection, release)}


def supersede_outdated(who: str | None = None) -> set[int]:
    """Supersede every open candidate whose vintage the ledger has moved past, approved or not; their numbers.

    One whose files are out already stays as it is: what is left is to say so.
    """
    with connect("gi_release") as connection:
        if not readiness.is_built(connection):
            return set()
        outdated = [
            candidate
            for candidate in store.candidates(connection)
            if candidate.state in store.OPEN_STATES
            and not (settings.load().releases / candidate.edition).exists()
            and not is_current(connection, candidate)
        ]
    for candidate in outdated:
        with archive.changing_releases() as connection:
            store.move(connection, candidate, "superseded", who=who, why="its vintage is no longer current")
        _log.warning("candidate %s of %s is superseded: prepare it again", candidate.candidate_id, candidate.release_id)
    return {candidate.candidate_id for candidate in outdated}
