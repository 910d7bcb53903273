"""Writing one made-up delivery: the files in the institution's dialect, then the manifest (spec 1.1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from gi_monitor import atomic
from gi_monitor.clock import AMSTERDAM
from gi_monitor.dialects import encode
from gi_monitor.institutions import Institution
from gi_monitor.month import Month
from gi_monitor.synthetic.frames import Frames

SPECIFICATION = "1.0"
"""The version of all that is made up; it stays until made-up rows have what a later one adds."""
_CREATED = time(9, 12)
_WAITING_LISTS = ("wachtlijst", "doorstroomlijst")

Files = dict[str, tuple[str, bytes]]
"""File name and bytes of each delivered dataset; one file that holds several stands there as often."""


@dataclass(frozen=True)
class Content:
    """What one institution has to say about one month."""

    frames: Frames
    vacancies_fte: float
    unavailable: tuple[str, ...]


def write_delivery(
    institution: Institution,
    month: Month,
    sequence_number: int,
    frames: Frames,
    vacancies_fte: float,
    unavailable: Sequence[str],
    folder: Path,
) -> Path:
    """Write a delivery under ``<folder>/<gi_code>/<verslagmaand>/<volgnummer>/`` and return that place.

    Raises ValueError for an institution that is not synthetic.
    """
    files = encode(institution, month, frames)
    content = Content(frames, vacancies_fte, tuple(unavailable))
    place = folder / institution.gi_code / str(month) / str(sequence_number)
    write_files(place, files, describe(institution, month, sequence_number, content, files))
    return place


def describe(
    institution: Institution, month: Month, sequence_number: int, content: Content, files: Files
) -> dict[str, Any]:
    """The manifest of encoded files (spec 1.1). Raises ValueError for an institution that is not synthetic."""
    if not institution.synthetic:
        raise ValueError(f"{institution.gi_code}: made-up figures are never written in a real institution's name")
    return {
        "specificatie": SPECIFICATION,
        "gi": institution.gi_code,
        "verslagmaand": str(month),
        "volgnummer": sequence_number,
        "aangemaakt_op": _created(month, sequence_number).isoformat(),
        "bestanden": [
            {
                "dataset": dataset,
                "bestand": name,
                "sha256": hashlib.sha256(encoded).hexdigest(),
                "rijen": len(content.frames[dataset]),
            }
            for dataset, (name, encoded) in files.items()
        ],
        "controletotalen": control_totals(content.frames, month),
        "vacatures_fte": content.vacancies_fte,
        "niet_beschikbaar": list(content.unavailable),
    }


def write_files(place: Path, files: Files, manifest: Mapping[str, Any]) -> None:
    """Write each file whole, ``levering.json`` last: a killed run leaves no complete delivery and can be repeated."""
    for name, encoded in dict(files.values()).items():
        atomic.write(place / name, encoded)
    atomic.write(place / "levering.json", json.dumps(manifest, indent=1, ensure_ascii=False).encode())


def _created(month: Month, sequence_number: int) -> datetime:
    """The 8th of the following month for the first delivery, a day later for each next one."""
    day = (month + 1).start + timedelta(days=6 + sequence_number)
    return datetime.combine(day, _CREATED, AMSTERDAM)


def control_totals(frames: Frames, month: Month) -> dict[str, int | float]:
    """The totals T01, T02 and T03 look at; rows whose dates or numbers cannot be read do not count."""
    caseload = _columns(frames, "caseload", "maatregel_sleutel", "kind_sleutel")
    running = _running(frames, month)
    stays = _columns(frames, "wachtlijst", "maatregel_sleutel", "lijst", "datum_op_lijst", "datum_van_lijst")
    here = _open(stays["datum_op_lijst"], stays["datum_van_lijst"], month)
    waiting = set(stays["maatregel_sleutel"][here & stays["lijst"].isin(_WAITING_LISTS)])
    children = caseload["kind_sleutel"][running & caseload["maatregel_sleutel"].isin(waiting)]
    return {
        "maatregelen_actief": int(running.sum()),
        "kinderen_wachtend": int(children.nunique()),
        "fte_caseload": _fte_caseload(frames, month),
    }


def _running(frames: Frames, month: Month) -> pd.Series[bool]:
    measures = _columns(frames, "caseload", "datum_aanvang", "datum_overgekomen", "datum_einde", "datum_overgedragen")
    start = measures["datum_overgekomen"].where(measures["datum_overgekomen"] != "", measures["datum_aanvang"])
    last_day = measures["datum_overgedragen"]
    kept = (last_day == "") | (_days(last_day) >= pd.Timestamp(month.reference_date))
    return _open(start, measures["datum_einde"], month) & kept


def _fte_caseload(frames: Frames, month: Month) -> float:
    posts = _columns(frames, "formatie", "datum_in_functie", "datum_uit_functie", "fte_caseload")
    here = _open(posts["datum_in_functie"], posts["datum_uit_functie"], month)
    hundredths = (pd.to_numeric(posts["fte_caseload"][here], errors="coerce") * 100).round()
    return int(hundredths.sum()) / 100


def _open(begin: pd.Series[str], end: pd.Series[str], month: Month) -> pd.Series[bool]:
    day = pd.Timestamp(month.reference_date)
    return (_days(begin) <= day) & ((end == "") | (_days(end) > day))


def _days(dates: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(dates, format="%Y-%m-%d", errors="coerce")


def _columns(frames: Frames, dataset: str, *names: str) -> pd.DataFrame:
    """Columns of a frame; one that was left out is empty."""
    return frames.get(dataset, pd.DataFrame()).reindex(columns=list(names), fill_value="")
