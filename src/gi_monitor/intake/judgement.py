"""The judgement of one delivery: all rules over its bytes, nothing but its bytes (spec 1.3).

No database and no network: the same code serves intake, pre-flight and tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from gi_monitor import contracts
from gi_monitor.dialects.packaging import MAX_MEMORY
from gi_monitor.institutions import Institution, Waiver
from gi_monitor.intake import comparison, figures, privacy, totals
from gi_monitor.intake import manifest as manifests
from gi_monitor.intake.comparison import Previous
from gi_monitor.intake.findings import Finding, RuleOutcome, finding, outcomes
from gi_monitor.intake.manifest import Manifest
from gi_monitor.intake.memory import bounded
from gi_monitor.intake.mirror import MirrorFigure
from gi_monitor.intake.reading import read_all
from gi_monitor.intake.rows import RowCount, SetAside, accepted_rows, counting, rules_by_row, set_aside_rows
from gi_monitor.intake.rules import judge_rows
from gi_monitor.intake.singling_out import SinglingOut, singling_out
from gi_monitor.intake.totals import Interval
from gi_monitor.intake.translate import Dataset
from gi_monitor.intake.transport import MANIFEST, MAX_DELIVERY_BYTES, Place
from gi_monitor.month import Month

State = Literal["rejected", "rejected_privacy", "on_hold", "accepted", "accepted_with_findings"]


@dataclass(frozen=True)
class Judgement:
    """What became of a delivery: its state, everything found in it, and its rows apart into accepted and set aside.

    ``accepted`` holds per dataset the canonical text of the rows that count, with ``row_number``; ``set_aside``
    the others; ``mirror`` the indicators that follow from the rows that count, ``singling_out`` how rare those of
    caseload are. All are empty when it is rejected.
    """

    state: State
    manifest: Manifest | None
    findings: tuple[Finding, ...]
    outcomes: tuple[RuleOutcome, ...]
    counted: Mapping[str, Interval] = field(default_factory=dict)
    row_counts: Mapping[str, RowCount] = field(default_factory=dict)
    accepted: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()
    mirror: tuple[MirrorFigure, ...] = ()
    singling_out: SinglingOut | None = None

    @property
    def specification(self) -> str | None:
        """The version of the specification by which it was read; None without a readable manifest."""
        return contracts.read_as(self.manifest.specification).version if self.manifest else None


def judge(
    files: Mapping[str, bytes],
    place: Place,
    institution: Institution,
    *,
    today: date,
    last_sequence: int | None = None,
    reopened: bool = False,
    previous: Previous | None = None,
) -> Judgement:
    """Judge a delivery on a business day.

    ``last_sequence`` is the highest volgnummer of its month that was accepted or is held, ``reopened`` whether a
    data manager opened a closed month again, ``previous`` the previous month's delivery, where there is one.
    """
    if sum(map(len, files.values())) > MAX_DELIVERY_BYTES:
        return too_large()
    try:
        with bounded(MAX_MEMORY):
            return _judge(files, place, institution, today, last_sequence, reopened, previous)
    except MemoryError:
        return _unread([finding("S02", detail="de levering vraagt te veel geheugen")], "de levering is niet gelezen")


def _judge(
    files: Mapping[str, bytes],
    place: Place,
    institution: Institution,
    today: date,
    last_sequence: int | None,
    reopened: bool,
    previous: Previous | None,
) -> Judgement:
    manifest, unusable = manifests.parse(files[MANIFEST])
    if manifest is None:
        return _unread([*unusable, *privacy.screen_names(files, institution)], "levering.json is onleesbaar")
    datasets, unread = read_all(files, manifest, institution)
    described = list(
        manifests.check(
            manifest, place, institution, files, last_sequence=last_sequence, today=today, reopened=reopened
        )
    )
    in_month = {} if _is_wrong_place_or_month(described) else datasets
    by_dataset = [judge_rows(d, datasets, manifest.month, manifest.unavailable) for d in in_month.values()]
    counted = totals.count({name: d for name, d in in_month.items() if not d.absent}, manifest.month)
    listed = {file.name for file in manifest.files.values()}
    found = [
        *described,
        *privacy.screen_names(files, institution, listed),
        *privacy.screen_unlisted(files, listed, institution),
        *unread,
        *(finding for dataset in datasets.values() for finding in dataset.findings),
        *(finding for rows in by_dataset for finding in rows.findings),
        *totals.check(manifest.control_totals, counted),
        *comparison.check(in_month, counted, previous, manifest.month),
    ]
    findings, aside = _weigh(found, datasets, [waiver for waiver in institution.waivers if today <= waiver.until])
    not_run = _rules_without_data(datasets) | {rule: why for rows in by_dataset for rule, why in rows.not_run.items()}
    if not in_month:
        not_run |= dict.fromkeys(_rules_of_a_month(), "instelling of maand van de levering klopt niet")
    answers = outcomes(findings, not_run, _not_applicable(manifest, datasets, previous))
    judgement = Judgement(
        state=_state(findings, answers),
        manifest=manifest,
        findings=tuple(findings),
        outcomes=tuple(answers),
        counted=counted,
        row_counts={d.contract.delivered_as: RowCount.of(aside[name]) for name, d in datasets.items()},
    )
    if judgement.state == "rejected_privacy":
        return replace(judgement, findings=tuple(privacy.without_values(judgement.findings)))
    return judgement if judgement.state == "rejected" else _with_rows(judgement, datasets, aside)


def _is_wrong_place_or_month(described: list[Finding]) -> bool:
    """Whether nothing in the rows can be held against the month, because it is refused or that of another place."""
    return any(f.rule == "S08" or (f.rule == "S06" and f.column in ("gi", "verslagmaand")) for f in described)


def _rules_of_a_month() -> list[str]:
    """Rules that look at rows in the light of the month: all of a dataset's own, totals and comparisons."""
    known = contracts.load()
    of_rows = [rule.id for contract in known.datasets.values() for rule in contract.rules]
    return [*of_rows, *(rule for rule in known.rules if rule.startswith(("T", "H")))]


