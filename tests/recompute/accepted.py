"""Everything that was accepted, under the column names of the landing tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from gi_monitor import contracts

DAYS = "datetime64[us]"


@dataclass(frozen=True)
class Accepted:
    """Accepted deliveries with their rows, and the institutions that should deliver.

    ``institutions``: gi_code, valid_from, valid_to, successor. ``deliveries``: delivery_id, gi_code, reporting_month
    (its first day), known_from, known_to (empty while current), unavailable (what it cannot report) and vacancies_fte.
    The other three hold delivery_id and the columns of their contract; dates are midnights, fte and absence exact
    fractions.
    """

    institutions: pd.DataFrame
    deliveries: pd.DataFrame
    caseload: pd.DataFrame
    waitlist: pd.DataFrame
    staffing: pd.DataFrame


def typed(
    institutions: list[dict[str, Any]], deliveries: list[dict[str, Any]], rows: dict[str, list[dict[str, Any]]]
) -> Accepted:
    """Typed frames of rows whose cells are text, dates, numbers or None."""
    frames = {name: _dataset(name, of_dataset) for name, of_dataset in rows.items()}
    return Accepted(
        institutions=_with_days(
            pd.DataFrame(institutions, columns=["gi_code", "valid_from", "valid_to", "successor"]),
            ["valid_from", "valid_to"],
        ),
        deliveries=_deliveries(deliveries),
        **frames,
    )


def of_folder(folder: Path) -> Accepted:
    """The deliveries of a folder, each in the form of its version and known from when its manifest was made."""
    deliveries: list[dict[str, Any]] = []
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in contracts.DATASETS}
    for manifest in sorted(folder.glob("*/*/*/levering.json")):
        described, number = json.loads(manifest.read_text(encoding="utf-8")), len(deliveries) + 1
        deliveries.append(_described(described, number))
        for name, contract in contracts.read_as(described["specificatie"]).datasets.items():
            (file,) = manifest.parent.glob(f"{contract.delivered_as}*.csv")
            frame = pd.read_csv(file, dtype=str, keep_default_na=False)
            frame = frame.rename(columns={column.delivered_as: column.warehouse for column in contract.columns})
            rows[name] += frame.assign(delivery_id=number).to_dict("records")  # type: ignore[arg-type]
    _supersede(deliveries)
    codes = sorted({delivery["gi_code"] for delivery in deliveries})
    return typed([{"gi_code": code, "valid_from": "2015-01-01", "valid_to": None} for code in codes], deliveries, rows)


def _described(manifest: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "delivery_id": number,
        "gi_code": manifest["gi"],
        "reporting_month": f"{manifest['verslagmaand']}-01",
        "known_from": manifest["aangemaakt_op"],
        "known_to": None,
        "unavailable": manifest["niet_beschikbaar"],
        "vacancies_fte": str(manifest["vacatures_fte"]),
    }


def _supersede(deliveries: list[dict[str, Any]]) -> None:
    for before, after in pairwise(deliveries):
        if (before["gi_code"], before["reporting_month"]) == (after["gi_code"], after["reporting_month"]):
            before["known_to"] = after["known_from"]


def _deliveries(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["delivery_id", "gi_code", "reporting_month", "known_from", "known_to", "unavailable", "vacancies_fte"]
    frame = _with_days(pd.DataFrame(rows, columns=columns), ["reporting_month"])
    moments = {name: pd.to_datetime(frame[name], utc=True) for name in ("known_from", "known_to")}
    return frame.assign(**moments, vacancies_fte=[Fraction(value) for value in frame["vacancies_fte"]])


def _dataset(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = contracts.load().datasets[name].columns
    frame = pd.DataFrame(rows, columns=["delivery_id", *(column.warehouse for column in columns)])
    frame = _with_days(frame, [column.warehouse for column in columns if column.type == "date"])
    for column in columns:
        cells = frame[column.warehouse]
        if column.type == "decimal":
            frame[column.warehouse] = pd.Series([Fraction(cell) for cell in cells], index=cells.index, dtype=object)
        elif column.type == "integer":
            frame[column.warehouse] = pd.to_numeric(cells)
        elif column.type == "flag":
            frame[column.warehouse] = cells.isin(["J", True])
        elif column.type in ("key", "code"):
            frame[column.warehouse] = cells.astype(object).where(cells.notna() & (cells != ""), None)
    return frame


def _with_days(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.assign(**{name: pd.to_datetime(frame[name].replace("", None)).astype(DAYS) for name in columns})
