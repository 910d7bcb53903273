"""Rules that look across datasets and months (X, H), and waivers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gi_monitor.institutions import Waiver
from gi_monitor.intake.comparison import Previous
from gi_monitor.intake.judgement import Judgement, judge, previous_of
from gi_monitor.month import Month
from tests.builders import INSTITUTION, PLACE, Row, Rows, files, good_rows, measure, post, stay, waiting

from .test_judgement import MAY, found, judged, outcome, with_own_totals

MARCH = Month(2024, 3)


def rows(**changed: list[Row]) -> Rows:
    return good_rows() | changed


def test_x01_a_stay_without_its_measure_is_set_aside() -> None:
    judgement = judged(with_own_totals(rows(waitlist=[stay(1, of=2), stay(2, of=99)])))

    assert found(judgement) == [("X01", "wachtlijst", 3, "maatregel_sleutel")]
    assert judgement.accepted["waitlist"]["wachtlijst_sleutel"].tolist() == ["wachtend-0001"]


def test_x01_a_stay_of_a_measure_that_is_set_aside_is_no_stray() -> None:
    judgement = judged(with_own_totals(rows(caseload=[measure(1), waiting(2, provincie="PV32"), measure(3)])))

    assert {f.rule for f in judgement.findings} == {"R03"}


@pytest.mark.parametrize(
    "worker",
    [
        post(3, datum_in_functie="2024-05-01"),
        post(3, datum_uit_functie="2024-04-30", reden_uit="anders"),
        post(4),
    ],
    ids=["not yet", "no longer", "unknown"],
)
def test_x02_a_worker_who_is_not_in_post(worker: Row) -> None:
    caseload = [measure(1, medewerker_sleutel="medewerker-0003"), waiting(2)]

    judgement = judged(with_own_totals(rows(caseload=caseload, staffing=[*good_rows()["staffing"], worker])))

    assert ("X02", "caseload", 2, "medewerker_sleutel") in found(judgement, "warn")
    assert judgement.accepted["caseload"]["maatregel_sleutel"].tolist() == ["maatregel-0001", "maatregel-0002"]


@pytest.mark.parametrize(
    ("cells", "fails"),
    [
        # Five working days before Tuesday 30 April 2024 is Tuesday 23 April; Koningsdag fell on a Saturday.
        ({"datum_aanvang": "2024-04-23"}, False),
        ({"datum_aanvang": "2024-04-22"}, True),
        # The clock starts when the institution was charged and notified, whichever is later.
        ({"datum_gi_belast": "2024-04-01", "datum_gi_in_kennis": "2024-04-24"}, False),
        ({"datum_gi_belast": "2024-04-24"}, True),
        ({"datum_overgekomen": "2024-04-25"}, False),
        ({"datum_einde": "2024-04-25", "reden_einde": "02"}, False),
    ],
)
def test_x03_nobody_and_on_no_list_for_more_than_five_working_days(cells: dict[str, str], fails: bool) -> None:
    judgement = judged(with_own_totals(rows(caseload=[waiting(1, **cells), waiting(2), measure(3)])))

    assert (("X03", "caseload", 2, "medewerker_sleutel") in found(judgement)) is fails


@pytest.mark.parametrize(("which", "fails"), [("doorstroomlijst", False), ("passende_hulp", True)])
def test_x03_only_the_two_waiting_lists_explain_it(which: str, fails: bool) -> None:
    judgement = judged(with_own_totals(rows(waitlist=[stay(1, of=2, lijst=which)])))

    assert (("X03", "caseload", 3, "medewerker_sleutel") in found(judgement)) is fails


@pytest.mark.parametrize(("which", "fails"), [("wachtlijst", True), ("passende_hulp", False)])
def test_x04_waiting_though_there_is_a_worker(which: str, fails: bool) -> None:
    judgement = judged(with_own_totals(rows(waitlist=[stay(1, of=2), stay(2, of=1, lijst=which)])))

    assert (("X04", "wachtlijst", 3, "maatregel_sleutel") in found(judgement)) is fails


def test_x05_a_child_with_two_running_measures_of_one_type() -> None:
    twice = [
        measure(1),
        measure(4, kind_sleutel="kind-0001"),
        measure(5, kind_sleutel="kind-0001", type_maatregel="21"),
    ]

    judgement = judged(with_own_totals(rows(caseload=[*twice, waiting(2)])))

    assert found(judgement) == [("X05", "caseload", 2, "kind_sleutel"), ("X05", "caseload", 3, "kind_sleutel")]


def test_x05_says_nothing_of_rows_that_are_set_aside_for_a_doubled_key() -> None:
    judgement = judged(files(rows(caseload=[measure(1), measure(1), waiting(2), measure(3)])))

    assert {rule for rule, *_ in found(judgement)} == {"R05"}
    assert judgement.state == "accepted_with_findings"


def test_x05_one_that_has_stopped_does_not_run() -> None:
    stopped = measure(4, kind_sleutel="kind-0001", datum_einde="2024-04-30", reden_einde="02")

    assert judged(with_own_totals(rows(caseload=[measure(1), stopped, waiting(2)]))).state == "accepted"


def test_x06_an_open_stay_of_a_measure_that_has_stopped() -> None:
    stopped = waiting(2, datum_overgedragen="2024-04-29", reden_einde="90")

    judgement = judged(with_own_totals(rows(caseload=[measure(1), stopped])))

    assert found(judgement) == [("X06", "wachtlijst", 2, "maatregel_sleutel")]
    assert "geëindigd op die dag" in judgement.findings[0].message


def test_a_rule_that_needs_another_dataset_cannot_run_without_it() -> None:
    delivered = files(good_rows())
    del delivered["formatie.csv"]

    judgement = judged(delivered)

    assert (outcome(judgement, "X02"), outcome(judgement, "X03")) == ("NOT_RUN", "PASS")


# The previous month --------------------------------------------------------------------------------------------

MANY = 100


def many(count: int, first: int = 1, **cells: str) -> list[Row]:
    return [measure(number, **cells) for number in range(first, first + count)]


def large(**changed: list[Row]) -> Rows:
    posts = [post(number, fte_caseload="1.00") for number in range(1, 21)]
    return {"caseload": many(MANY), "waitlist": [], "staffing": posts} | changed


def march(**changed: list[Row]) -> Previous:
    delivered = files(large(**changed), {"maatregelen_actief": 0}, verslagmaand="2024-03")
    return previous_of(delivered, INSTITUTION, MARCH)


def compared(delivered: Rows, previous: Previous | None) -> Judgement:
    return judge(with_own_totals(delivered), PLACE, INSTITUTION, today=MAY, previous=previous)


def test_the_same_month_again_raises_nothing() -> None:
    judgement = compared(large(), march())

    assert judgement.state == "accepted"
    assert [outcome(judgement, rule) for rule in ("H01", "H02", "H03")] == ["PASS"] * 3


@pytest.mark.parametrize(("absent", "fails"), [(5, False), (6, True)])
def test_h01_measures_that_ran_and_are_gone(absent: int, fails: bool) -> None:
    judgement = compared(large(caseload=many(MANY - absent)), march())

    assert (outcome(judgement, "H01") == "FAIL") is fails
    assert (judgement.state == "on_hold") is fails


def test_h01_two_percent_of_a_large_institution_may_be_gone() -> None:
    before = march(caseload=many(400))

    assert outcome(compared(large(caseload=many(392)), before), "H01") == "PASS"
    assert outcome(compared(large(caseload=many(391)), before), "H01") == "FAIL"


def test_h01_a_measure_that_had_stopped_need_not_come_back() -> None:
    stopped = many(10, first=101, datum_einde="2024-03-31", reden_einde="02")

    assert outcome(compared(large(), march(caseload=[*many(MANY), *stopped])), "H01") == "PASS"


def test_h02_many_more_measures_or_fte_than_a_month_ago() -> None:
    more = compared(large(caseload=many(MANY + 11)), march())
    assert [(f.rule, f.column) for f in more.findings if f.severity == "hold"] == [("H02", "maatregelen_actief")]
    assert "van 100 naar 111" in next(f.message for f in more.findings if f.rule == "H02")
    assert outcome(compared(large(caseload=many(MANY + 10)), march()), "H02") == "PASS"

    fewer_fte = [post(number, fte_caseload="1.00") for number in range(1, 17)]
    held = compared(large(staffing=fewer_fte), march())
    assert [(f.rule, f.dataset, f.column) for f in held.findings] == [("H02", "formatie", "fte_caseload")]
    assert outcome(compared(large(staffing=[*fewer_fte, post(17, fte_caseload="1.00")]), march()), "H02") == "PASS"


def test_h03_many_late_registrations_are_said() -> None:
    assert outcome(compared(large(caseload=many(102)), march()), "H03") == "PASS"
    judgement = compared(large(caseload=many(103)), march())
    assert [(f.rule, f.severity, f.row) for f in judgement.findings] == [("H03", "warn", None)]
    assert judgement.findings[0].message.startswith("3 van de 103 rijen")
    new_this_month = [*many(MANY), *many(9, first=101, datum_aanvang="2024-04-02")]
    assert outcome(compared(large(caseload=new_this_month), march()), "H03") == "PASS"


def test_a_previous_delivery_that_is_not_of_the_month_before_is_refused() -> None:
    with pytest.raises(ValueError, match="de vorige levering is van haagrijn 2024-04, niet van 2024-03"):
        previous_of(files(large()), INSTITUTION, MARCH)
    unreadable = {**files(large(), verslagmaand="2024-03"), "caseload.csv": b"a,b\n1"}
    with pytest.raises(ValueError, match="niet te lezen"):
        previous_of(unreadable, INSTITUTION, MARCH)


# Waivers -------------------------------------------------------------------------------------------------------


def judged_under(waiver: dict[str, Any], delivered: Rows, **manifest: Any) -> Judgement:
    agreed = {"reason": "het bronsysteem kan dit nog niet", "name": "Robin", "until": "2024-05-10", **waiver}
    institution = INSTITUTION.model_copy(update={"waivers": (Waiver.model_validate(agreed),)})
    return judge(with_own_totals(delivered, **manifest), PLACE, institution, today=MAY)


def with_expected_end() -> Rows:
    return rows(caseload=[measure(1, datum_einde="2024-06-01", reden_einde="02"), waiting(2), measure(3)])


def test_a_waiver_lowers_a_rule_to_a_warning_that_names_it() -> None:
    judgement = judged_under({"rule": "R19"}, with_expected_end())

    assert [(f.rule, f.severity) for f in judgement.findings] == [("R19", "warn")]
    assert judgement.findings[0].message.endswith("Ontheffing tot en met 10-05-2024: het bronsysteem kan dit nog niet.")
    assert (judgement.state, outcome(judgement, "R19")) == ("accepted_with_findings", "FAIL")
    assert len(judgement.accepted["caseload"]) == 3


@pytest.mark.parametrize("waiver", [{"rule": "R20"}, {"rule": "R19", "until": date(2024, 5, 9)}])
def test_a_waiver_of_another_rule_or_one_that_has_ended_lowers_nothing(waiver: dict[str, Any]) -> None:
    assert len(judged_under(waiver, with_expected_end()).set_aside) == 1


def test_a_rule_that_nothing_could_load_past_is_not_waived() -> None:
    assert len(judged_under({"rule": "R01"}, rows(caseload=[measure(1, gezin_sleutel=""), waiting(2)])).set_aside) == 1


def test_a_waived_total_is_accepted() -> None:
    totals = {"maatregelen_actief": 7, "kinderen_wachtend": 1, "fte_caseload": 1.40}

    judgement = judged_under({"rule": "T01"}, good_rows(), controletotalen=totals)

    assert [(f.rule, f.severity) for f in judgement.findings] == [("T01", "warn")]


WRONG = {
    "another month": ({"verslagmaand": "2024-03"}, "S06"),
    "another institution": ({"gi": "andere"}, "S06"),
    "a closed month": ({"verslagmaand": "2014-04"}, "S08"),
    "a month to come": ({"verslagmaand": "2024-06"}, "S08"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_rows_are_not_held_against_a_month_that_is_refused_itself(wrong: str) -> None:
    described, rule = WRONG[wrong]
    spoilt = rows(caseload=[measure(1, provincie="PV99x"), waiting(2, datum_aanvang="2024-05-05"), measure(3)])
    judgement = judged(files(spoilt, {"maatregelen_actief": 9}, **described))

    rules = {found.rule for found in judgement.findings}
    assert rule in rules and judgement.state == "rejected"
    assert rules <= {"S06", "S08", "R03"}, "R03 is about a cell, whatever the month"
    not_run = {answer.rule for answer in judgement.outcomes if answer.outcome == "NOT_RUN"}
    assert {"R11", "R30", "R41", "X03", "T01", "H01"} <= not_run
    assert judgement.counted == {}


def test_another_volgnummer_than_that_of_the_folder_says_nothing_of_the_month() -> None:
    judgement = judged(files(rows(waitlist=[stay(1, of=2), stay(2, of=1)]), volgnummer=2))
    assert {found.rule for found in judgement.findings} == {"S06", "T02", "X04"}


def test_a_reopened_month_is_let_in() -> None:
    late = date(2026, 6, 1)

    assert outcome(judge(files(good_rows()), PLACE, INSTITUTION, today=late), "S08") == "FAIL"
    assert judge(files(good_rows()), PLACE, INSTITUTION, today=late, reopened=True).state == "accepted"
