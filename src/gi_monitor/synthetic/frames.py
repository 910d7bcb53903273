"""What an institution delivers at the close of a month: the registers as canonical frames, all text (spec 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from gi_monitor.synthetic.profiles import PROFILES
from gi_monitor.synthetic.state import State
from gi_monitor.synthetic.table import NEVER, YEAR, Flags, Ints, Span, Texts, day_number

Frames = dict[str, pd.DataFrame]
"""By delivered name (``caseload``, ``wachtlijst``, ``formatie``): canonical columns and codes, every cell text;
dates ISO, decimals with a point, ``""`` for empty."""

_FIRST_DAY = date(1960, 1, 1)
_DAYS = np.array(
    [(_FIRST_DAY + timedelta(days=n)).isoformat() for n in range((date(2060, 1, 1) - _FIRST_DAY).days)] + [""],
    dtype=object,
)
_NUMBERS = np.array([str(n) for n in range(1000)], dtype=object)
_CODES = np.array(["", *(f"{n:02d}" for n in range(1, 100))], dtype=object)
_HUNDREDTHS = np.array([f"{n // 100}.{n % 100:02d}" for n in range(12001)], dtype=object)
_AGES = np.array(["0-3", "4-11", "12-17", "18+"], dtype=object)
_LISTS = np.array(["wachtlijst", "doorstroomlijst", "passende_hulp"], dtype=object)
_OFF_LIST = np.array(
    ["toegewezen", "hulp_gestart", "maatregel_beeindigd", "overgedragen", "naar_andere_lijst", "anders", ""],
    dtype=object,
)
_URGENCIES = np.array(["direct_onveilig", "hoog", "midden", "laag", "onbekend"], dtype=object)

_UNAVAILABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "hulp": ("datum_hulp_nodig", "datum_hulp_gestart"),
    "wisselingen": ("wisselingen_jeugdbeschermer",),
    "reden_einde": ("reden_einde",),
}


def canonical_frames(state: State, span: Span, gi: int) -> Frames:
    """The three frames of one institution for the month that has just closed."""
    return {
        "caseload": _caseload(state, span, gi),
        "wachtlijst": _waitlist(state, span, gi),
        "formatie": _staffing(state, span, gi),
    }


def _delivered(start: Ints, stop: Ints, told: Ints, span: Span) -> Flags:
    """Begun, and not stopped before this month unless that was registered only now (spec 1.1)."""
    delivered: Flags = (start <= span.last) & ((stop >= span.first) | (told == span.ordinal))
    return delivered


def _caseload(state: State, span: Span, gi: int) -> pd.DataFrame:
    m = state.measures
    rows = np.flatnonzero((m.gi == gi) & _delivered(m.start, m.stop, m.told, span))
    running = m.running(span.last)[rows]
    horizon = np.minimum(span.last, np.minimum(m.ended[rows], m.handed_over[rows]))
    worker = m.worker[rows]
    named = running & (worker >= 0)
    keys = np.full(len(rows), "", dtype=object)
    keys[named] = state.keys.make("p", m.gi[rows[named]], worker[named])
    columns: dict[str, Texts] = dict(
        maatregel_sleutel=m.key[rows],
        kind_sleutel=m.child_key[rows],
        gezin_sleutel=m.family_key[rows],
        leeftijdsgroep=_age_groups(span.last - m.birth[rows]),
        provincie=m.province[rows],
        type_maatregel=_NUMBERS[m.kind[rows]],
        datum_aanvang=_dates(m.ruling[rows]),
        datum_gi_belast=_dates_by(m.charged[rows], horizon),
        datum_gi_in_kennis=_dates_by(m.notified[rows], horizon),
        datum_overgekomen=_dates(m.taken_over[rows]),
        datum_jeugdbeschermer_benoemd=_dates_by(m.appointed[rows], horizon),
        datum_eerste_contact=_dates_by(m.contact[rows], horizon),
        datum_vaste_jeugdbeschermer=_dates_by(m.permanent[rows], horizon),
        datum_plan_termijn=_dates_by(m.contact[rows], horizon),
        datum_plan=_dates_by(m.contact[rows] + m.plan_days[rows], horizon),
        datum_hulp_nodig=_dates_by(m.help_needed[rows], horizon),
        datum_hulp_gestart=_dates_by(m.help_started[rows], horizon),
        machtiging_uithuisplaatsing=_yes_no(m.placed[rows] & running),
        wisselingen_jeugdbeschermer=_NUMBERS[m.changes[rows]],
        medewerker_sleutel=keys,
        datum_einde=_dates(m.ended[rows]),
        datum_overgedragen=_dates(m.handed_over[rows]),
        reden_einde=_CODES[m.reason[rows]],
    )
    for name in PROFILES[gi].unavailable:
        columns |= dict.fromkeys(_UNAVAILABLE_COLUMNS[name], np.full(len(rows), "", dtype=object))
    return _frame(**columns)


def _waitlist(state: State, span: Span, gi: int) -> pd.DataFrame:
    s, m = state.stays, state.measures
    rows = np.flatnonzero((m.gi[s.measure] == gi) & _delivered(s.on, s.off, s.told, span))
    return _frame(
        wachtlijst_sleutel=s.key[rows],
        maatregel_sleutel=m.key[s.measure[rows]],
        lijst=_LISTS[s.list[rows]],
        datum_op_lijst=_dates(s.on[rows]),
        datum_van_lijst=_dates(s.off[rows]),
        reden_van_lijst=_OFF_LIST[s.reason[rows]],
        urgentie=_URGENCIES[s.urgency[rows]],
        overbrugging=_yes_no(s.bridged[rows]),
    )


def _staffing(state: State, span: Span, gi: int) -> pd.DataFrame:
    p = state.posts
    rows = np.flatnonzero((p.gi == gi) & _delivered(p.entered, p.left, p.told, span))
    return _frame(
        medewerker_sleutel=p.key[rows],
        functie=p.role[rows],
        dienstverband=p.contract[rows],
        skj_registratie=_yes_no(p.skj[rows]),
        fte_contract=_HUNDREDTHS[p.fte[rows]],
        fte_caseload=_HUNDREDTHS[p.caseload[rows]],
        verzuim_fte_dagen=_HUNDREDTHS[p.fte[rows] * p.absent_days[rows]],
        datum_in_functie=_dates(p.entered[rows]),
        datum_uit_functie=_dates(p.left[rows]),
        herkomst=p.origin[rows],
        reden_uit=p.reason[rows],
    )


def _frame(**columns: Texts) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)


def _dates(days: Ints) -> Texts:
    """ISO dates; empty for NEVER."""
    return _DAYS[np.where(days < NEVER, days - day_number(_FIRST_DAY), len(_DAYS) - 1)]


def _dates_by(days: Ints, horizon: Ints) -> Texts:
    """Dates that have come by the horizon."""
    return _dates(np.where(days <= horizon, days, NEVER))


def _age_groups(days: Ints) -> Texts:
    return _AGES[np.searchsorted(np.array([4, 12, 18]) * YEAR, days, side="right")]


def _yes_no(flags: Flags) -> Texts:
    return np.where(flags, "J", "N").astype(object)
