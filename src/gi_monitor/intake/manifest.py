"""The manifest ``levering.json``: read it, and check the delivery against it (S01, S02, S05–S09)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema

from gi_monitor import contracts
from gi_monitor.institutions import Institution
from gi_monitor.intake import manifest_json
from gi_monitor.intake.findings import Finding, finding
from gi_monitor.intake.manifest_json import NotJsonError
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month


@dataclass(frozen=True)
class DeliveredFile:
    """One line of ``bestanden``: which dataset is in which file, and what the file should be."""

    dataset: str
    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class ControlTotals:
    """The institution's own three totals on the reference date (spec 1.1)."""

    measures_running: int
    children_waiting: int
    fte_caseload: Decimal


@dataclass(frozen=True)
class Manifest:
    """A readable manifest. ``files`` is keyed by dataset; ``unavailable`` by what cannot be reported."""

    specification: str
    gi_code: str
    month: Month
    sequence_number: int
    files: Mapping[str, DeliveredFile]
    control_totals: ControlTotals
    vacancies_fte: Decimal
    unavailable: frozenset[str]


def parse(content: bytes) -> tuple[Manifest | None, list[Finding]]:
    """Read the manifest, or give the findings (S02) that say what is wrong with it, all at once.

    They repeat no value of it: nothing has a form yet that can be trusted.
    """
    try:
        delivered = manifest_json.read(content)
    except NotJsonError as error:
        return None, [finding("S02", value=MANIFEST, column=MANIFEST, detail=f"levering.json is geen JSON: {error}")]
    validator = jsonschema.Draft202012Validator(contracts.load().manifest)
    problems = [_problem(error) for error in validator.iter_errors(delivered)]
    return (None, problems) if problems else (_manifest(delivered), [])


_TYPES = {"object": "object", "array": "lijst", "string": "tekst", "integer": "geheel getal", "number": "getal"}


def _problem(error: jsonschema.ValidationError) -> Finding:
    """What the schema refuses: its own names and limits alone, for those delivered may be anything."""
    field = ".".join(map(str, error.path)) or MANIFEST
    limit: Any = error.validator_value
    delivered: Any = error.instance
    match error.validator:
        case "additionalProperties":
            wrong = "er staat een veld in dat niet is afgesproken"
        case "required":
            wrong = f"hier ontbreekt {', '.join(name for name in limit if name not in delivered)}"
        case "type":
            wrong = f"is geen {_TYPES[limit]}"
        case "enum":
            wrong = f"is geen van {', '.join(limit)}"
        case "minimum":
            wrong = f"is lager dan {limit}"
        case "maximum":
            wrong = f"is hoger dan {limit}"
        case _:
            wrong = "heeft niet de afgesproken vorm"
    return finding("S02", column=field, detail=f"levering.json, {field}: {wrong}")


def _manifest(delivered: Mapping[str, Any]) -> Manifest:
    totals = delivered["controletotalen"]
    known = contracts.load()
    files = [
        DeliveredFile(known.dataset_delivered_as(f["dataset"]), f["bestand"], f["sha256"], f["rijen"])
        for f in delivered["bestanden"]
    ]
    return Manifest(
        specification=delivered["specificatie"],
        gi_code=delivered["gi"],
        month=Month.parse(delivered["verslagmaand"]),
        sequence_number=delivered["volgnummer"],
        files={file.dataset: file for file in files},
        control_totals=ControlTotals(
            totals["maatregelen_actief"], totals["kinderen_wachtend"], Decimal(totals["fte_caseload"])
        ),
        vacancies_fte=Decimal(delivered["vacatures_fte"]),
        unavailable=frozenset(delivered["niet_beschikbaar"]),
    )


def check(
    manifest: Manifest,
    place: Place,
    institution: Institution,
    files: Mapping[str, bytes],
    *,
    today: date,
    last_sequence: int | None,
    reopened: bool,
) -> Iterator[Finding]:
    """S01 and S05–S09: what the manifest says against the place, the files, the ledger and the business day.

    ``last_sequence`` is the highest volgnummer of this month that was accepted or is held; ``reopened`` lets a
    closed month in.
    """
    yield from _check_place(manifest, place)
    yield from _check_month(manifest.month, today, reopened=reopened)
    yield from _check_dates(manifest.month, institution)
    may_be = [version.version for version in contracts.versions() if version.holds_for(manifest.month)]
    if manifest.specification not in may_be:
        detail = " of ".join(may_be) or "geen andere"
        yield finding("S07", column="specificatie", value=manifest.specification, detail=detail)
    if last_sequence is not None and manifest.sequence_number <= last_sequence:
        yield finding("S09", column="volgnummer", value=str(manifest.sequence_number), detail=str(last_sequence))
    for contract in contracts.load().datasets.values():
        yield from _check_file(contract.delivered_as, manifest.files.get(contract.dataset), files)


def _check_place(manifest: Manifest, place: Place) -> Iterator[Finding]:
    if manifest.gi_code != place.gi_code:
        yield finding("S06", column="gi", value=manifest.gi_code)
    if manifest.month != place.month:
        yield finding("S06", column="verslagmaand", value=str(manifest.month))
    if manifest.sequence_number != place.sequence_number:
        yield finding("S06", column="volgnummer", value=str(manifest.sequence_number))


def _check_month(month: Month, today: date, *, reopened: bool) -> Iterator[Finding]:
    open_months = contracts.load().open_months
    if month.reference_date > today:
        yield finding("S08", column="verslagmaand", value=str(month), detail="nog niet voorbij")
    elif month.months_until(Month.of(today)) > open_months and not reopened:
        yield finding("S08", column="verslagmaand", value=str(month), detail=f"na {open_months} maanden gesloten")


def _check_dates(month: Month, institution: Institution) -> Iterator[Finding]:
    """A month outside the institution's dates counts nowhere, so it is refused rather than taken in silence."""
    begin, end = institution.valid_from, institution.valid_to
    if month.reference_date < begin:
        detail = f"van vóór {begin:%d-%m-%Y}, de dag vanaf welke uw instelling aanlevert"
        yield finding("S08", column="verslagmaand", value=str(month), detail=detail)
    if end is not None and month.reference_date > end:
        detail = f"van na {end:%d-%m-%Y}, de laatste dag waarover uw instelling aanlevert"
        yield finding("S08", column="verslagmaand", value=str(month), detail=detail)


def _check_file(dataset: str, file: DeliveredFile | None, files: Mapping[str, bytes]) -> Iterator[Finding]:
    if file is None:
        yield finding("S01", dataset, value=dataset)
    elif file.name not in files:
        yield finding("S01", dataset, value=file.name)
    elif hashlib.sha256(files[file.name]).hexdigest() != file.sha256:
        yield finding("S05", dataset, column="sha256", detail=f"sha256 van {file.name} is niet die in levering.json")
