"""One model for whatever is found in a delivery (spec 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gi_monitor import contracts
from gi_monitor.contracts import Severity

Outcome = Literal["PASS", "FAIL", "NOT_APPLICABLE", "NOT_RUN"]
DELIVERY = "levering"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in the words of the institution.

    ``dataset`` is the delivered name (``wachtlijst``) or ``levering``; ``row`` the number the institution
    sees in its own file, None when it is about the whole file. ``waived_by``: who agreed that it only warns.
    """

    rule: str
    severity: Severity
    dataset: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    waived_by: str | None = None


@dataclass(frozen=True)
class RuleOutcome:
    """What one rule answered about one delivery; ``reason`` says why it is NOT_RUN or NOT_APPLICABLE.

    ``waived_by``: who agreed that what it found only warns.
    """

    rule: str
    outcome: Outcome
    failures: int = 0
    reason: str | None = None
    waived_by: str | None = None


def finding(
    rule_id: str,
    dataset: str = DELIVERY,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    detail: str = "",
    severity: Severity | None = None,
) -> Finding:
    """A finding whose message is the rule's sentence and remedy, filled in."""
    rule = contracts.load().rules[rule_id]
    sentence = rule.sentence.format(column=column, value=value, detail=detail)
    return Finding(
        rule=rule_id,
        severity=severity or rule.severity,
        dataset=dataset,
        row=row,
        column=column,
        value=value,
        message=f"{sentence} {rule.remedy}",
    )


def outcomes(findings: Iterable[Finding], not_run: dict[str, str], not_applicable: dict[str, str]) -> list[RuleOutcome]:
    """One answer for every rule there is; a rule that failed somewhere has failed, wherever else it could not run."""
    failures: dict[str, list[Finding]] = {}
    for found in findings:
        failures.setdefault(found.rule, []).append(found)
    return [_outcome(rule, failures.get(rule, []), not_run, not_applicable) for rule in contracts.load().rules]


def _outcome(
    rule: str, failures: list[Finding], not_run: dict[str, str], not_applicable: dict[str, str]
) -> RuleOutcome:
    if failures:
        return RuleOutcome(rule, "FAIL", len(failures), waived_by=failures[0].waived_by)
    if rule in not_run:
        return RuleOutcome(rule, "NOT_RUN", reason=not_run[rule])
    if rule in not_applicable:
        return RuleOutcome(rule, "NOT_APPLICABLE", reason=not_applicable[rule])
    return RuleOutcome(rule, "PASS")
