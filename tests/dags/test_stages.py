"""What tasks hand to the steps, and which failures are not tried again."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from gi_monitor import steps
from gi_monitor.intake.decisions import DecisionError
from gi_monitor.intake.ledger import Delivery, Hold
from gi_monitor.month import Month
from gi_monitor.orchestration import ACCEPT, APPROVE, REJECT, assets, stages
from gi_monitor.orchestration.questions import Answer, HoldQuestion, Question, SignOff
from gi_monitor.release.calendar import ReleaseError

CANDIDATE = {"candidate_id": 3, "content_hash": "abc"}
HOLD = {"delivery_id": 7, "change_id": 31}


def event(option: str, reason: str | None) -> dict[str, Any]:
    """Airflow's record of an answer, as it hands it to the task that asked."""
    return {
        "chosen_options": [option],
        "responded_by_user": {"id": "7", "name": "robin"},
        "params_input": {} if reason is None else {"reden": reason},
        "responded_at": datetime(2025, 1, 20, tzinfo=UTC),
        "timedout": False,
    }


def answered(question: Question, conf: dict[str, Any], told: dict[str, Any]) -> None:
    """Resume a question with what Airflow tells."""
    question.execute_complete({"dag_run": SimpleNamespace(conf=conf)}, told)  # type: ignore[typeddict-item]


class Runs:
    """A task that knows which runs of another DAG are open."""

    def __init__(self, *open_runs: str) -> None:
        self.open_runs = open_runs

    def get_dr_count(self, dag_id: str, *, run_ids: list[str], states: list[str]) -> int:
        assert states == ["queued", "running"]
        return sum(f"{dag_id}/{run}" in self.open_runs for run in run_ids)


def refuse(*_: object, **__: object) -> None:
    raise ReleaseError("robin made it, so somebody else must approve it")


@pytest.mark.parametrize(("option", "approved"), [(APPROVE, True), (REJECT, False)])
def test_the_decision_is_that_of_the_airflow_user_who_answered(
    monkeypatch: pytest.MonkeyPatch, option: str, approved: bool
) -> None:
    decided: list[tuple[Any, ...]] = []

    def decide(number: int, content_hash: str, *, approve: bool, who: str, reason: str) -> None:
        decided.append((number, content_hash, approve, who, reason))

    monkeypatch.setattr(steps, "decide_release", decide)
    answered(SignOff(task_id="sign_off"), CANDIDATE, event(option, "gezien"))
    answered(SignOff(task_id="sign_off"), CANDIDATE, event(option, None))
    assert decided == [(3, "abc", approved, "robin", "gezien"), (3, "abc", approved, "robin", "")]


def test_a_question_that_nobody_answers_ends_and_decides_nothing() -> None:
    with pytest.raises(AirflowSkipException, match="nobody answered within 7 days"):
        answered(SignOff(task_id="sign_off"), CANDIDATE, {"error": "too late", "error_type": "timeout"})


def test_a_question_names_what_the_database_says_and_is_not_asked_about_what_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = SimpleNamespace(candidate_id=3, release_id="2024-T3", content_hash="abc", folder="2024-T3-1.0.0-3")
    monkeypatch.setattr(steps, "candidate_to_decide", lambda number, content_hash: found)
    subject, body = SignOff(task_id="sign_off").question(CANDIDATE)
    assert subject == "Kandidaat 3 van 2024-T3 (abc): vrijgeven?"
    assert "candidates/2024-T3-1.0.0-3" in body
    monkeypatch.setattr(steps, "candidate_to_decide", refuse)
    with pytest.raises(AirflowSkipException):
        SignOff(task_id="sign_off").question(CANDIDATE)

    monkeypatch.setattr(steps, "holds", lambda: [held(31)])
    subject, body = HoldQuestion(task_id="decide").question(HOLD)
    assert subject == "Levering 7 (haagrijn/2024-04/2): telt zij mee?"
    assert "rules failed: H01" in body
    monkeypatch.setattr(steps, "holds", lambda: [held(45)])
    with pytest.raises(AirflowSkipException, match="no longer on hold for this"):
        HoldQuestion(task_id="decide").question(HOLD)


def held(change_id: int) -> Hold:
    return Hold(Delivery(7, "haagrijn", Month(2024, 4), 2, "on_hold"), change_id, "rules failed: H01")


def run_by(user: str | None, **conf: str) -> SimpleNamespace:
    return SimpleNamespace(triggering_user_name=user, conf=conf)


@pytest.mark.parametrize(("user", "maker"), [("dana", "dana"), (None, "airflow")])
def test_whoever_started_the_run_made_the_candidate(
    monkeypatch: pytest.MonkeyPatch, user: str | None, maker: str
) -> None:
    made: list[tuple[Any, ...]] = []

    def prepare(release_id: str | None, *, made_by: str, correct: str | None) -> SimpleNamespace:
        made.append((release_id, made_by, correct))
        return SimpleNamespace(candidate_id=3, content_hash="abc")

    monkeypatch.setattr(steps, "prepare_release", prepare)
    assert stages.prepare(run_by(user), Runs()) == [{"trigger_run_id": "candidate_3", "conf": CANDIDATE}]
    correction = run_by(user, release_id="2024-T1", reden="haagrijn leverde opnieuw")
    assert stages.prepare(correction, Runs("release/candidate_3")) == []
    assert made == [(None, maker, None), ("2024-T1", maker, "haagrijn leverde opnieuw")]


