"""Defects of one row: the rules R, and those of X that look from one row to another dataset."""

from __future__ import annotations

from collections.abc import Callable

from gi_monitor.synthetic.defects.draft import Draft, Row, Spoil, Spot, shifted, unused

Change = Callable[[Draft, Row], Row]


def _measure(column: str, change: Change, where: Callable[[Row], bool] = lambda row: True) -> Spoil:
    """Give a steady measure other cells; the rule reports it on ``column``."""

    def spoil(draft: Draft) -> Spot:
        (index,) = draft.steady_measures(where=where)
        draft.change("caseload", index, change(draft, draft.row("caseload", index)))
        return Spot("caseload", column, index)

    return spoil


def _post(column: str, change: Change) -> Spoil:
    """Give a post other cells."""

    def spoil(draft: Draft) -> Spot:
        index = draft.steady_post()
        draft.change("formatie", index, change(draft, draft.row("formatie", index)))
        return Spot("formatie", column, index)

    return spoil


def _stay(column: str, change: Change) -> Spoil:
    """Add a stay of a steady measure on a list that no control total counts, with other cells."""

    def spoil(draft: Draft) -> Spot:
        (index,) = draft.steady_measures()
        return Spot("wachtlijst", column, add_stay(draft, index, change))

    return spoil


def add_stay(draft: Draft, measure: int, change: Change) -> int:
    """Add an open stay of a measure on the list for help, with other cells; its position."""
    key = draft.row("caseload", measure)["maatregel_sleutel"]
    stay = dict.fromkeys(draft.frames["wachtlijst"].columns, "") | {
        "wachtlijst_sleutel": unused(key),
        "maatregel_sleutel": key,
        "lijst": "passende_hulp",
        "datum_op_lijst": draft.day(-9),
        "urgentie": "laag",
        "overbrugging": "J",
    }
    return draft.add("wachtlijst", [stay | change(draft, stay)])


def _doubled_post(draft: Draft) -> Spot:
    index = draft.steady_post()
    draft.add("formatie", [draft.row("formatie", index)])
    return Spot("formatie", "medewerker_sleutel", index)


def _late_leaver(draft: Draft) -> Spot:
    post = draft.row("formatie", draft.steady_post())
    gone = {
        "medewerker_sleutel": unused(post["medewerker_sleutel"]),
        "fte_caseload": "0.00",
        "verzuim_fte_dagen": "0.00",
        "datum_in_functie": shifted(draft.day_before_month, -365),
        "datum_uit_functie": draft.day_before_month,
        "reden_uit": "onbekend",
    }
    return Spot("formatie", "datum_uit_functie", draft.add("formatie", [post | gone]))


def _one_child_twice(draft: Draft) -> Spot:
    """Two children become one."""
    one, other = draft.steady_measures(2)
    row = draft.row("caseload", one)
    draft.change("caseload", other, {name: row[name] for name in ("kind_sleutel", "gezin_sleutel", "leeftijdsgroep")})
    return Spot("caseload", "kind_sleutel", other)


def _stay_of_a_stopped_measure(draft: Draft) -> Spot:
    (index,) = draft.steady_measures()
    draft.change("caseload", index, {"datum_einde": draft.day(0), "reden_einde": "99", "medewerker_sleutel": ""})
    return Spot("wachtlijst", "maatregel_sleutel", add_stay(draft, index, lambda draft, stay: {}))


