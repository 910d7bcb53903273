"""Every step of the monitor, as the command line and Airflow call it: one code for both (spec 4.3).

Each step asks the inbox or the ledger what is undone and does all of it, so it can be run twice,
killed at any moment, and started by a lost event's sweep as well as by the event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from gi_monitor import institutions
from gi_monitor.gates import GateError
from gi_monitor.intake import archive, arrivals, decisions, ledger, outbox
from gi_monitor.warehouse import locks
from gi_monitor.warehouse.connection import connect

if TYPE_CHECKING:
    from datetime import date

    from gi_monitor.intake.board import Board
    from gi_monitor.month import Month
    from gi_monitor.release.reproduce import Reproduction
    from gi_monitor.release.store import Candidate

_log = logging.getLogger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")

# A step imports what it needs when it is called: an intake task pays for no gate, a watch for no pandas.


def notify() -> None:
    """Tell people by mail what waits for them or went wrong; see ``notices.tell``."""
    from gi_monitor import notices

    notices.tell()


def write_metrics() -> None:
    """Write what Prometheus collects; see ``metrics.write``."""
    from gi_monitor import metrics

    metrics.write()


def _notifying(step: Callable[_P, _T]) -> Callable[_P, _T]:
    """Whoever has to know what came of a step is told at once; what cannot be sent is left to the hourly watch."""

    @wraps(step)
    def step_and_mail(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return step(*args, **kwargs)
        finally:
            try:
                notify()
            except Exception as error:
                _log.warning("people are told by the next run of watch: %s", error)

    return step_and_mail


take_over = _notifying(arrivals.take_over)
send_receipts = outbox.send_receipts
tell = outbox.tell
note_expectations = arrivals.note_expectations
decide_delivery = decisions.decide
withdraw_delivery = decisions.withdraw
reopen_month = decisions.reopen
restore = decisions.restore
destroy = decisions.destroy
purge = archive.purge
remove_orphans = archive.remove_unreadable


def take_in(gi_code: str) -> list[ledger.Delivery]:
    """All of intake for one institution; the deliveries that now count.

    Raises InstitutionError for a code of no institution, and TransportError when a delivery could not be read, after
    all of intake for the others.
    """
    institutions.find(gi_code)
    try:
        return take_over(gi_code)
    finally:
        send_receipts(gi_code)


def recheck(delivery_id: int, *, reason: str) -> ledger.Delivery:
    """Judge the same bytes again, after a dialect, waiver or rule was mended; the new delivery."""
    new_id = decisions.recheck(delivery_id, reason=reason)
    with connect("gi_intake") as connection:
        gi_code = ledger.find(connection, new_id).gi_code
    arrivals.judge_received(gi_code)
    tell(gi_code)
    with connect("gi_intake") as connection:
        return ledger.find(connection, new_id)


def recheck_month(gi_code: str, month: Month, *, reason: str) -> list[ledger.Delivery]:
    """Judge again what counts or waits in a month; the new deliveries. See ``decisions.recheck_month``."""
    new_ids = decisions.recheck_month(gi_code, month, reason=reason)
    arrivals.judge_received(gi_code)
    tell(gi_code)
    with connect("gi_intake") as connection:
        return [ledger.find(connection, new_id) for new_id in new_ids]


def due_for_purge() -> list[ledger.Delivery]:
    """The deliveries that ``purge`` would purge now."""
    with connect("gi_intake") as connection:
        return archive.due(connection)


def rotate() -> int:
    """Wrap the archive's data keys by the new master key; how many, see ``archive.rotate``."""
    with connect("gi_intake") as connection:
        number = archive.rotate(connection)
    archive.renew()
    return number


def holds() -> list[ledger.Hold]:
    """Deliveries that wait for a data manager's decision."""
    with connect("gi_intake") as connection:
        return ledger.on_hold(connection)


def board(months: int) -> Board:
    """What counts and what waits, per institution and month."""
    from gi_monitor.intake import board as boards

    with connect("gi_intake") as connection:
        return boards.look(connection, months)


def undone() -> list[str]:
    """Keys ``<month>|<institution>`` whose current delivery the marts do not show, or show though it is not current."""
    with connect("gi_quality") as connection:
        shown = connection.execute("select to_regclass('marts.build_delivery') as name").fetchone()
        query = _UNDONE if shown and shown["name"] else _NOTHING_SHOWN
        return [row["key"] for row in connection.execute(query)]


_NOTHING_SHOWN = """
select to_char(reporting_month, 'YYYY-MM') || '|' || gi_code as key
from ledger.known where known_to is null order by key
"""
_UNDONE = """
with current_now as (select delivery_id from ledger.known where known_to is null)
select distinct to_char(d.reporting_month, 'YYYY-MM') || '|' || d.gi_code as key
from ledger.delivery as d
left join current_now as c using (delivery_id)
left join marts.build_delivery as b using (delivery_id)
where (c.delivery_id is null) <> (b.delivery_id is null)
order by key
"""


