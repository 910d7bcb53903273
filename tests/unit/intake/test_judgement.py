"""The judgement of a delivery: every rule, its severity, and what becomes of the rows."""

import json
from datetime import date
from typing import Any

import pytest

from gi_monitor.institutions import Institution
from gi_monitor.intake.findings import Finding
from gi_monitor.intake.judgement import Judgement, judge
from tests.builders import INSTITUTION, PLACE, Rows, files, good_rows, measure, post, stay, waiting

MAY = date(2024, 5, 10)


def judged(
    delivered: dict[str, bytes],
    *,
    last_sequence: int | None = None,
    today: date = MAY,
    institution: Institution = INSTITUTION,
) -> Judgement:
    return judge(delivered, PLACE, institution, last_sequence=last_sequence, today=today)


def found(
    judgement: Judgement, severities: str = "reject hold row warn"
) -> list[tuple[str, str, int | None, str | None]]:
    chosen = [f for f in judgement.findings if f.severity in severities.split()]
    return sorted(((f.rule, f.dataset, f.row, f.column) for f in chosen), key=str)


def outcome(judgement: Judgement, rule: str) -> str:
    return next(o.outcome for o in judgement.outcomes if o.rule == rule)


def test_a_delivery_that_is_too_large_is_judged_by_that_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    delivered = files(good_rows())
    size = sum(map(len, delivered.values()))
    monkeypatch.setattr("gi_monitor.intake.judgement.MAX_DELIVERY_BYTES", size)
    assert judged(delivered).state == "accepted"

    monkeypatch.setattr("gi_monitor.intake.judgement.MAX_DELIVERY_BYTES", size - 1)
    judgement = judged(delivered)
    assert (judgement.state, found(judgement)) == ("rejected", [("S02", "levering", None, None)])


def spoilt(dataset: str, **cells: str) -> Rows:
    """Good rows whose first row of one dataset has other cells."""
    rows = good_rows()
    rows[dataset][0] = {**rows[dataset][0], **cells}
    return rows


def with_own_totals(rows: Rows, **manifest: Any) -> dict[str, bytes]:
    """A delivery whose control totals are what these rows count, so that only other rules can object."""
    counted = judged(files(rows)).counted
    whole = {name: int(counted[name].counted) for name in ("maatregelen_actief", "kinderen_wachtend")}
    return files(rows, {**whole, "fte_caseload": float(counted["fte_caseload"].counted)}, **manifest)


def test_a_good_delivery_is_accepted_and_every_rule_has_passed() -> None:
    judgement = judged(files(good_rows()))

    assert judgement.state == "accepted"
    assert {o.rule for o in judgement.outcomes if o.outcome != "PASS"} == {"H01", "H02", "H03"}
    assert outcome(judgement, "H01") == "NOT_APPLICABLE"
    assert {name: len(rows) for name, rows in judgement.accepted.items()} == {
        "caseload": 3,
        "waitlist": 1,
        "staffing": 2,
    }


