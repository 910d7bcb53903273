"""What tasks hand to the steps, and which failures are not tried again."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from gi_monitor import steps
from gi_monitor.intake.decisions import DecisionError
from gi_monitor.intake.ledger import Delivery, Hold
from gi_monitor.month import Month
from gi_monitor.orchestration import ACCEPT, APPROVE, REJECT, assets, stages
from gi_monitor.release.calendar import ReleaseError


def answer(option: str, reason: str | None) -> dict[str, Any]:
    """As Airflow's HITLOperator returns it."""
    user = {"id": "7", "name": "robin"}  # whoever starts a run is known by name alone, so that is who answers
    return {"chosen_options": [option], "responded_by_user": user, "params_input": {"reden": reason}}


def refuse(*_: object, **__: object) -> None:
    raise ReleaseError("robin made it, so somebody else must approve it")


@pytest.mark.parametrize(("option", "approved"), [(APPROVE, True), (REJECT, False)])
def test_the_decision_is_that_of_the_airflow_user_who_answered(
    monkeypatch: pytest.MonkeyPatch, option: str, approved: bool
) -> None:
    decided: list[tuple[Any, ...]] = []

    def decide(number: int, content_hash: str, *, approve: bool, who: str, reason: str) -> SimpleNamespace:
        decided.append((number, content_hash, approve, who, reason))
        return SimpleNamespace(state="candidate")

    monkeypatch.setattr(steps, "decide_release", decide)
    assert stages.decide({"candidate_id": 3, "content_hash": "abc"}, answer(option, "gezien")) == "candidate"
    stages.decide({"candidate_id": 4, "content_hash": "def"}, answer(option, None))
    assert decided == [(3, "abc", approved, "robin", "gezien"), (4, "def", approved, "robin", "")]


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
    assert stages.prepare(run_by(user)) == {"candidate_id": 3, "content_hash": "abc"}
    stages.prepare(run_by(user, release_id="2024-T1", reden="haagrijn leverde opnieuw"))
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
        stages.decide({"candidate_id": 3, "content_hash": "abc"}, answer(APPROVE, "gezien"))

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


def test_one_run_is_triggered_for_each_hold_and_a_second_hold_of_a_delivery_is_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def held(change_id: int) -> Hold:
        return Hold(Delivery(7, "haagrijn", Month(2024, 4), 2, "on_hold"), change_id, "rules failed: H01")

    monkeypatch.setattr(steps, "holds", lambda: [held(31)])
    assert stages.held() == [
        {
            "trigger_run_id": "delivery_7_31",
            "conf": {"delivery_id": 7, "place": "haagrijn/2024-04/2", "cause": "rules failed: H01"},
        }
    ]
    assert stages.held("waddenkust") == []
    monkeypatch.setattr(steps, "holds", lambda: [held(45)])
    assert stages.held("haagrijn")[0]["trigger_run_id"] == "delivery_7_45"


@pytest.mark.parametrize(("option", "accepted"), [(ACCEPT, True), (REJECT, False)])
def test_a_hold_is_decided_by_the_airflow_user_and_the_institution_is_told(
    monkeypatch: pytest.MonkeyPatch, option: str, accepted: bool
) -> None:
    calls: list[Any] = []

    def decide(delivery_id: int, *, accept: bool, who: str, reason: str) -> Delivery:
        calls.append((delivery_id, accept, who, reason))
        return Delivery(delivery_id, "haagrijn", Month(2024, 4), 1, "accepted")

    monkeypatch.setattr(steps, "decide_delivery", decide)
    monkeypatch.setattr(steps, "tell", calls.append)

    stages.decide_hold(7, answer(option, "nagegaan"))

    assert calls == [(7, accepted, "robin", "nagegaan"), "haagrijn"]


def test_a_question_that_no_longer_matters_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def decided_elsewhere(*_: object, **__: object) -> None:
        raise DecisionError("delivery 7 is rejected, not on hold: nothing to decide")

    monkeypatch.setattr(steps, "decide_delivery", decided_elsewhere)
    with pytest.raises(AirflowFailException, match="nothing to decide"):
        stages.decide_hold(7, answer(ACCEPT, "nagegaan"))
