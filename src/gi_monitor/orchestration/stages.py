"""The steps as tasks call them: with what Airflow knows, and with refusals that are not tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from gi_monitor import environment, institutions, secrets, steps
from gi_monitor.gates import GateError
from gi_monitor.gates.waivers import WaiverError
from gi_monitor.intake.decisions import DecisionError
from gi_monitor.intake.transport import RefusedError
from gi_monitor.month import Month
from gi_monitor.orchestration import connections
from gi_monitor.release.calendar import ReleaseError

if TYPE_CHECKING:
    from gi_monitor.intake.ledger import Hold
    from gi_monitor.orchestration.questions import Answer
    from gi_monitor.release.store import Candidate

_NOBODY = "airflow"
_ARCHIVE: tuple[secrets.Name, ...] = ("archive", "archive_previous")
_INTAKE: tuple[secrets.Name, ...] = ("keys", *_ARCHIVE)


def take_over(gi_code: str) -> None:
    """Take over what is new at an institution, with the secrets and credentials that Airflow keeps."""
    with _lent(*_INTAKE, to=[gi_code]), _refusals_are_final():
        steps.take_over(gi_code)


def send_receipts(gi_code: str) -> None:
    """Send the receipts that wait, with the secrets and credentials that Airflow keeps."""
    with _lent(*_ARCHIVE, to=[gi_code]), _refusals_are_final():
        steps.send_receipts(gi_code)


def note_expectations() -> None:
    """Note which months are expected and which are late, with the secrets that Airflow keeps."""
    with _lent(*_ARCHIVE):
        steps.note_expectations()


def undone_of(gi_code: str) -> list[str]:
    """Keys of this institution's accepted deliveries that the marts do not show yet."""
    return [key for key in steps.undone() if key.endswith(f"|{gi_code}")]


def held(gi_code: str) -> list[int]:
    """The deliveries of an institution that are on hold."""
    return [hold.delivery.delivery_id for hold in steps.holds() if hold.delivery.gi_code == gi_code]


def holds_to_ask(ti: Any) -> list[dict[str, Any]]:
    """One run of DAG ``hold`` to start for each hold that no run asks about now.

    A delivery that is put on hold again after a decision is another hold. One whose run ended without a decision is
    asked about again.
    """
    runs = [
        {
            "trigger_run_id": f"delivery_{hold.delivery.delivery_id}_{hold.change_id}",
            "conf": {"delivery_id": hold.delivery.delivery_id, "change_id": hold.change_id},
        }
        for hold in steps.holds()
    ]
    return _without_open(ti, "hold", runs)


