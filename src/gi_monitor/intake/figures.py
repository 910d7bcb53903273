"""How the monitor counts one delivery, figure for figure as the warehouse does (spec 1.4, 2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain

import pandas as pd

from gi_monitor import contracts, parameters
from gi_monitor.intake import derived
from gi_monitor.intake.mirror import MirrorFigure
from gi_monitor.month import Month

Weights = Mapping[str, Decimal]
_CASELOAD_ROLE = "draagt caseload"


def mirror(
    rows: Mapping[str, pd.DataFrame], month: Month, unavailable: frozenset[str] = frozenset()
) -> tuple[MirrorFigure, ...]:
    """C1–C4, W1, W4, S1 (without growth) and S2 of one delivery.

    ``rows`` holds per dataset the typed values of the rows that count; ``unavailable`` what the manifest names so.
    """
    weights = {kind: weight for kind, weight in parameters.weights(month.reference_date).items() if weight > 0}
    caseload, waitlist, staffing = rows["caseload"], rows["waitlist"], rows["staffing"]
    measures = caseload[derived.running(caseload, month) & caseload["type_maatregel"].isin(weights.keys())]
    staff = staffing[derived.in_post(staffing, month)]
    stays = waitlist[derived.open_stay(waitlist, month)].merge(
        measures[["maatregel_sleutel", "kind_sleutel"]], on="maatregel_sleutel"
    )
    waiting = stays[stays["lijst"].isin(derived.waiting_lists())]
    working_days = derived.working_days_until(waiting["datum_op_lijst"], month)
    return tuple(
        chain(
            sorted(_volume(measures, weights), key=lambda figure: (figure.indicator, figure.component)),
            _workload(measures, waiting, staff, weights),
            _children_waiting(stays, waiting, unavailable),
            _waits(waiting["datum_op_lijst"], working_days, month),
            _workers(staff),
        )
    )


def _volume(measures: pd.DataFrame, weights: Weights) -> Iterator[MirrorFigure]:
    families = {code: kind.family for code, kind in contracts.load().codes["type_maatregel"].items()}
    family = measures["type_maatregel"].map(families)
    parts = {"total": measures}
    parts |= {name: measures[family.eq(name)] for name in dict.fromkeys(families[kind] for kind in weights)}
    for category, part in parts.items():
        yield MirrorFigure("C1", "count", category, Decimal(len(part)))
        yield MirrorFigure("C1", "weighted", category, _weighted(part, weights))
        yield MirrorFigure("C2", "children", category, Decimal(part["kind_sleutel"].nunique()))
        yield MirrorFigure("C2", "families", category, Decimal(part["gezin_sleutel"].nunique()))


def _workload(
    measures: pd.DataFrame, waiting: pd.DataFrame, staff: pd.DataFrame, weights: Weights
) -> Iterator[MirrorFigure]:
    assigned = measures[~measures["maatregel_sleutel"].isin(waiting["maatregel_sleutel"])]
    fte = derived.fte(staff["fte_caseload"])
    yield MirrorFigure("C3", "value", "total", _ratio(_weighted(measures, weights), fte))
    yield MirrorFigure("C4", "value", "total", _ratio(_weighted(assigned, weights), fte))


def _children_waiting(
    stays: pd.DataFrame, waiting: pd.DataFrame, unavailable: frozenset[str]
) -> Iterator[MirrorFigure]:
    yield MirrorFigure("W1", "children", "total", Decimal(waiting["kind_sleutel"].nunique()))
    for name in contracts.load().codes["lijst"]:
        children = Decimal(stays.loc[stays["lijst"].eq(name), "kind_sleutel"].nunique())
        is_reported = name != "passende_hulp" or "hulp" not in unavailable
        yield MirrorFigure("W1", "children", name, children if is_reported else None)


def _waits(listed: pd.Series[pd.Timestamp], working_days: pd.Series[int], month: Month) -> Iterator[MirrorFigure]:
    term, n = parameters.terms(month.reference_date), Decimal(len(listed))
    days = sorted((month.reference_date - day.date()).days for day in listed)
    late = int(working_days.gt(term["contact_working_days"]).sum())
    very_late = sum(waited > term["help_calendar_days"] for waited in days)
    yield MirrorFigure("W4", "n", "total", n)
    yield MirrorFigure("W4", "median", "total", _percentile(days, Decimal("0.5")))
    yield MirrorFigure("W4", "p90", "total", _percentile(days, Decimal("0.9")))
    yield MirrorFigure("W4", "share_over_5_working_days", "total", _ratio(Decimal(late), n))
    yield MirrorFigure("W4", "share_over_91_days", "total", _ratio(Decimal(very_late), n))


def _workers(staff: pd.DataFrame) -> Iterator[MirrorFigure]:
    roles = {code for code, role in contracts.load().codes["functie"].items() if role.family == _CASELOAD_ROLE}
    registered = staff[staff["functie"].eq("jeugdbeschermer") & staff["skj_registratie"].eq("J")]
    for name, part in (("skj", registered), ("caseload_roles", staff[staff["functie"].isin(roles)])):
        yield MirrorFigure("S1", f"persons_{name}", "total", Decimal(part["medewerker_sleutel"].nunique()))
        yield MirrorFigure("S1", f"fte_{name}", "total", derived.fte(part["fte_contract"]))
    fte = derived.fte(staff["fte_caseload"])
    yield MirrorFigure("S2", "fte", "total", fte)
    yield MirrorFigure("S2", "share", "total", _ratio(fte, derived.fte(staff["fte_contract"])))


def _weighted(measures: pd.DataFrame, weights: Weights) -> Decimal:
    numbers = measures["type_maatregel"].value_counts()
    return sum((weights[str(kind)] * n for kind, n in numbers.items()), Decimal(0))


def _ratio(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    return numerator / denominator if denominator else None


def _percentile(ordered: Sequence[int], share: Decimal) -> Decimal | None:
    """Linear interpolation between order statistics, exactly (spec 2.1)."""
    if not ordered:
        return None
    whole, part = divmod((len(ordered) - 1) * share, 1)
    below, above = ordered[int(whole)], ordered[min(int(whole) + 1, len(ordered) - 1)]
    return below + part * (above - below)