DEFECTS: dict[str, Spoil] = {
    "R01": _measure("gezin_sleutel", lambda draft, row: {"gezin_sleutel": ""}),
    "R02": _measure("datum_plan", lambda draft, row: {"datum_plan": "1989-12-31"}),
    "R03": _measure("provincie", lambda draft, row: {"provincie": "PV88"}),
    "R04": _post("fte_contract", lambda draft, row: {"fte_contract": "1.50"}),
    "R05": _doubled_post,
    "R06": _measure("gezin_sleutel", lambda draft, row: {"gezin_sleutel": "gezin-1"}),
    "R10": _measure(
        "datum_einde",
        lambda draft, row: {"datum_overgekomen": draft.day(0), "datum_einde": draft.day(-1), "reden_einde": "99"},
    ),
    "R11": _measure("datum_overgekomen", lambda draft, row: {"datum_overgekomen": draft.day(1)}),
    "R12": _measure(
        "datum_einde",
        lambda draft, row: {"datum_einde": draft.day_before_month, "reden_einde": "99", "medewerker_sleutel": ""},
    ),
    "R13": _measure("datum_eerste_contact", lambda draft, row: {"datum_eerste_contact": draft.day(1)}),
    "R14": _measure(
        "datum_eerste_contact", lambda draft, row: {"datum_eerste_contact": shifted(row["datum_aanvang"], -3)}
    ),
    "R15": _measure("reden_einde", lambda draft, row: {"reden_einde": "99"}),
    "R16": _measure("reden_einde", lambda draft, row: {"datum_einde": draft.day(0), "reden_einde": "21"}),
    "R17": _measure(
        "leeftijdsgroep",
        lambda draft, row: {"type_maatregel": "41"},
        where=lambda row: row["leeftijdsgroep"] in ("0-3", "4-11"),
    ),
    "R18": _measure("leeftijdsgroep", lambda draft, row: {"leeftijdsgroep": "18+"}),
    "R19": _measure("datum_einde", lambda draft, row: {"datum_einde": draft.day(1), "reden_einde": "99"}),
    "R20": _measure(
        "datum_overgedragen",
        lambda draft, row: {"datum_einde": draft.day(0), "datum_overgedragen": draft.day(0), "reden_einde": "99"},
    ),
    "R21": _measure("datum_overgekomen", lambda draft, row: {"datum_overgekomen": shifted(row["datum_aanvang"], -1)}),
    "R22": _measure(
        "datum_plan",
        lambda draft, row: {"datum_plan": shifted(row["datum_plan_termijn"], -1)},
        where=lambda row: row["datum_plan_termijn"] != "",
    ),
    "R30": _stay(
        "datum_van_lijst",
        lambda draft, stay: {
            "datum_op_lijst": draft.day(0),
            "datum_van_lijst": draft.day(-1),
            "reden_van_lijst": "anders",
        },
    ),
    "R31": _stay("reden_van_lijst", lambda draft, stay: {"reden_van_lijst": "anders"}),
    "R32": _stay(
        "datum_van_lijst",
        lambda draft, stay: {
            "datum_op_lijst": shifted(draft.day_before_month, -20),
            "datum_van_lijst": draft.day_before_month,
            "reden_van_lijst": "anders",
        },
    ),
    "R40": _post("fte_caseload", lambda draft, row: {"fte_caseload": f"{float(row['fte_contract']) + 0.05:.2f}"}),
    "R41": _post("datum_uit_functie", lambda draft, row: {"datum_uit_functie": draft.day(1), "reden_uit": "onbekend"}),
    "R42": _post(
        "verzuim_fte_dagen",
        lambda draft, row: {"verzuim_fte_dagen": f"{1.02 * draft.month.days * float(row['fte_contract']) + 1:.2f}"},
    ),
    "R43": _post("skj_registratie", lambda draft, row: {"skj_registratie": "N"}),
    "R44": _post("reden_uit", lambda draft, row: {"reden_uit": "onbekend"}),
    "R45": _late_leaver,
    "X01": _stay("maatregel_sleutel", lambda draft, stay: {"maatregel_sleutel": unused(stay["maatregel_sleutel"])}),
    "X02": _measure("medewerker_sleutel", lambda draft, row: {"medewerker_sleutel": unused(row["medewerker_sleutel"])}),
    "X03": _measure("medewerker_sleutel", lambda draft, row: {"medewerker_sleutel": ""}),
    "X04": _stay("maatregel_sleutel", lambda draft, stay: {"lijst": "wachtlijst"}),
    "X05": _one_child_twice,
    "X06": _stay_of_a_stopped_measure,
}