ROW_RULES = [
    ("R01", "caseload", {"gezin_sleutel": ""}, "gezin_sleutel"),
    ("R02", "caseload", {"datum_plan": "31-12-2023"}, "datum_plan"),
    ("R02", "caseload", {"datum_aanvang": "1989-12-31"}, "datum_aanvang"),
    ("R02", "staffing", {"datum_in_functie": "1959-12-31"}, "datum_in_functie"),
    ("R03", "caseload", {"provincie": "PV32"}, "provincie"),
    ("R03", "caseload", {"machtiging_uithuisplaatsing": "ja"}, "machtiging_uithuisplaatsing"),
    ("R04", "caseload", {"wisselingen_jeugdbeschermer": "-1"}, "wisselingen_jeugdbeschermer"),
    ("R04", "staffing", {"fte_contract": "1.21"}, "fte_contract"),
    ("R04", "staffing", {"fte_caseload": "0.555"}, "fte_caseload"),
    ("R06", "caseload", {"kind_sleutel": "123456789"}, "kind_sleutel"),
    ("R10", "caseload", {"datum_einde": "2023-05-31", "reden_einde": "02"}, "datum_einde"),
    (
        "R10",
        "caseload",
        {"datum_overgekomen": "2024-04-03", "datum_overgedragen": "2024-04-02", "reden_einde": "90"},
        "datum_overgedragen",
    ),
    ("R11", "caseload", {"datum_aanvang": "2024-05-01"}, "datum_aanvang"),
    ("R11", "caseload", {"datum_overgekomen": "2024-05-01"}, "datum_overgekomen"),
    ("R13", "caseload", {"datum_hulp_nodig": "2024-05-01"}, "datum_hulp_nodig"),
    ("R15", "caseload", {"reden_einde": "02"}, "reden_einde"),
    ("R15", "caseload", {"datum_einde": "2024-04-05"}, "reden_einde"),
    ("R16", "caseload", {"datum_einde": "2024-04-05", "reden_einde": "21"}, "reden_einde"),
    ("R16", "caseload", {"datum_einde": "2024-04-05", "reden_einde": "90"}, "reden_einde"),
    ("R16", "caseload", {"datum_overgedragen": "2024-04-05", "reden_einde": "02"}, "reden_einde"),
    ("R17", "caseload", {"type_maatregel": "41"}, "leeftijdsgroep"),
    ("R19", "caseload", {"datum_einde": "2024-05-01", "reden_einde": "04"}, "datum_einde"),
    (
        "R20",
        "caseload",
        {"datum_einde": "2024-04-05", "datum_overgedragen": "2024-04-05", "reden_einde": "90"},
        "datum_overgedragen",
    ),
    ("R21", "caseload", {"datum_overgekomen": "2023-05-31"}, "datum_overgekomen"),
    ("R30", "waitlist", {"datum_van_lijst": "2024-01-31", "reden_van_lijst": "anders"}, "datum_van_lijst"),
    ("R30", "waitlist", {"datum_op_lijst": "2024-05-01"}, "datum_op_lijst"),
    ("R31", "waitlist", {"reden_van_lijst": "toegewezen"}, "reden_van_lijst"),
    ("R31", "waitlist", {"datum_van_lijst": "2024-04-01"}, "reden_van_lijst"),
    ("R40", "staffing", {"fte_contract": "0.50"}, "fte_caseload"),
    ("R41", "staffing", {"datum_uit_functie": "2019-12-31", "reden_uit": "anders"}, "datum_uit_functie"),
    ("R42", "staffing", {"verzuim_fte_dagen": "30.61"}, "verzuim_fte_dagen"),
    ("R44", "staffing", {"reden_uit": "anders"}, "reden_uit"),
]


@pytest.mark.parametrize(("rule", "dataset", "cells", "column"), ROW_RULES)
def test_a_row_rule_sets_its_row_aside_and_names_the_column(
    rule: str, dataset: str, cells: dict[str, str], column: str
) -> None:
    judgement = judged(with_own_totals(spoilt(dataset, **cells)))

    delivered_as = {"caseload": "caseload", "waitlist": "wachtlijst", "staffing": "formatie"}[dataset]
    assert (rule, delivered_as, 2, column) in found(judgement, "row")
    assert {f[0] for f in found(judgement, "row")} <= {rule, "R16", "R30"}
    assert (delivered_as, 2) in [(aside.dataset, aside.row) for aside in judgement.set_aside]
    assert outcome(judgement, rule) == "FAIL"


WARNINGS = [
    ("R12", "caseload", {"datum_einde": "2024-03-31", "reden_einde": "02"}, "datum_einde"),
    ("R12", "caseload", {"datum_overgedragen": "2024-03-30", "reden_einde": "90"}, "datum_overgedragen"),
    ("R14", "caseload", {"datum_eerste_contact": "2023-05-31"}, "datum_eerste_contact"),
    ("R18", "caseload", {"leeftijdsgroep": "18+"}, "leeftijdsgroep"),
    ("R22", "caseload", {"datum_plan_termijn": "2023-07-02", "datum_plan": "2023-07-01"}, "datum_plan"),
    ("R32", "waitlist", {"datum_van_lijst": "2024-03-31", "reden_van_lijst": "anders"}, "datum_van_lijst"),
    ("R43", "staffing", {"skj_registratie": "N"}, "skj_registratie"),
    ("R45", "staffing", {"datum_uit_functie": "2024-03-31", "reden_uit": "anders"}, "datum_uit_functie"),
]


@pytest.mark.parametrize(("rule", "dataset", "cells", "column"), WARNINGS)
def test_a_warning_keeps_its_row(rule: str, dataset: str, cells: dict[str, str], column: str) -> None:
    judgement = judged(with_own_totals(spoilt(dataset, **cells)))

    delivered_as = {"caseload": "caseload", "waitlist": "wachtlijst", "staffing": "formatie"}[dataset]
    within_the_dataset = [f for f in found(judgement, "warn") if not f[0].startswith("X")]
    assert within_the_dataset == [(rule, delivered_as, 2, column)]
    assert judgement.set_aside == ()


