"""The questions to people, each a task that also records the answer.

Who answered, and what, comes from Airflow's own record of the human response: the web server writes it with the user
who is logged in, and resumes the task with it in the same transaction. It passes through no XCom, which the REST API
can rewrite. What is asked about comes from the configuration of the run, which nobody can change.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException

from gi_monitor.orchestration import ACCEPT, APPROVE, REJECT

if TYPE_CHECKING:
    from airflow.sdk import Context

_OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Answer:
    """What a person answered, by Airflow's record; ``who`` is their name in Airflow."""

    agreed: bool
    who: str
    reason: str


class Question(HITLOperator):
    """Ask a person to agree or refuse, and record the answer in the same task.

    A run of it always asks, so a recording that failed is followed by a new question. A question that nobody
    answers within a week ends as skipped; the sweep that started it asks again where it still matters.
    """

    def __init__(self, *, agree: str, **kwargs: Any) -> None:
        super().__init__(
            subject="",  # Known when the run is.
            options=[agree, REJECT],
            params={"reden": Param("", type="string", title="Reden")},
            response_timeout=_OPEN_FOR,
            **kwargs,
        )
        self.agree = agree

    @abstractmethod
    def question(self, asked: dict[str, Any]) -> tuple[str, str]:
        """Return subject and body for the configuration of a run; raise what says that there is nothing to ask."""

    @abstractmethod
    def record(self, asked: dict[str, Any], answer: Answer) -> None:
        """Record an answer to the question about the same configuration."""

    def execute(self, context: Context) -> Any:
        """Ask, and wait without a process."""
        self.subject, self.body = self.question(context["dag_run"].conf or {})
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Record the answer; ``event`` is Airflow's record of it, or says that the time to answer is over."""
        if event.get("error_type") == "timeout":
            raise AirflowSkipException(f"nobody answered within {_OPEN_FOR.days} days")
        answered = super().execute_complete(context, event)
        answer = Answer(
            agreed=answered["chosen_options"] == [self.agree],
            who=answered["responded_by_user"]["name"],
            reason=answered["params_input"].get("reden", ""),
        )
        self.record(context["dag_run"].conf or {}, answer)


class SignOff(Question):
    """Ask whether a candidate may be released (gate G4)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agree=APPROVE, **kwargs)

    def question(self, asked: dict[str, Any]) -> tuple[str, str]:
        """Name the candidate and its content as the database has them."""
        from gi_monitor.orchestration import stages

        candidate = stages.candidate_to_decide(asked)
        return (
            f"Kandidaat {candidate.candidate_id} van {candidate.release_id}"
            f" ({(candidate.content_hash or '')[:12]}): vrijgeven?",
            f"De bestanden staan in `candidates/{candidate.folder}`. Wie de kandidaat maakte of een ontheffing gaf,"
            " kan hem niet goedkeuren. Een reden is nodig. Met een ontheffing erin moeten twee mensen instemmen;"
            " dan wordt het nog eens gevraagd.",
        )

    def record(self, asked: dict[str, Any], answer: Answer) -> None:
        """Record the decision on the candidate and content that were asked about."""
        from gi_monitor.orchestration import stages

        stages.decide(asked, answer)


class HoldQuestion(Question):
    """Ask whether a delivery on hold counts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(agree=ACCEPT, **kwargs)

    def question(self, asked: dict[str, Any]) -> tuple[str, str]:
        """Name the delivery and why it is on hold as the ledger has them."""
        from gi_monitor.orchestration import stages

        hold = stages.hold_to_decide(asked)
        return (
            f"Levering {hold.delivery.delivery_id} ({hold.delivery.place.path}): telt zij mee?",
            f"Waarom zij wacht: {hold.cause}. Het ontvangstbewijs en `gi-monitor deliveries show` zeggen meer. Wie hier"
            " beslist, kan een vrijgave die erop rust niet goedkeuren. Een reden is nodig.",
        )

    def record(self, asked: dict[str, Any], answer: Answer) -> None:
        """Record the decision on the hold that was asked about."""
        from gi_monitor.orchestration import stages

        stages.decide_hold(asked, answer)
