"""The judgement of one delivery: all rules over its bytes, nothing but its bytes (spec 1.3).

No database and no network: the same code serves intake, pre-flight and tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from gi_monitor import contracts
from gi_monitor.institutions import Institution
from gi_monitor.intake import manifest as manifests
from gi_monitor.intake import totals
from gi_monitor.intake.findings import Finding, RuleOutcome, finding, outcomes
from gi_monitor.intake.manifest import Manifest
from gi_monitor.intake.readers import UnreadableError, read
from gi_monitor.intake.rules import judge_rows
from gi_monitor.intake.totals import Interval
from gi_monitor.intake.translate import Dataset, translate
from gi_monitor.intake.transport import MANIFEST, Place

State = Literal["rejected", "on_hold", "accepted", "accepted_with_findings"]


@dataclass(frozen=True)
class Judgement:
    """What became of a delivery: its state, everything found in it, and its rows apart into accepted and set aside.

    ``accepted`` holds per dataset the canonical text of the rows that count, ``set_aside`` the others,
    both with ``row_number``; ``set_aside`` also with ``rules``. Both are empty when the delivery is rejected.
    """

    state: State
    manifest: Manifest | None
    findings: tuple[Finding, ...]
    outcomes: tuple[RuleOutcome, ...]
    counted: Mapping[str, Interval] = field(default_factory=dict)
    accepted: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    set_aside: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def judge(
    files: Mapping[str, bytes], place: Place, institution: Institution, *, last_sequence: int | None, today: date
) -> Judgement:
    """Judge a delivery; ``last_sequence`` is the highest volgnummer of its month that was accepted or is held."""
    manifest, findings = manifests.parse(files[MANIFEST])
    if manifest is None:
        return _unreadable(findings)
    findings += manifests.check(manifest, place, files, last_sequence=last_sequence, today=today)
    datasets, problems = _read_all(files, manifest, institution)
    findings += problems
    not_run = _rules_without_data(datasets)
    for dataset in datasets.values():
        rows = judge_rows(dataset, manifest.month, manifest.unavailable)
        findings += [*dataset.findings, *rows.findings]
        not_run |= rows.not_run
    counted = totals.count({name: d for name, d in datasets.items() if not d.absent}, manifest.month)
    findings += totals.check(manifest.control_totals, counted)
    aside = {name: _rows_set_aside(dataset, findings) for name, dataset in datasets.items()}
    findings += [f for name, dataset in datasets.items() if (f := _too_many(dataset, aside[name]))]
    answers = outcomes(findings, not_run, _rules_without_rows(datasets))
    state = _state(findings, answers)
    judgement = Judgement(state, manifest, tuple(findings), tuple(answers), counted)
    if state == "rejected":
        return judgement
    return replace(judgement, accepted=_accepted(datasets, aside), set_aside=_set_aside(datasets, aside))


def _unreadable(findings: list[Finding]) -> Judgement:
    reason = "levering.json is onleesbaar"
    return Judgement(
        "rejected", None, tuple(findings), tuple(outcomes(findings, dict.fromkeys(contracts.load().rules, reason), {}))
    )


def _read_all(
    files: Mapping[str, bytes], manifest: Manifest, institution: Institution
) -> tuple[dict[str, Dataset], list[Finding]]:
    datasets: dict[str, Dataset] = {}
    findings: list[Finding] = []
    for name, contract in contracts.load().datasets.items():
        file = manifest.files.get(name)
        if file is None or file.name not in files:
            continue
        try:
            sheet = read(files[file.name], institution.dialect, contract.delivered_as)
        except UnreadableError as error:
            findings.append(finding("S02", contract.delivered_as, column=file.name, detail=str(error)))
            continue
        datasets[name] = translate(sheet, contract, institution.dialect)
        if len(sheet.cells) != file.rows:
            detail = f"{file.name} telt {len(sheet.cells)} rijen, levering.json zegt {file.rows}"
            findings.append(finding("S05", contract.delivered_as, column="rijen", detail=detail))
    return datasets, findings


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
        totals_and_cells = [rule for rule in known.rules if rule.startswith(("T", "R0")) or rule == "S10"]
        reasons |= dict.fromkeys(totals_and_cells, "niet alle bestanden zijn gelezen")
    return reasons


def _rules_without_rows(datasets: Mapping[str, Dataset]) -> dict[str, str]:
    return {rule.id: "geen rijen" for d in datasets.values() if d.raw.empty for rule in d.contract.rules}


def _rows_set_aside(dataset: Dataset, findings: list[Finding]) -> pd.Series[Any]:
    """Per row the rules that set it aside; missing where it counts."""
    rules: dict[int, set[str]] = {}
    for found in findings:
        if found.severity == "row" and found.dataset == dataset.contract.delivered_as and found.row is not None:
            rules.setdefault(found.row, set()).add(found.rule)
    return dataset.numbers.map({row: sorted(names) for row, names in rules.items()})


def _too_many(dataset: Dataset, aside: pd.Series[Any]) -> Finding | None:
    """S10: more rows set aside than the dataset can bear."""
    bearable = dataset.contract.set_aside_limit
    number, limit = int(aside.notna().sum()), max(bearable.rows, bearable.share * len(aside))
    if number <= limit:
        return None
    detail = f"{number} van de {len(aside)} rijen zijn terzijde gelegd, meer dan {limit:g}"
    return finding("S10", dataset.contract.delivered_as, detail=detail, severity=bearable.severity)


def _state(findings: list[Finding], answers: list[RuleOutcome]) -> State:
    severities = {found.severity for found in findings}
    if "reject" in severities:
        return "rejected"
    if "hold" in severities or any(answer.outcome == "NOT_RUN" for answer in answers):
        return "on_hold"
    return "accepted_with_findings" if findings else "accepted"


def _accepted(datasets: Mapping[str, Dataset], aside: Mapping[str, pd.Series[Any]]) -> dict[str, pd.DataFrame]:
    rows = {name: _canonical(dataset)[aside[name].isna()] for name, dataset in datasets.items()}
    measures_aside = datasets["caseload"].raw.loc[aside["caseload"].notna(), "maatregel_sleutel"]
    follows = rows["waitlist"]["maatregel_sleutel"].isin(measures_aside)
    return rows | {"waitlist": rows["waitlist"][~follows]}


def _canonical(dataset: Dataset) -> pd.DataFrame:
    """Typed values as the text that the database reads, missing where empty."""
    columns = {c.name: _text(dataset.values[c.name], c.type, c.decimals) for c in dataset.contract.columns}
    return pd.DataFrame({"row_number": dataset.numbers, **columns})


def _text(values: pd.Series[Any], kind: str, decimals: int) -> pd.Series[Any]:
    if kind == "date":
        dates: pd.Series[Any] = values.dt.strftime("%Y-%m-%d")
        return dates
    if kind == "flag":
        return values.map({"J": "true", "N": "false"})
    if kind in ("integer", "decimal"):
        return values.map(lambda number: f"{number:.{decimals}f}", na_action="ignore").astype("str")
    return values


def _set_aside(datasets: Mapping[str, Dataset], aside: Mapping[str, pd.Series[Any]]) -> dict[str, pd.DataFrame]:
    return {
        name: dataset.raw.assign(row_number=dataset.numbers, rules=aside[name])[aside[name].notna()]
        for name, dataset in datasets.items()
    }


def iter_set_aside(judgement: Judgement) -> Iterator[tuple[str, int, list[str], dict[str, str]]]:
    """Rows set aside one by one: delivered dataset name, row number, rules, and the row as delivered."""
    for name, frame in judgement.set_aside.items():
        delivered_as = contracts.load().datasets[name].delivered_as
        for record in frame.to_dict("records"):
            content = {str(column): value for column, value in record.items()}
            yield delivered_as, content.pop("row_number"), content.pop("rules"), content
