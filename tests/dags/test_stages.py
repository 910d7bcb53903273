"""What tasks hand to the steps, and which failures are not tried again."""

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
    user = {"id": "robin", "name": "Robin"}
    return {"chosen_options": [option], "responded_by_user": user, "params_input": {"reden": reason}}


def refuse(*_: object, **__: object) -> None:
    raise ReleaseError("robin made it, so somebody else must approve it")


@pytest.mark.parametrize(("option", "approved"), [(APPROVE, True), (REJECT, False)])
def test_the_decision_is_that_of_the_airflow_user_who_answered(
    monkeypatch: pytest.MonkeyPatch, option: str, approved: bool
) -> None:
    decided: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        steps, "decide_release", lambda number, approve, who, reason: decided.append((number, approve, who, reason))
    )
    stages.decide(3, answer(option, "gezien"))
    stages.decide(4, answer(option, None))
    assert decided == [(3, approved, "robin", "gezien"), (4, approved, "robin", "")]


@pytest.mark.parametrize(("user", "maker"), [("dana", "dana"), (None, "airflow")])
def test_whoever_started_the_run_made_the_candidate(
    monkeypatch: pytest.MonkeyPatch, user: str | None, maker: str
) -> None:
    made: list[str] = []
    monkeypatch.setattr(steps, "prepare_release", lambda *, made_by: made.append(made_by))
    stages.prepare(SimpleNamespace(triggering_user_name=user))
    assert made == [maker]


def test_a_month_that_was_complete_before_is_a_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "complete_months", lambda: ["2024-10", "2024-11"])
    monkeypatch.setattr(steps, "standardise", lambda: ["2024-11", "2024-12"])
    assert stages.refresh() == {"new": ["2024-12"], "corrected": ["2024-11"]}


def test_a_refusal_is_final_and_an_accident_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "decide_release", refuse)
    with pytest.raises(AirflowFailException, match="somebody else must approve it"):
        stages.decide(3, answer(APPROVE, "gezien"))

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