def complete_months() -> list[str]:
    """Months of which the marts show every institution that is expected."""
    with connect("gi_quality") as connection:
        shown = connection.execute("select to_regclass('marts.observations') as name").fetchone()
        if not (shown and shown["name"]):
            return []
        rows = connection.execute(
            """
            select period from marts.observations
            where institution = 'NL' and indicator = 'C1' and component = 'count' and breakdown = 'total'
                and gi_reported = gi_expected order by period
            """
        )
        return [row["period"] for row in rows]


@_notifying
def standardise(*, anew: bool = False) -> list[str]:
    """Build facts and, past gate G2, marts, from all that the ledger says is current; the months that changed.

    ``anew`` makes every fact again, as after a change of a parameter that facts keep.

    A delivery that alone breaks a promise is put on hold and the rest is built. Raises GateError when no
    delivery is to blame, BuildError when dbt fails; the marts then keep their last good state.
    """

    from gi_monitor.gates import passage
    from gi_monitor.warehouse import build

    with locks.held("gi_quality", "standardise"):
        keys = undone()
        if anew:
            build.forget()
        if keys or anew:
            passage.pass_gate()
        else:
            note_expectations()
        return sorted({key.split("|")[0] for key in keys})


def rebuild() -> int:
    """Make rows again from the archive and build facts and marts from them; of how many deliveries.

    All rows when the database was lost and this one is empty, or when the hash secret was changed; figures stay as they
    are. Killed at any moment, it is finished by calling it again; until then nothing else is built. Raises
    rebuild.RebuildError when some deliveries could not be done, and what ``standardise`` raises.
    """
    from gi_monitor.gates import passage
    from gi_monitor.intake import rebuild as from_archive
    from gi_monitor.warehouse import build

    with locks.held("gi_quality", "standardise"):
        from_archive.take_up()
        build.forget()
        number = from_archive.make_rows()
        passage.pass_gate()
        return number


@_notifying
def prepare_release(release_id: str | None = None, *, made_by: str, correct: str | None = None) -> Candidate | None:
    """The candidate that waits for a decision; None when nothing is due, or while something is waited for.

    ``correct``: why a release that is out is made again. Raises GateError when gate G3 refused the candidate, which
    then stays a draft, and what ``release.candidate.prepare`` raises.
    """
    from gi_monitor.release import candidate

    prepared = candidate.prepare(release_id, made_by=made_by, correct=correct)
    if prepared.state == "draft":
        raise GateError(f"{prepared.release_id} stays a draft: {prepared.reason}; see `gi-monitor gates`")
    return prepared.candidate if prepared.state == "candidate" else None


def waive(release_id: str, expectation: str, *, about: str | None, reason: str, until: date, who: str) -> None:
    """Let a release break an expectation of gate G3; see ``gates.waivers.give``."""
    from gi_monitor.gates import waivers

    waivers.give(release_id, expectation, about=about, reason=reason, until=until, who=who)


def candidate_to_decide(candidate_id: int, content_hash: str) -> Candidate:
    """A candidate that is open for a decision; see ``release.signoff.find_open``."""
    from gi_monitor.release import signoff

    return signoff.find_open(candidate_id, content_hash)


@_notifying
def decide_release(candidate_id: int, content_hash: str, *, approve: bool, who: str, reason: str) -> Candidate:
    """Somebody's decision on a candidate (gate G4); see ``release.signoff.decide``."""
    from gi_monitor.release import signoff

    return signoff.decide(candidate_id, content_hash, approve=approve, who=who, reason=reason)


@_notifying
def publish_due() -> list[str]:
    """Publish what is approved and due (gate G5); see ``release.publish.publish_due``."""
    from gi_monitor.release import publish

    return publish.publish_due()


def withdraw_release(edition: str, *, who: str, reason: str) -> None:
    """Take a published version back; see ``release.withdraw.withdraw``."""
    from gi_monitor.release import withdraw

    withdraw.withdraw(edition, who=who, reason=reason)


def reproduce_release(edition: str) -> Reproduction:
    """Build a published version again and compare; see ``release.reproduce.reproduce``."""
    from gi_monitor.release import reproduce

    return reproduce.reproduce(edition)


def database_login() -> str:
    """Who is working: the login of the database connection (spec 3.3)."""
    with connect("gi_release") as connection:
        row = connection.execute("select session_user::text as login").fetchone()
    assert row is not None
    login: str = row["login"]
    return login
