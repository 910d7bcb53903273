"""Defects of a delivery as a whole: its files and manifest (S, T), and many rows at once (S10, H)."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from gi_monitor import contracts
from gi_monitor.clock import AMSTERDAM
from gi_monitor.synthetic.defects.draft import DELIVERY, Draft, Row, Spoil, Spot, refuse_a_fixed_layout, unused
from gi_monitor.synthetic.profiles import PROFILES

_LATER_DATES = (
    "datum_gi_belast", "datum_gi_in_kennis", "datum_overgekomen", "datum_jeugdbeschermer_benoemd",
    "datum_eerste_contact", "datum_vaste_jeugdbeschermer", "datum_plan_termijn", "datum_plan", "datum_hulp_nodig",
    "datum_hulp_gestart",
)  # fmt: skip


def _missing_dataset(draft: Draft) -> Spot:
    del draft.frames["wachtlijst"]
    return Spot("wachtlijst")


def _cut_off(draft: Draft) -> Spot:
    """The file stops in the first cell of its last line; one without lines after nine bytes."""
    name, content = draft.files["caseload"]
    cut = content[: content.rstrip(b"\r\n\0").rfind(b"\n") + 10]
    draft.files.update({dataset: (name, cut) for dataset, file in draft.files.items() if file[0] == name})
    return Spot("caseload")


def _missing_column(draft: Draft) -> Spot:
    refuse_a_fixed_layout(draft)
    draft.frames["caseload"] = draft.frames["caseload"].drop(columns="provincie")
    return Spot("caseload", "provincie")


def _unknown_column(draft: Draft) -> Spot:
    refuse_a_fixed_layout(draft)
    draft.frames["caseload"] = draft.frames["caseload"].assign(kostenplaats="KP-0410")
    return Spot("caseload", "kostenplaats")


def _another_file(draft: Draft) -> Spot:
    draft.manifest["bestanden"][0]["sha256"] = hashlib.sha256(b"").hexdigest()
    return Spot("caseload", "sha256")


def _another_institution(draft: Draft) -> Spot:
    own = draft.institution.gi_code
    draft.manifest["gi"] = next(profile.gi_code for profile in PROFILES if profile.gi_code != own)
    return Spot(DELIVERY, "gi")


def _another_specification(draft: Draft) -> Spot:
    draft.manifest["specificatie"] = "2.0"
    return Spot(DELIVERY, "specificatie")


def _too_early(draft: Draft) -> Spot:
    """Made ten days before the month is over; whoever delivers it sets the business clock to that day."""
    day = draft.month.reference_date - timedelta(days=10)
    draft.manifest["aangemaakt_op"] = datetime.combine(day, time(9, 12), AMSTERDAM).isoformat()
    return Spot(DELIVERY, "verslagmaand")


def _same_number_again(draft: Draft) -> Spot:
    """Something else under the volgnummer of the good delivery before it."""
    draft.manifest["vacatures_fte"] += 0.5
    return Spot(DELIVERY, "volgnummer")


def _total(name: str, more: int) -> Spoil:
    def spoil(draft: Draft) -> Spot:
        draft.manifest["controletotalen"][name] += more
        return Spot(DELIVERY, name)

    return spoil


def _many_rows(draft: Draft) -> Spot:
    limit = contracts.load().datasets["caseload"].set_aside_limit
    caseload = draft.frames["caseload"]
    caseload.loc[: int(max(limit.rows, limit.share * len(caseload))), "provincie"] = "PV88"
    return Spot("caseload")


def _replaced_measures(draft: Draft) -> Spot:
    """Measures make way for as many that begin this month, so that the number stays what it is."""
    limits, size = contracts.load().rules["H01"].limits, len(draft.frames["caseload"])
    number = int(1.5 * max(limits["number"], limits["share"] * size)) + 1
    for index in draft.steady_measures(number):
        model = draft.row("caseload", index)
        draft.change("caseload", index, _new_keys(model, 0) | _begun_today(draft))
    return Spot("caseload", "maatregel_sleutel")


def _many_new_measures(draft: Draft) -> Spot:
    limits, size = contracts.load().rules["H02"].limits, len(draft.frames["caseload"])
    number = int(2 * max(limits["measures"], limits["measures_share"] * size)) + 1
    _add_measures(draft, number, _begun_today(draft))
    return Spot("caseload", "maatregelen_actief")


def _unknown_last_month(draft: Draft) -> Spot:
    number = int(1.5 * contracts.load().rules["H03"].limits["share"] * len(draft.frames["caseload"])) + 1
    _add_measures(draft, number, {})
    return Spot("caseload", "maatregel_sleutel")


def _add_measures(draft: Draft, number: int, cells: Row) -> None:
    """Add measures of other children like a steady one, with other cells."""
    model = draft.row("caseload", draft.steady_measures()[0])
    draft.add("caseload", [model | _new_keys(model, n) | cells for n in range(number)])


def _new_keys(measure: Row, number: int) -> Row:
    return {
        name: f"{unused(measure[name])[:-4]}{number:04}"
        for name in ("maatregel_sleutel", "kind_sleutel", "gezin_sleutel")
    }


def _begun_today(draft: Draft) -> Row:
    """A ruling on the reference date, and nothing since."""
    return {"datum_aanvang": draft.day(0)} | dict.fromkeys(_LATER_DATES, "")


DEFECTS: dict[str, Spoil] = {
    "S01": _missing_dataset,
    "S02": _cut_off,
    "S03": _missing_column,
    "S04": _unknown_column,
    "S05": _another_file,
    "S06": _another_institution,
    "S07": _another_specification,
    "S08": _too_early,
    "S09": _same_number_again,
    "S10": _many_rows,
    "T01": _total("maatregelen_actief", 7),
    "T02": _total("kinderen_wachtend", 5),
    "T03": _total("fte_caseload", 25),
    "H01": _replaced_measures,
    "H02": _many_new_measures,
    "H03": _unknown_last_month,
}
