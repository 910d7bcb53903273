"""Gate G2: do the standardised facts hold together, and if not, which deliveries are to blame (spec 3.1)?"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gi_monitor import logs
from gi_monitor.gates import runner, suites, verdicts
from gi_monitor.gates.suites import Suite
from gi_monitor.gates.verdicts import Verdict
from gi_monitor.intake import ledger, standing
from gi_monitor.warehouse.connection import connect

_log = logging.getLogger(__name__)

# A promise that more of the deliveries break than this share is broken by us, not by a delivery.
_SHARE_THAT_CAN_BE_TO_BLAME = 0.5


@dataclass(frozen=True)
class CoreVerdict:
    """The outcome of G2.

    ``blamed`` maps a delivery to why it is to blame: id and sentence of each critical promise that it
    breaks. ``attributable``: every promise that blocks the gate names the deliveries that break it, so
    that holding them and building again can mend it.
    """

    passed: bool
    attributable: bool = False
    blamed: Mapping[int, str] = field(default_factory=dict)


def judge() -> CoreVerdict:
    """Judge ``core`` by suite ``core``, keep the verdicts, and say which deliveries are to blame.

    What a promise says of the facts of one delivery is not asked again once it has passed by the same suite.
    Raises suites.SuiteError when the suite file is wrong.
    """
    suite = suites.load("core")
    _forget_what_passed_by_another(suite)
    judged = runner.run(suite)
    verdicts.record(suite, judged)
    blocking = [verdict for verdict in judged if verdict.blocks]
    culprits = [_culprits(verdict) for verdict in blocking]
    if not blocking:
        _remember(suite)
    return CoreVerdict(
        passed=not blocking,
        attributable=bool(blocking) and all(culprits),
        blamed=_reasons(blocking, culprits),
    )


def _forget_what_passed_by_another(suite: Suite) -> None:
    with connect("gi_quality") as connection:
        connection.execute("delete from quality.judged where suite_version <> %s", [suite.version])


def _remember(suite: Suite) -> None:
    with connect("gi_quality") as connection:
        connection.execute(
            "insert into quality.judged (delivery_id, previous_delivery_id, suite_version)"
            " select delivery_id, previous_delivery_id, %s from core.to_judge",
            [suite.version],
        )


def _culprits(verdict: Verdict) -> list[int]:
    deliveries: list[int] = runner.named(verdict, "delivery_id")
    if not deliveries:
        return []
    with connect("gi_quality") as connection:
        current = connection.execute("select count(*) as number from core.delivery").fetchone()
    to_blame = current is not None and len(deliveries) <= _SHARE_THAT_CAN_BE_TO_BLAME * current["number"]
    return deliveries if to_blame else []


def _reasons(blocking: Sequence[Verdict], culprits: Sequence[Sequence[int]]) -> dict[int, str]:
    reasons: dict[int, list[str]] = {}
    for verdict, deliveries in zip(blocking, culprits, strict=True):
        for delivery_id in deliveries:
            reasons.setdefault(delivery_id, []).append(f"{verdict.expectation.id}: {verdict.expectation.sentence}")
    return {delivery_id: " ".join(sentences) for delivery_id, sentences in reasons.items()}


def hold(blamed: Mapping[int, str]) -> list[int]:
    """Put current deliveries on hold, each with the reason given; the ids of those that were.

    The delivery before it of the same month counts again, where there is one. A delivery that is no
    longer current is left alone, so holding twice changes nothing more. One transaction per delivery.
    """
    return [delivery_id for delivery_id, reason in blamed.items() if _hold(delivery_id, reason)]


def _hold(delivery_id: int, reason: str) -> bool:
    with logs.about(delivery_id=delivery_id), connect("gi_quality") as connection:
        ledger.lock(connection, ledger.find(connection, delivery_id).gi_code)
        delivery = ledger.find(connection, delivery_id)
        if not standing.retire(connection, delivery, "on_hold", f"gate G2: {reason}"):
            return False
        _log.warning("delivery %d (%s) is on hold: %s", delivery_id, delivery.place.path, reason)
        return True
