"""What follows from the delivered columns, as rules, totals and the mirror need it (spec 2.1).

All functions take the typed values of one dataset (or of two) and answer per row; a date that is empty
or unreadable compares as false.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from gi_monitor import contracts, parameters
from gi_monitor.month import Month

_AWAITS_WORKER = "wacht op jeugdbeschermer"


def waiting_lists() -> list[str]:
    """Give the lists on which a child waits for a permanent worker (W1 headline), by their family in the code list."""
    return [code for code, listed in contracts.load().codes["lijst"].items() if listed.family == _AWAITS_WORKER]


def started(caseload: pd.DataFrame) -> pd.Series[Any]:
    """The first day here: datum_overgekomen if filled, else datum_aanvang."""
    return caseload["datum_overgekomen"].fillna(caseload["datum_aanvang"])


def stopped(caseload: pd.DataFrame, month: Month) -> pd.Series[bool]:
    """Whether a measure had stopped by d: ended on d or before, or handed over before d."""
    d = pd.Timestamp(month.reference_date)
    return caseload["datum_einde"].le(d) | caseload["datum_overgedragen"].lt(d)


def running(caseload: pd.DataFrame, month: Month) -> pd.Series[bool]:
    """Whether a measure runs at d: start ≤ d and stop empty or after d."""
    return started(caseload).le(pd.Timestamp(month.reference_date)) & ~stopped(caseload, month)


def open_stay(waitlist: pd.DataFrame, month: Month) -> pd.Series[bool]:
    """Whether a stay is open at d by its own dates; whether its measure still runs is another question."""
    d = pd.Timestamp(month.reference_date)
    return waitlist["datum_op_lijst"].le(d) & ~waitlist["datum_van_lijst"].le(d)


def waiting(waitlist: pd.DataFrame, month: Month) -> pd.Series[bool]:
    """Open at d on wachtlijst or doorstroomlijst."""
    return open_stay(waitlist, month) & waitlist["lijst"].isin(waiting_lists())


def in_post(staffing: pd.DataFrame, month: Month) -> pd.Series[bool]:
    """Whether somebody is in post at d."""
    d = pd.Timestamp(month.reference_date)
    return staffing["datum_in_functie"].le(d) & ~staffing["datum_uit_functie"].le(d)


def clock_start(caseload: pd.DataFrame) -> pd.Series[Any]:
    """The start of clock W5, or datum_overgekomen if later; datum_aanvang where a charge date is empty."""
    charged = caseload[["datum_gi_belast", "datum_gi_in_kennis"]].max(axis=1, skipna=False)
    clock = charged.fillna(caseload["datum_aanvang"])
    return pd.concat([clock, caseload["datum_overgekomen"]], axis=1).max(axis=1)


def working_days_until(days: pd.Series[Any], month: Month) -> pd.Series[int]:
    """working_days(day, d): those in (day, d]; 0 where the day is missing."""
    d = np.datetime64(month.reference_date)
    begin = days.fillna(pd.Timestamp(d)).to_numpy().astype("datetime64[D]")
    counted = np.busday_count(begin + 1, d + 1, holidays=parameters.holidays())
    return pd.Series(counted, index=days.index)


def among(keys: pd.Series[str], others: pd.Series[str]) -> pd.Series[bool]:
    """Per key whether it stands among the others; as ``isin``, which looks at one key after the other."""
    found = pc.is_in(pa.array(keys, from_pandas=True), pa.array(others, from_pandas=True))
    return pd.Series(found.to_numpy(zero_copy_only=False), keys.index)


def fte(values: pd.Series[float]) -> Decimal:
    """The exact sum of fte in hundredths, whatever binary fractions they are read as."""
    return Decimal(round(values.mul(100).sum())) / 100


def of_caseload(
    values: pd.DataFrame, doubled: pd.Series[bool], others: dict[str, pd.DataFrame], month: Month
) -> dict[str, Any]:
    """The names that rules of caseload may use beside its columns; those of another dataset only if it is there.

    ``doubled`` rows are set aside, so they are no second measure of a child.
    """
    types, reasons = contracts.load().codes["type_maatregel"], contracts.load().codes["reden_einde"]
    of_type = values["type_maatregel"].map({code: kind.reason_family for code, kind in types.items()})
    of_reason = values["reden_einde"].map({code: reason.reason_family for code, reason in reasons.items()})
    runs = running(values, month)
    names = {
        "running": runs,
        "type_family": values["type_maatregel"].map({code: kind.family for code, kind in types.items()}),
        "reason_family_ok": of_type.isna() | of_reason.isna() | of_reason.eq("alle") | of_reason.eq(of_type),
        "same_type_twice": _twice(values[["kind_sleutel", "type_maatregel"]], runs & ~doubled),
    }
    if "waitlist" in others:
        lists = others["waitlist"]
        names["on_waiting_list"] = among(
            values["maatregel_sleutel"], lists.loc[waiting(lists, month), "maatregel_sleutel"]
        )
        names["working_days_since_clock"] = working_days_until(clock_start(values), month)
    if "staffing" in others:
        posts = others["staffing"]
        names["worker_in_post"] = among(
            values["medewerker_sleutel"], posts.loc[in_post(posts, month), "medewerker_sleutel"]
        )
    return names


def of_waitlist(
    values: pd.DataFrame, _doubled: pd.Series[bool], others: dict[str, pd.DataFrame], month: Month
) -> dict[str, Any]:
    """The names that rules of wachtlijst may use beside its columns."""
    names = {"open_stay": open_stay(values, month), "waiting": waiting(values, month)}
    if "caseload" in others:
        measures, key = others["caseload"], values["maatregel_sleutel"]
        runs = running(measures, month)
        worker = measures["medewerker_sleutel"].notna()
        names |= {
            "measure_delivered": among(key, measures["maatregel_sleutel"]),
            "measure_running": among(key, measures.loc[runs, "maatregel_sleutel"]),
            "measure_stopped": among(key, measures.loc[stopped(measures, month), "maatregel_sleutel"]),
            "measure_has_worker": among(key, measures.loc[worker, "maatregel_sleutel"]),
        }
    return names


def _twice(key: pd.DataFrame, among: pd.Series[bool]) -> pd.Series[bool]:
    complete = among & key.notna().all(axis=1)
    return key[complete].duplicated(keep=False).reindex(key.index, fill_value=False)