def test_a_waiver_and_a_withdrawal_are_a_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[Any, ...]] = []
    monkeypatch.setattr(steps, "waive", lambda *named, **about: done.append((named, about)))
    monkeypatch.setattr(steps, "withdraw_release", lambda edition, *, who, reason: done.append((edition, who, reason)))
    waiver = {"release_id": "2024-T3", "verwachting": "band_c3", "reden": "tarief", "tot_en_met": "2025-03-01"}

    stages.waive(run_by("noor", **waiver))
    stages.withdraw(run_by("noor", uitgave="2024-T1-1.0.0", reden="fout"))

    about = {"about": None, "reason": "tarief", "until": date(2025, 3, 1), "who": "noor"}
    assert done == [(("2024-T3", "band_c3"), about), ("2024-T1-1.0.0", "noor", "fout")]
    for act, conf in ((stages.waive, waiver), (stages.withdraw, {"uitgave": "2024-T1-1.0.0", "reden": "fout"})):
        with pytest.raises(AirflowFailException, match="only a person"):
            act(run_by(None, **conf))


def test_a_range_of_months_is_judged_again_for_a_reason_that_names_who_and_in_which_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[Any, ...]] = []

    def recheck(gi_code: str, month: Month, *, reason: str) -> list[Delivery]:
        asked.append((gi_code, month, reason))
        return [Delivery(9, gi_code, month, 1, "accepted")]

    monkeypatch.setattr(steps, "recheck_month", recheck)
    conf = {"gi_code": "haagrijn", "van": "2023-12", "tot_en_met": "2024-01", "reden": "dialect hersteld"}
    run = SimpleNamespace(triggering_user_name="dana", conf=conf, run_id="manual__1")

    assert stages.months_to_judge(run) == ["2023-12", "2024-01"]
    assert stages.recheck_month(run, "2024-01") == ["9: accepted"]
    assert asked == [("haagrijn", Month(2024, 1), "dialect hersteld (dana, manual__1)")]
    with pytest.raises(AirflowFailException, match="2023-11 comes before 2023-12"):
        stages.months_to_judge(run_by("dana", **{**conf, "tot_en_met": "2023-11"}))
    with pytest.raises(AirflowFailException, match="only a person"):
        stages.recheck_month(SimpleNamespace(triggering_user_name=None, conf=conf, run_id="1"), "2024-01")


def test_a_month_that_was_complete_before_is_a_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "complete_months", lambda: ["2024-10", "2024-11"])
    monkeypatch.setattr(steps, "standardise", lambda: ["2024-11", "2024-12"])
    assert stages.refresh() == {"new": ["2024-12"], "corrected": ["2024-11"]}


def test_a_refusal_is_final_and_an_accident_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "decide_release", refuse)
    with pytest.raises(AirflowFailException, match="somebody else must approve it"):
        answered(SignOff(task_id="sign_off"), CANDIDATE, event(APPROVE, "gezien"))

    def gate() -> list[str]:
        raise steps.GateError("gate G2 stopped the build")

    def accident() -> list[str]:
        raise ConnectionError("the server is away")

    monkeypatch.setattr(steps, "complete_months", list)
    monkeypatch.setattr(steps, "standardise", gate)
    with pytest.raises(AirflowFailException, match="G2"):
        stages.refresh()
    monkeypatch.setattr(steps, "standardise", accident)
    with pytest.raises(ConnectionError):
        stages.refresh()


def test_each_institution_announces_its_own_and_nothing_to_announce_sends_no_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steps, "undone", lambda: ["2024-11|haagrijn", "2024-12|geuldal", "2024-12|haagrijn"])
    keys = stages.undone_of("haagrijn")
    assert keys == ["2024-11|haagrijn", "2024-12|haagrijn"]
    sent: list[list[str]] = []
    assets.announce({assets.DELIVERIES: SimpleNamespace(add_partitions=sent.append)}, assets.DELIVERIES, keys)
    assert sent == [keys]
    with pytest.raises(AirflowSkipException):
        assets.announce({}, assets.DELIVERIES, stages.undone_of("maasmond"))


def test_each_hold_is_asked_about_by_one_run_at_a_time_and_again_when_that_run_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steps, "holds", lambda: [held(31)])
    asked = [{"trigger_run_id": "delivery_7_31", "conf": HOLD}]
    assert stages.holds_to_ask(Runs()) == asked
    assert stages.holds_to_ask(Runs("hold/delivery_7_31")) == []
    assert stages.holds_to_ask(Runs("hold/delivery_7_30", "release/delivery_7_31")) == asked
    assert (stages.held("haagrijn"), stages.held("waddenkust")) == ([7], [])


@pytest.mark.parametrize(("option", "accepted"), [(ACCEPT, True), (REJECT, False)])
def test_a_hold_is_decided_by_the_airflow_user_and_the_institution_is_told(
    monkeypatch: pytest.MonkeyPatch, option: str, accepted: bool
) -> None:
    calls: list[Any] = []

    def decide(delivery_id: int, *, hold: int, accept: bool, who: str, reason: str) -> Delivery:
        calls.append((delivery_id, hold, accept, who, reason))
        return Delivery(delivery_id, "haagrijn", Month(2024, 4), 1, "accepted")

    monkeypatch.setattr(steps, "decide_delivery", decide)
    monkeypatch.setattr(steps, "tell", calls.append)

    answered(HoldQuestion(task_id="decide"), HOLD, event(option, "nagegaan"))

    assert calls == [(7, 31, accepted, "robin", "nagegaan"), "haagrijn"]


def test_an_answer_that_comes_too_late_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def decided_elsewhere(*_: object, **__: object) -> None:
        raise DecisionError("delivery 7 is rejected, not on hold: nothing to decide")

    monkeypatch.setattr(steps, "decide_delivery", decided_elsewhere)
    with pytest.raises(AirflowFailException, match="nothing to decide"):
        stages.decide_hold(HOLD, Answer(agreed=True, who="robin", reason="nagegaan"))
