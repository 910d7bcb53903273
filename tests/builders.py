"""Small deliveries in canonical form, good unless a test spoils them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from gi_monitor import contracts
from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import MANIFEST, Place
from gi_monitor.month import Month

MONTH = Month(2024, 4)
PLACE = Place("haagrijn", MONTH, 1)
INSTITUTION = Institution(gi_code="haagrijn", name="Verzonnen", synthetic=True, valid_from="2015-01-01")

Row = dict[str, str]
Rows = dict[str, list[Row]]

_MEASURE = {
    "gezin_sleutel": "gezin-0001",
    "leeftijdsgroep": "4-11",
    "provincie": "PV28",
    "type_maatregel": "11",
    "datum_aanvang": "2023-06-01",
    "machtiging_uithuisplaatsing": "N",
    "medewerker_sleutel": "medewerker-0001",
}
_STAY = {"lijst": "wachtlijst", "datum_op_lijst": "2024-02-01", "urgentie": "laag", "overbrugging": "J"}
_POST = {
    "functie": "jeugdbeschermer",
    "dienstverband": "vast",
    "skj_registratie": "J",
    "fte_contract": "1.00",
    "fte_caseload": "0.80",
    "verzuim_fte_dagen": "0.00",
    "datum_in_functie": "2020-01-01",
    "herkomst": "onbekend",
}


def measure(number: int, **cells: str) -> Row:
    """A running supervision order with a permanent worker."""
    return {"maatregel_sleutel": f"maatregel-{number:04}", "kind_sleutel": f"kind-{number:04}", **_MEASURE, **cells}


def waiting(number: int, **cells: str) -> Row:
    """A running supervision order without a worker."""
    return measure(number, medewerker_sleutel="", **cells)


def stay(number: int, of: int, **cells: str) -> Row:
    """An open stay on the waiting list for a measure."""
    keys = {"wachtlijst_sleutel": f"wachtend-{number:04}", "maatregel_sleutel": f"maatregel-{of:04}"}
    return {**keys, **_STAY, **cells}


def post(number: int, **cells: str) -> Row:
    """A worker in post."""
    return {"medewerker_sleutel": f"medewerker-{number:04}", **_POST, **cells}


def good_rows() -> Rows:
    """Three measures, one child waiting, two workers: nothing wrong."""
    return {
        "caseload": [measure(1), waiting(2), measure(3)],
        "waitlist": [stay(1, of=2)],
        "staffing": [post(1), post(2, fte_caseload="0.60")],
    }


GOOD_TOTALS = {"maatregelen_actief": 3, "kinderen_wachtend": 1, "fte_caseload": 1.40}


def text(dataset: str, rows: list[Row], specification: str = "1.0") -> str:
    """The rows as the CSV of a version of the specification."""
    columns = contracts.read_as(specification).datasets[dataset].columns
    header = ",".join(column.delivered_as for column in columns)
    lines = [header, *(",".join(row.get(column.name, "") for column in columns) for row in rows)]
    return "\n".join(lines) + "\n"


def files(rows: Rows, totals: Mapping[str, Any] | None = None, **manifest: Any) -> dict[str, bytes]:
    """A delivery: three files and a manifest that describes them; ``manifest`` overrides its fields."""
    known, specification = contracts.load().datasets, manifest.get("specificatie", "1.0")
    content = {
        f"{known[name].delivered_as}.csv": text(name, of_dataset, specification).encode()
        for name, of_dataset in rows.items()
    }
    listed = [
        {
            "dataset": known[name].delivered_as,
            "bestand": f"{known[name].delivered_as}.csv",
            "sha256": hashlib.sha256(content[f"{known[name].delivered_as}.csv"]).hexdigest(),
            "rijen": len(of_dataset),
        }
        for name, of_dataset in rows.items()
    ]
    described = {
        "specificatie": "1.0",
        "gi": PLACE.gi_code,
        "verslagmaand": str(MONTH),
        "volgnummer": 1,
        "aangemaakt_op": "2024-05-08T09:12:00+02:00",
        "bestanden": listed,
        "controletotalen": {**GOOD_TOTALS, **(totals or {})},
        "vacatures_fte": 2.0,
        "niet_beschikbaar": [],
        **manifest,
    }
    return {**content, "levering.json": json.dumps(described).encode()}


def paged(place: Place) -> dict[str, bytes]:
    """Good rows of any institution and month as the pages of an API, two rows on each."""
    known = contracts.load().datasets
    rows = {known[name].delivered_as: of_dataset for name, of_dataset in good_rows().items()}
    content = {f"{dataset}.json": _pages(of_dataset) for dataset, of_dataset in rows.items()}
    listed = [
        {"dataset": dataset, "bestand": f"{dataset}.json", "sha256": sha256, "rijen": len(rows[dataset])}
        for dataset in rows
        for sha256 in [hashlib.sha256(content[f"{dataset}.json"]).hexdigest()]
    ]
    described = {"gi": place.gi_code, "verslagmaand": str(place.month), "volgnummer": place.sequence_number}
    return {**content, MANIFEST: files(good_rows(), bestanden=listed, **described)[MANIFEST]}


def _pages(rows: list[Row]) -> bytes:
    pages = [rows[start : start + 2] for start in range(0, len(rows), 2)]
    following = [*range(1, len(pages)), None]
    bodies = [{"gegevens": page, "volgende": cursor} for page, cursor in zip(pages, following, strict=True)]
    return "".join(json.dumps(body) + "\n" for body in bodies).encode()
