"""F1 closes exactly for every institution and month (spec 2.3), counted with sets of keys."""

from __future__ import annotations

from collections import Counter

from gi_monitor.month import Month
from gi_monitor.synthetic.profiles import PROFILES
from tests.unit.synthetic.conftest import MONTHS, History


def _stop(row: dict[str, str]) -> tuple[str, bool] | None:
    """The day it stopped by, and whether that day was still here."""
    if row["datum_einde"]:
        return row["datum_einde"], False
    return (row["datum_overgedragen"], True) if row["datum_overgedragen"] else None


def _stopped_by(row: dict[str, str], day: str) -> bool:
    stop = _stop(row)
    return stop is not None and (stop[0] < day or (stop[0] == day and not stop[1]))


def _population(history: History, gi: str, month: Month) -> dict[str, dict[str, str]]:
    rows = history.delivered[gi, month]["caseload"].to_dict("records")
    return {row["maatregel_sleutel"]: row for row in rows if row["type_maatregel"] != "31"}


def _terms(history: History, gi: str, month: Month) -> Counter[str]:
    before, now = _population(history, gi, month - 1), _population(history, gi, month)
    d0, d1, first = ((month - 1).reference_date.isoformat(), month.reference_date.isoformat(), month.start.isoformat())
    s0 = {key for key, row in before.items() if not _stopped_by(row, d0)}
    new = {key: now[key] for key in now.keys() - s0}
    inflow = {key for key, row in new.items() if not row["datum_overgekomen"] and row["datum_aanvang"] >= first}
    taken_over = {key for key, row in new.items() if row["datum_overgekomen"] >= first}
    earlier = new.keys() - inflow - taken_over - before.keys()
    late_in = {key for key in earlier if not _stopped_by(new[key], d0)}
    present = s0 | inflow | taken_over | late_in
    return Counter(
        begin=len(s0),
        inflow=len(inflow),
        transferred_in=len(taken_over),
        late_in=len(late_in),
        outflow=sum(now[key]["datum_einde"] >= first for key in present),
        transferred_out=sum(d0 <= now[key]["datum_overgedragen"] < d1 for key in present),
        late_out=sum("" < now[key]["datum_einde"] < first for key in s0),
        end=sum(not _stopped_by(row, d1) for row in now.values()),
    )


def test_begin_plus_in_minus_out_is_end(history: History) -> None:
    national: Counter[str] = Counter()
    for profile in PROFILES:
        for month in MONTHS[1:]:
            terms = _terms(history, profile.gi_code, month)
            came = terms["inflow"] + terms["transferred_in"] + terms["late_in"]
            went = terms["outflow"] + terms["transferred_out"] + terms["late_out"]
            assert terms["begin"] + came - went == terms["end"], (profile.gi_code, month)
            assert terms["late_in"] + terms["late_out"] <= max(5, 0.02 * terms["begin"])
            national += terms
    assert national["transferred_in"] == national["transferred_out"] > 50
    assert national["late_in"] > 0 and national["late_out"] > 0
    assert national["late_in"] + national["late_out"] < 0.05 * (national["inflow"] + national["outflow"])