@pytest.mark.parametrize(
    ("dataset", "cells"),
    [
        ("caseload", {"datum_overgedragen": "2024-03-31", "reden_einde": "90"}),  # its stop is 1 April: in the month
        ("caseload", {"datum_einde": "2024-04-30", "reden_einde": "99"}),
        ("caseload", {"leeftijdsgroep": "18+", "datum_einde": "2024-04-05", "reden_einde": "01"}),
        ("caseload", {"datum_aanvang": "2024-04-30"}),
        ("staffing", {"verzuim_fte_dagen": "30.60"}),
    ],
)
def test_what_is_just_within_a_rule_passes(dataset: str, cells: dict[str, str]) -> None:
    judgement = judged(with_own_totals(spoilt(dataset, **cells)))

    assert judgement.state == "accepted"


def test_a_doubled_key_sets_every_row_that_carries_it_aside() -> None:
    rows = good_rows()
    rows["caseload"].append(measure(1, provincie="PV29"))

    judgement = judged(files(rows))

    assert found(judgement, "row") == [
        ("R05", "caseload", 2, "maatregel_sleutel"),
        ("R05", "caseload", 5, "maatregel_sleutel"),
    ]
    assert judgement.accepted["caseload"]["maatregel_sleutel"].tolist() == ["maatregel-0002", "maatregel-0003"]


def test_stays_follow_a_measure_that_is_set_aside_without_a_finding_of_their_own() -> None:
    rows = good_rows()
    rows["caseload"][1]["provincie"] = "PV32"

    judgement = judged(files(rows))

    assert judgement.state == "accepted_with_findings"
    assert judgement.accepted["waitlist"].empty
    assert [aside.dataset for aside in judgement.set_aside] == ["caseload"]


def test_all_findings_come_at_once_with_value_and_remedy() -> None:
    rows = spoilt("caseload", provincie="PV32", datum_plan="gisteren")
    rows["staffing"][1]["fte_contract"] = "veel"

    judgement = judged(files(rows))

    assert {f.rule for f in judgement.findings} == {"R02", "R03", "R04"}
    province = next(f for f in judgement.findings if f.rule == "R03")
    assert province == Finding(
        "R03",
        "row",
        "caseload",
        2,
        "provincie",
        "PV32",
        "provincie (PV32) staat niet in de codelijst. Gebruik een code uit de lijst, of laat het label aan uw "
        "instellingsbestand toevoegen.",
    )


def without(name: str) -> dict[str, bytes]:
    delivered = files(good_rows())
    del delivered[name]
    return delivered


def with_column(extra: str) -> dict[str, bytes]:
    delivered = files(good_rows())
    content = delivered["formatie.csv"].decode().splitlines()
    lines = [f"{content[0]},{extra}", *(f"{line},x" for line in content[1:])]
    return {**delivered, "formatie.csv": "\n".join(lines).encode()}


NEW = INSTITUTION.model_copy(update={"valid_from": date(2024, 5, 1)})
ENDED = INSTITUTION.model_copy(update={"valid_to": date(2024, 4, 29)})
STRUCTURE: list[tuple[str, str, dict[str, bytes], dict[str, Any]]] = [
    ("S01", "wachtlijst", without("wachtlijst.csv"), {}),
    ("S01", "wachtlijst", files({k: v for k, v in good_rows().items() if k != "waitlist"}), {}),
    ("S02", "levering", {**files(good_rows()), "levering.json": b'{"specificatie": "1.0"'}, {}),
    ("S02", "levering", files(good_rows(), volgnummer="één"), {}),
    ("S02", "caseload", {**files(good_rows()), "caseload.csv": b"a,b\n1"}, {}),
    ("S04", "formatie", with_column("kleur"), {}),
    ("S05", "formatie", with_column("kleur"), {}),
    ("S06", "levering", files(good_rows(), gi="waddenkust"), {}),
    ("S06", "levering", files(good_rows(), verslagmaand="2024-03"), {}),
    ("S06", "levering", files(good_rows(), volgnummer=2), {}),
    ("S07", "levering", files(good_rows(), specificatie="2.0"), {}),
    ("S08", "levering", files(good_rows()), {"today": date(2024, 4, 29)}),
    ("S08", "levering", files(good_rows()), {"today": date(2026, 5, 1)}),
    ("S08", "levering", files(good_rows()), {"institution": NEW}),
    ("S08", "levering", files(good_rows()), {"institution": ENDED}),
    ("S09", "levering", files(good_rows()), {"last_sequence": 1}),
    ("T01", "levering", files(good_rows(), {"maatregelen_actief": 4}), {}),
    ("T02", "levering", files(good_rows(), {"kinderen_wachtend": 0}), {}),
    ("T03", "levering", files(good_rows(), {"fte_caseload": 1.43}), {}),
]