def previous_of(files: Mapping[str, bytes], institution: Institution, month: Month) -> Previous:
    """What a later delivery is compared with, from the files of the delivery of ``month``.

    Raises ValueError, in the institution's words, when they are not that or cannot be read.
    """
    manifest, unusable = manifests.parse(files[MANIFEST])
    if manifest is None:
        raise ValueError(" ".join(found.message for found in unusable))
    if (manifest.gi_code, manifest.month) != (institution.gi_code, month):
        raise ValueError(f"de vorige levering is van {manifest.gi_code} {manifest.month}, niet van {month}")
    datasets, unread = read_all(files, manifest, institution)
    if unread or not {"caseload", "staffing"} <= datasets.keys():
        raise ValueError(" ".join(["de vorige levering is niet te lezen.", *(found.message for found in unread)]))
    return comparison.of(datasets, month)


def too_large() -> Judgement:
    """The judgement of a delivery that is larger than any may be, of which no byte was looked at."""
    detail = f"de levering is groter dan {MAX_DELIVERY_BYTES // 2**20} MiB"
    return _unread([finding("S02", detail=detail)], "de levering is niet gelezen")


def _unread(findings: list[Finding], why: str) -> Judgement:
    not_run = dict.fromkeys(contracts.load().rules, why)
    answers = outcomes(findings, not_run, {})
    state = _state(findings, answers)
    told = privacy.without_values(findings) if state == "rejected_privacy" else findings
    return Judgement(state, None, tuple(told), tuple(answers))