def _without_open(ti: Any, dag_id: str, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The runs of a DAG whose question does not wait for an answer already."""
    return [
        run
        for run in runs
        if not ti.get_dr_count(dag_id, run_ids=[run["trigger_run_id"]], states=["queued", "running"])
    ]


def hold_to_decide(asked: dict[str, Any]) -> Hold:
    """The hold that a run of DAG ``hold`` asks about, where it still waits for a decision."""
    for hold in steps.holds():
        if (hold.delivery.delivery_id, hold.change_id) == (asked["delivery_id"], asked["change_id"]):
            return hold
    raise AirflowSkipException(f"delivery {asked['delivery_id']} is no longer on hold for this: nothing to decide")


def decide_hold(asked: dict[str, Any], answer: Answer) -> None:
    """Record what was answered about a held delivery, and send its receipt.

    A question that no longer matters, because somebody decided elsewhere, ends as failed and says so.
    """
    with _lent(*_ARCHIVE), _refusals_are_final():
        delivery = steps.decide_delivery(
            asked["delivery_id"], hold=asked["change_id"], accept=answer.agreed, who=answer.who, reason=answer.reason
        )
    with _lent(*_ARCHIVE, to=[delivery.gi_code]):
        steps.tell(delivery.gi_code)


def months_to_judge(dag_run: Any) -> list[str]:
    """The months that whoever started the run named, the first and the last one included."""
    first, last = (Month.parse(dag_run.conf[name]) for name in ("van", "tot_en_met"))
    if last < first:
        raise AirflowFailException(f"{last} comes before {first}: name the first month first")
    return [str(first + number) for number in range(first.months_until(last) + 1)]


def recheck_month(dag_run: Any, month: str) -> list[str]:
    """Judge again what an institution delivered for a month, as the Airflow user who started the run; what came of it.

    A run that was stopped goes on where it was: its name is part of the reason that is kept.
    """
    asked = dag_run.conf
    reason = f"{asked['reden']} ({_somebody(dag_run)}, {dag_run.run_id})"
    with _lent(*_INTAKE, to=[asked["gi_code"]]), _refusals_are_final():
        judged = steps.recheck_month(asked["gi_code"], Month.parse(month), reason=reason)
    return [f"{delivery.delivery_id}: {delivery.state}" for delivery in judged]


def refresh() -> dict[str, list[str]]:
    """Standardise what is undone; the refreshed months, told apart by whether they were complete before."""
    complete = set(steps.complete_months())
    # Gate G2 may put a delivery of any institution on hold, and its receipt says so.
    with _lent(*_INTAKE, to=institutions.load()), _refusals_are_final():
        months = steps.standardise()
    return {
        "new": [month for month in months if month not in complete],
        "corrected": [month for month in months if month in complete],
    }


def prepare(dag_run: Any, ti: Any) -> list[dict[str, Any]]:
    """One run of DAG ``release`` to start for the candidate that waits for a decision, unless one asks about it now.

    The maker of a candidate is the Airflow user who started the run, if one did; they may have named a release, and
    why it is corrected where it is out.
    """
    asked = dag_run.conf or {}
    with _lent("signing"), _refusals_are_final():
        candidate = steps.prepare_release(
            asked.get("release_id"), made_by=_user_of(dag_run) or _NOBODY, correct=asked.get("reden")
        )
    if candidate is None:
        return []
    conf = {"candidate_id": candidate.candidate_id, "content_hash": candidate.content_hash}
    return _without_open(ti, "release", [{"trigger_run_id": f"candidate_{candidate.candidate_id}", "conf": conf}])


def candidate_to_decide(asked: dict[str, Any]) -> Candidate:
    """The candidate that a run of DAG ``release`` asks about, where it still waits for a decision."""
    try:
        return steps.candidate_to_decide(asked["candidate_id"], asked["content_hash"])
    except ReleaseError as closed:
        raise AirflowSkipException(str(closed)) from closed


def decide(asked: dict[str, Any], answer: Answer) -> None:
    """Record what was answered about the candidate and content that were asked about."""
    with _lent(), _refusals_are_final():
        steps.decide_release(
            asked["candidate_id"],
            asked["content_hash"],
            approve=answer.agreed,
            who=answer.who,
            reason=answer.reason,
        )


def waive(dag_run: Any) -> None:
    """Let a release break an expectation, as the Airflow user who started the run."""
    asked = dag_run.conf
    with _refusals_are_final():
        steps.waive(
            asked["release_id"],
            asked["verwachting"],
            about=asked.get("instelling"),
            reason=asked["reden"],
            until=date.fromisoformat(asked["tot_en_met"]),
            who=_somebody(dag_run),
        )


def withdraw(dag_run: Any) -> None:
    """Take a published version back, as the Airflow user who started the run."""
    with _lent("signing"), _refusals_are_final():
        steps.withdraw_release(dag_run.conf["uitgave"], who=_somebody(dag_run), reason=dag_run.conf["reden"])


def _user_of(dag_run: Any) -> str | None:
    user: str | None = dag_run.triggering_user_name
    return user


def _somebody(dag_run: Any) -> str:
    user = _user_of(dag_run)
    if user is None:
        raise AirflowFailException("only a person does this: start the run from the web page, logged in")
    return user


def publish() -> list[str]:
    """Publish what is approved and due; the editions that went out."""
    with _lent("signing"), _refusals_are_final():
        return steps.publish_due()


def notify() -> None:
    """Tell people by mail what waits for them or went wrong, by the mail server that Airflow keeps, if it keeps one."""
    with _lent():
        steps.notify()


@contextmanager
def _lent(*names: secrets.Name, to: Collection[str] = ()) -> Iterator[None]:
    """Lend a step these secrets, the mail server, and the credentials of the institutions ``to``, while it runs."""

    async def values() -> connections.Values:
        found = {**await connections.secret_values(*names), **await connections.mail_values()}
        for gi_code in to:
            found |= await connections.credential_values(institutions.find(gi_code))
        return found

    with environment.lent(asyncio.run(values())):
        yield


@contextmanager
def _refusals_are_final() -> Iterator[None]:
    """A gate or a rule that says no says so again: only what broke by accident is worth another try."""
    try:
        yield
    except (GateError, ReleaseError, WaiverError, DecisionError, RefusedError) as refusal:
        raise AirflowFailException(str(refusal)) from refusal