@pytest.mark.parametrize(("rule", "dataset", "delivered", "circumstances"), STRUCTURE)
def test_a_delivery_that_is_wrong_as_a_whole_is_rejected(
    rule: str, dataset: str, delivered: dict[str, bytes], circumstances: dict[str, Any]
) -> None:
    judgement = judged(delivered, **circumstances)

    assert judgement.state == "rejected"
    assert judgement.accepted == {}
    assert (rule, dataset) in {(f.rule, f.dataset) for f in judgement.findings}
    assert outcome(judgement, rule) == "FAIL"


def test_the_open_months_are_the_last_twenty_four() -> None:
    assert judged(files(good_rows()), today=date(2026, 4, 30)).state == "accepted"


def test_a_missing_required_column_is_named_and_its_rules_could_not_run() -> None:
    rows = good_rows()
    delivered = files(rows)
    header, *lines = delivered["formatie.csv"].decode().splitlines()
    position = header.split(",").index("fte_contract")
    cut = [",".join(cell for i, cell in enumerate(line.split(",")) if i != position) for line in [header, *lines]]

    judgement = judged({**delivered, "formatie.csv": "\n".join(cut).encode()})

    assert ("S03", "formatie", None, "fte_contract") in found(judgement, "reject")
    assert [outcome(judgement, rule) for rule in ("R40", "R42", "R44")] == ["NOT_RUN", "NOT_RUN", "PASS"]


def test_reden_einde_may_be_empty_where_it_is_not_available() -> None:
    rows = spoilt("caseload", datum_einde="2024-04-05")

    judgement = judged(files(rows, {"maatregelen_actief": 2}, niet_beschikbaar=["reden_einde"]))

    assert judgement.state == "accepted"


def test_more_rows_set_aside_than_bearable_rejects_caseload_and_holds_the_lists() -> None:
    many = {
        "caseload": [measure(n, provincie="PV32" if n <= 6 else "PV28") for n in range(1, 20)],
        "waitlist": [stay(n, of=n + 10, urgentie="" if n <= 4 else "laag") for n in range(1, 7)],
        "staffing": [post(n, functie="" if n <= 3 else "overig") for n in range(1, 7)],
    }
    totals = {"maatregelen_actief": 19, "kinderen_wachtend": 6, "fte_caseload": 4.80}

    assert [f[:2] for f in found(judged(files(many, totals)), "reject hold")] == [
        ("S10", "caseload"),
        ("S10", "wachtlijst"),
    ]
    five = many | {"caseload": [measure(n, provincie="PV32" if n <= 5 else "PV28") for n in range(1, 20)]}
    assert judged(files(five, totals)).state == "on_hold"


def test_control_totals_leave_room_for_what_cannot_be_decided() -> None:
    rows = spoilt("caseload", datum_einde="morgen", reden_einde="02")
    rows["staffing"][0]["fte_caseload"] = "?"
    rows["waitlist"][0]["datum_van_lijst"] = "gisteren"

    counted = judged(files(rows)).counted

    assert (counted["maatregelen_actief"].low, counted["maatregelen_actief"].high) == (2, 3)
    assert (counted["kinderen_wachtend"].low, counted["kinderen_wachtend"].high) == (0, 1)
    assert str(counted["fte_caseload"]) == "0.6, toegestaan -0.610 tot 1.810"


def test_a_child_on_two_lists_waits_once_and_code_31_counts_in_the_totals() -> None:
    rows = good_rows()
    rows["caseload"][2] = waiting(3, kind_sleutel="kind-0002", type_maatregel="31")
    rows["waitlist"].append(stay(2, of=3, lijst="doorstroomlijst"))
    rows["waitlist"].append(stay(3, of=1, lijst="passende_hulp"))

    assert judged(files(rows)).state == "accepted"


def test_a_dataset_without_rows_makes_its_rules_not_applicable() -> None:
    rows = good_rows() | {"waitlist": []}
    rows["caseload"][1] = measure(2)

    judgement = judged(files(rows, {"kinderen_wachtend": 0}))

    assert judgement.state == "accepted"
    assert outcome(judgement, "R30") == "NOT_APPLICABLE"


def test_a_manifest_with_several_faults_names_them_all() -> None:
    delivered = files(good_rows())
    manifest = json.loads(delivered["levering.json"])
    del manifest["gi"], manifest["controletotalen"]["fte_caseload"]
    manifest["verslagmaand"] = "april"

    judgement = judged({**delivered, "levering.json": json.dumps(manifest).encode()})

    assert judgement.state == "rejected"
    assert len([f for f in judgement.findings if f.rule == "S02"]) == 3
