"""Where a receipt comes from: a judgement alone, or what the ledger kept of it; the content is the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gi_monitor import contracts, rule_pages
from gi_monitor.contracts import Severity
from gi_monitor.institutions import Institution
from gi_monitor.intake import mirror
from gi_monitor.intake.findings import Finding, RuleOutcome
from gi_monitor.intake.receipt.content import ControlTotal, DatasetRows, Receipt, RuleAnswer, Use
from gi_monitor.intake.singling_out import SinglingOut
from gi_monitor.intake.transport import Place

if TYPE_CHECKING:
    from gi_monitor.intake.judgement import Judgement
    from gi_monitor.intake.ledger import Delivery
    from gi_monitor.intake.manifest import ControlTotals
    from gi_monitor.intake.state_changes import Connection

_TOTALS = ("maatregelen_actief", "kinderen_wachtend", "fte_caseload")
_GRAVEST_FIRST: tuple[Severity, ...] = ("reject", "hold", "row", "warn")


def of_judgement(
    judgement: Judgement, institution: Institution, place: Place, received_at: datetime, content_sha256: str
) -> Receipt:
    """The receipt of a check on the institution's own machine; but for ``trial``, that of the delivery itself."""
    findings = _ordered(judgement.findings)
    return Receipt(
        gi_code=place.gi_code,
        institution=institution.name,
        synthetic=institution.synthetic,
        trial=True,
        month=place.month,
        sequence_number=place.sequence_number,
        received_at=received_at,
        content_sha256=content_sha256,
        specification=judgement.specification,
        state=judgement.state,
        totals=_totals(
            _by_name(judgement.manifest.control_totals) if judgement.manifest else {},
            {name: str(interval) for name, interval in judgement.counted.items()},
        ),
        rows=_rows({name: (rows.delivered, rows.set_aside) for name, rows in judgement.row_counts.items()}),
        rules=_answers(judgement.outcomes, findings),
        findings=findings,
        mirror=judgement.mirror,
        singling_out=judgement.singling_out,
        used_in=(),
    )


def of_ledger(connection: Connection, delivery: Delivery) -> Receipt:
    """The receipt of a judged delivery, as things stand now; raises archive.ArchiveError when it cannot be unsealed."""
    # Imported here: pre-flight runs where nothing is installed that unseals.
    from gi_monitor.intake.sealing import unsealed

    about = connection.execute(_ABOUT, [delivery.delivery_id]).fetchone()
    assert about is not None
    kept = [Finding(**row) for row in connection.execute(_FINDINGS, [delivery.delivery_id])]
    findings = _ordered(unsealed(connection, delivery.delivery_id, kept))
    outcomes = [RuleOutcome(**row) for row in connection.execute(_OUTCOMES, [delivery.delivery_id])]
    counts: dict[str, Any] = about["row_counts"] or {}
    return Receipt(
        gi_code=delivery.gi_code,
        institution=about["name"],
        synthetic=about["synthetic"],
        trial=False,
        month=delivery.month,
        sequence_number=delivery.sequence_number,
        received_at=about["received_at"],
        content_sha256=about["content_sha256"],
        specification=about["specification"],
        state=delivery.state,
        totals=_totals(about["control_totals"] or {}, about["counted_totals"] or {}),
        rows=_rows({name: (count["delivered"], count["set_aside"]) for name, count in counts.items()}),
        rules=_answers(outcomes, findings),
        findings=findings,
        mirror=mirror.of_json(about["mirror"] or []),
        singling_out=_singling_out(about["smallest_class"], about["small_class_share"]),
        used_in=tuple(Use(**row) for row in connection.execute(_USED_IN, [delivery.delivery_id])),
    )


_ABOUT = """
select d.received_at, d.control_totals, d.counted_totals, d.row_counts, d.mirror,
    d.smallest_class, d.small_class_share, d.specification, i.name, i.synthetic,
    case when exists (select from ledger.delivery_file as f where f.delivery_id = d.delivery_id)
        then d.content_sha256 end as content_sha256
from ledger.delivery as d join ledger.institution as i using (gi_code) where delivery_id = %s
"""
_FINDINGS = """
select rule, severity, dataset, row_number as row, column_name as column, value, message
from quality.finding where delivery_id = %s
"""
_OUTCOMES = "select rule, outcome, failures, reason from quality.rule_outcome where delivery_id = %s"
_USED_IN = "select release_id, version, state from ledger.used_in where delivery_id = %s order by release_id, version"


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first, then by rule and row."""
    return tuple(sorted(findings, key=_place_of))


def _place_of(found: Finding) -> tuple[int | str, ...]:
    gravity = _GRAVEST_FIRST.index(found.severity)
    return gravity, found.rule, found.dataset, found.row or 0, found.column or "", found.value or "", found.message


def _answers(outcomes: Iterable[RuleOutcome], findings: tuple[Finding, ...]) -> tuple[RuleAnswer, ...]:
    known = contracts.load().rules
    gravest: dict[str, Severity] = {}
    for found in findings:
        gravest.setdefault(found.rule, found.severity)
    by_rule = {outcome.rule: outcome for outcome in outcomes}
    return tuple(
        RuleAnswer(
            rule=name,
            outcome=by_rule[name].outcome,
            failures=by_rule[name].failures,
            reason=by_rule[name].reason,
            severity=gravest.get(name, rule.severity),
            sentence=f"{rule_pages.in_words(rule)} {rule.remedy}",
        )
        for name, rule in known.items()
        if name in by_rule
    )


def _by_name(totals: ControlTotals) -> dict[str, Decimal | int]:
    return dict(zip(_TOTALS, (totals.measures_running, totals.children_waiting, totals.fte_caseload), strict=True))


def _totals(delivered: Mapping[str, Decimal | int | float], counted: Mapping[str, str]) -> tuple[ControlTotal, ...]:
    return tuple(
        ControlTotal(name, Decimal(str(delivered[name])) if name in delivered else None, counted.get(name))
        for name in _TOTALS
    )


def _singling_out(k: int | None, small_share: Decimal | None) -> SinglingOut | None:
    return None if k is None or small_share is None else SinglingOut(k, small_share)


def _rows(counts: Mapping[str, tuple[int, int]]) -> tuple[DatasetRows, ...]:
    names = [contract.delivered_as for contract in contracts.load().datasets.values()]
    return tuple(DatasetRows(name, *counts[name]) for name in names if name in counts)