def _rules_without_data(datasets: Mapping[str, Dataset]) -> dict[str, str]:
    """Rules of datasets that could not be read, with the reason."""
    known = contracts.load()
    reasons = {
        rule.id: f"{contract.delivered_as} is niet gelezen"
        for name, contract in known.datasets.items()
        if name not in datasets
        for rule in contract.rules
    }
    if any(name not in datasets or datasets[name].absent for name in known.datasets):
        totals_and_cells = [rule for rule in known.rules if rule.startswith(("P", "T", "H", "R0")) or rule == "S10"]
        reasons |= dict.fromkeys(totals_and_cells, "niet alle bestanden zijn gelezen")
    return reasons


def _not_applicable(manifest: Manifest, datasets: Mapping[str, Dataset], previous: Previous | None) -> dict[str, str]:
    later = contracts.load().rules.keys() - contracts.read_as(manifest.specification).rules.keys()
    reasons = dict.fromkeys(later, f"geldt nog niet in versie {manifest.specification}")
    reasons |= {rule.id: "geen rijen" for d in datasets.values() if d.raw.empty for rule in d.contract.rules}
    if previous is not None:
        return reasons
    return reasons | dict.fromkeys(comparison.RULES, "er is geen levering van de vorige maand")


def _weigh(
    found: list[Finding], datasets: Mapping[str, Dataset], waivers: list[Waiver]
) -> tuple[list[Finding], dict[str, pd.Series[Any]]]:
    """The findings under the waivers, with S10 among them, and per dataset the rules that set each row aside."""
    findings = _lowered(found, waivers)
    aside = {name: rules_by_row(dataset, findings) for name, dataset in datasets.items()}
    too_many = [f for name, dataset in datasets.items() if (f := _too_many(dataset, aside[name]))]
    return [*findings, *_lowered(too_many, waivers)], aside


def _lowered(findings: list[Finding], waivers: list[Waiver]) -> list[Finding]:
    """Findings of a waived rule become warnings that say so; those that warn already need no waiver."""
    by_rule = {waiver.rule: waiver for waiver in waivers if contracts.load().rules[waiver.rule].waivable}
    return [
        _warning(found, by_rule[found.rule]) if found.rule in by_rule and found.severity != "warn" else found
        for found in findings
    ]


def _warning(found: Finding, waiver: Waiver) -> Finding:
    note = f"Ontheffing tot en met {waiver.until:%d-%m-%Y}: {waiver.reason}."
    return replace(found, severity="warn", message=f"{found.message} {note}", waived_by=waiver.name)


def _too_many(dataset: Dataset, aside: pd.Series[Any]) -> Finding | None:
    """S10: more rows set aside than the dataset can bear."""
    bearable = dataset.contract.set_aside_limit
    number, limit = int(aside.notna().sum()), max(bearable.rows, bearable.share * len(aside))
    if number <= limit:
        return None
    detail = f"{number} van de {len(aside)} rijen zijn terzijde gelegd, meer dan {limit:g}"
    return finding("S10", dataset.contract.delivered_as, detail=detail, severity=bearable.severity)


def _state(findings: list[Finding], answers: list[RuleOutcome]) -> State:
    if any(found.rule in privacy.RULES for found in findings):
        return "rejected_privacy"
    severities = {found.severity for found in findings}
    if "reject" in severities:
        return "rejected"
    if "hold" in severities or any(answer.outcome == "NOT_RUN" for answer in answers):
        return "on_hold"
    return "accepted_with_findings" if findings else "accepted"


def _with_rows(judgement: Judgement, datasets: Mapping[str, Dataset], aside: Mapping[str, pd.Series[Any]]) -> Judgement:
    assert judgement.manifest is not None
    month, counts = judgement.manifest.month, counting(datasets, aside)
    return replace(
        judgement,
        accepted={name: accepted_rows(dataset, counts[name]) for name, dataset in datasets.items()},
        set_aside=tuple(set_aside_rows(datasets, aside, month)),
        mirror=figures.mirror(
            {name: dataset.values[counts[name]] for name, dataset in datasets.items()},
            month,
            judgement.manifest.unavailable,
        ),
        singling_out=singling_out(datasets["caseload"].values[counts["caseload"]]),
    )
