"""A small good delivery with most columns and codes in it, and an empty one, for who builds an export."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pandas as pd

from gi_monitor import contracts
from gi_monitor.institutions import Institution
from gi_monitor.month import Month
from gi_monitor.synthetic.delivery import SPECIFICATION, write_delivery
from gi_monitor.synthetic.frames import Frames

_VACANCIES = 1.5


def write_sample(institution: Institution, month: Month, folder: Path) -> list[Path]:
    """Write ``voorbeeld/`` (made-up rows) and ``leeg/`` (no rows) in the institution's dialect; return both places.

    For an institution that is not made up they are in the name of ``voorbeeld``. What lay there before is replaced: a
    file that the manifest does not list would have the whole sample refused.
    """
    owner = institution
    if not institution.synthetic:
        changes = {"gi_code": "voorbeeld", "name": "Voorbeeldinstelling", "synthetic": True}
        owner = institution.model_copy(update=changes)
    rows = sample_frames(month)
    empty = {name: frame.head(0) for name, frame in rows.items()}
    for kind in ("voorbeeld", "leeg"):
        shutil.rmtree(folder / kind / owner.gi_code / str(month), ignore_errors=True)
    return [
        write_delivery(owner, month, 1, rows, _VACANCIES, [], folder / "voorbeeld"),
        write_delivery(owner, month, 1, empty, 0.0, [], folder / "leeg"),
    ]


def sample_frames(month: Month) -> Frames:
    """Thirteen measures, one of each type, with the stays and posts that go with them; every rule passes."""
    rows = {"caseload": _measures(month), "wachtlijst": _stays(month), "formatie": _posts(month)}
    known = contracts.read_as(SPECIFICATION)
    names = {of: [c.name for c in known.datasets[known.dataset_delivered_as(of)].columns] for of in rows}
    return {of: pd.DataFrame(rows[of], columns=names[of], dtype=object).fillna("") for of in rows}


def _measures(month: Month) -> list[dict[str, str]]:
    placed, changed = {"machtiging_uithuisplaatsing": "J"}, {"wisselingen_jeugdbeschermer": "2"}
    taken_over = {"datum_overgekomen": _day(month - 2, 6)}
    handed_over = {"datum_overgedragen": _day(month, 14), "reden_einde": "90"}
    return [
        _measure(month, 1, "11", "4-11", "PV28", worker=1) | placed | changed,
        _measure(month, 2, "12", "0-3", "PV20"),
        _measure(month, 3, "21", "12-17", "PV21", worker=2) | placed,
        _measure(month, 4, "22", "0-3", "PV22", worker=1) | _ended(month, "14"),
        _measure(month, 5, "23", "4-11", "PV23") | taken_over,
        _measure(month, 6, "31", "12-17", "PV24") | handed_over,
        _measure(month, 7, "41", "12-17", "PV25", worker=3),
        _measure(month, 8, "42", "18+", "PV26", worker=3) | _ended(month, "21"),
        _measure(month, 9, "50", "18+", "PV27", worker=3) | changed,
        _measure(month, 10, "51", "12-17", "PV29", worker=3),
        _measure(month, 11, "61", "12-17", "PV30", worker=3) | _ended(month, "99"),
        _measure(month, 12, "62", "12-17", "PV31", worker=3),
        _measure(month, 13, "63", "18+", "PV99", worker=3) | _ended(month, "25"),
    ]


def _measure(month: Month, number: int, kind: str, age: str, province: str, *, worker: int = 0) -> dict[str, str]:
    """A running measure; with a worker also everything that happens once there is one."""
    began = month - number - 2
    waiting = {
        "maatregel_sleutel": _key("maatregel", number),
        "kind_sleutel": _key("kind", number),
        "gezin_sleutel": _key("gezin", number),
        "leeftijdsgroep": age,
        "provincie": province,
        "type_maatregel": kind,
        "datum_aanvang": _day(began, 3),
        "datum_gi_belast": _day(began, 3),
        "datum_gi_in_kennis": _day(began, 4),
        "datum_jeugdbeschermer_benoemd": _day(began, 6),
        "datum_eerste_contact": _day(began, 8),
        "machtiging_uithuisplaatsing": "N",
        "wisselingen_jeugdbeschermer": "0",
    }
    if not worker:
        return waiting
    return waiting | {
        "datum_vaste_jeugdbeschermer": _day(began, 10),
        "datum_plan_termijn": _day(began, 8),
        "datum_plan": _day(began + 1, 15),
        "datum_hulp_nodig": _day(began + 1, 20),
        "datum_hulp_gestart": _day(began + 2, 2),
        "medewerker_sleutel": _key("medewerker", worker),
    }


def _ended(month: Month, reason: str) -> dict[str, str]:
    return {"datum_einde": _day(month, 9), "reden_einde": reason}


def _stays(month: Month) -> list[dict[str, str]]:
    return [
        _stay(month, 1, 2, "wachtlijst", "direct_onveilig"),
        _stay(month, 2, 5, "doorstroomlijst", "hoog"),
        _stay(month, 3, 1, "passende_hulp", "midden"),
        _stay(month, 4, 3, "wachtlijst", "laag", left="toegewezen"),
        _stay(month, 5, 6, "wachtlijst", "onbekend", left="overgedragen"),
        _stay(month, 6, 7, "passende_hulp", "hoog", left="hulp_gestart"),
        _stay(month, 7, 4, "doorstroomlijst", "midden", left="maatregel_beeindigd"),
        _stay(month, 8, 9, "wachtlijst", "laag", left="naar_andere_lijst"),
    ]


def _stay(month: Month, number: int, measure: int, kind: str, urgency: str, *, left: str = "") -> dict[str, str]:
    return {
        "wachtlijst_sleutel": _key("wachtplek", number),
        "maatregel_sleutel": _key("maatregel", measure),
        "lijst": kind,
        "datum_op_lijst": _day(month - 1, 12),
        "datum_van_lijst": _day(month, 7) if left else "",
        "reden_van_lijst": left,
        "urgentie": urgency,
        "overbrugging": "J" if number % 2 else "N",
    }


def _posts(month: Month) -> list[dict[str, str]]:
    registered, ill = {"skj_registratie": "J"}, {"verzuim_fte_dagen": "1.78"}
    other = "jeugdreclasseringswerker"
    left = {"datum_uit_functie": _day(month, 15)}
    return [
        _post(month, 1, "jeugdbeschermer", "vast", "jeugdhulp", "1.00") | registered | {"fte_caseload": "0.85"},
        _post(month, 2, "jeugdbeschermer", "tijdelijk", "andere_gi", "0.89") | registered | {"fte_caseload": "0.78"},
        _post(month, 3, other, "vast", "opleiding", "1.00") | registered | {"fte_caseload": "0.90"},
        _post(month, 4, "in_opleiding", "tijdelijk", "zij_instroom", "0.67") | ill,
        _post(month, 5, "ondersteunend_jeugdbeschermer", "inhuur", "onbekend", "0.56") | registered,
        _post(month, 6, "zorgcoordinator", "vast", "anders", "0.78") | ill,
        _post(month, 7, "wachtlijstbeheerder", "zzp", "onbekend", "0.44") | left | {"reden_uit": "einde_contract"},
        _post(month, 8, "gedragswetenschapper", "vast", "jeugdhulp", "0.89") | registered,
        _post(month, 9, "teammanager", "vast", "andere_gi", "1.00") | left | {"reden_uit": "pensioen"},
    ]


def _post(month: Month, number: int, role: str, contract: str, origin: str, fte: str) -> dict[str, str]:
    """Somebody in post who carries no measures and was never ill."""
    return {
        "medewerker_sleutel": _key("medewerker", number),
        "functie": role,
        "dienstverband": contract,
        "skj_registratie": "N",
        "fte_contract": fte,
        "fte_caseload": "0.00",
        "verzuim_fte_dagen": "0.00",
        "datum_in_functie": _day(month - 40 + number, 1),
        "herkomst": origin,
    }


def _key(what: str, number: int) -> str:
    return f"voorbeeld-{what}-{number:02}"


def _day(month: Month, number: int) -> str:
    return (month.start + timedelta(days=number - 1)).isoformat()
