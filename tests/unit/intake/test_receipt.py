"""What is on a receipt, wherever it comes from, and its form for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor import clock, institutions
from gi_monitor.intake import judgement, ledger
from gi_monitor.intake import receipt as receipts
from gi_monitor.intake.receipt import Receipt, as_html, as_json
from gi_monitor.intake.receipt.wording import visible
from gi_monitor.intake.states import LABELS
from gi_monitor.warehouse.connection import connect
from tests.builders import files, good_rows, post
from tests.inbox import INSTITUTIONS, drop, take_in
from tests.unit.intake.receipts import HOSTILE, found, good_receipt, receipt_of, with_findings


def document(receipt: Receipt) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(as_json.document(receipt))
    return content


def without_roles() -> dict[str, bytes]:
    return files(good_rows() | {"staffing": [post(n, functie="") for n in range(1, 5)]}, {"fte_caseload": 3.2})


def spoilt() -> dict[str, bytes]:
    rows = good_rows()
    rows["caseload"][0]["provincie"] = "PV32"
    rows["staffing"][1]["skj_registratie"] = "N"
    return files(rows, niet_beschikbaar=["hulp"])


DELIVERIES: dict[str, Callable[[], dict[str, bytes]]] = {
    "accepted": lambda: files(good_rows()),
    "accepted_with_findings": spoilt,
    "on_hold": lambda: files(
        good_rows() | {"staffing": [post(n, functie="") for n in range(1, 5)]}, {"fte_caseload": 3.2}
    ),
    "rejected": lambda: files(good_rows(), {"maatregelen_actief": 4, "fte_caseload": 9.99}),
    "unreadable": lambda: {**files(good_rows()), "levering.json": b"{"},
}


@pytest.mark.parametrize("case", DELIVERIES)
def test_ledger_and_judgement_give_the_same_receipt(
    case: str, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    drop(warehouse, DELIVERIES[case]())
    take_in()
    with connect("gi_intake") as connection:
        delivery = ledger.find(connection, 1)
        of_ledger = receipts.of_ledger(connection, delivery)
    institution = institutions.load()["haagrijn"]
    judged = judgement.judge(DELIVERIES[case](), delivery.place, institution, today=clock.today())
    of_judgement = receipts.of_judgement(
        judged, institution, delivery.place, of_ledger.received_at, of_ledger.content_sha256
    )

    assert of_ledger == replace(of_judgement, trial=False)
    assert as_json.document(of_ledger) == as_json.document(replace(of_judgement, trial=False))
    assert as_html.page(of_ledger, "") == as_html.page(replace(of_judgement, trial=False), "")


def test_the_gravest_findings_come_first_and_every_rule_has_its_answer() -> None:
    receipt = receipt_of(spoilt())

    assert [(f.rule, f.severity) for f in receipt.findings] == [("R03", "row"), ("R43", "warn")]
    answers = {answer.rule: answer for answer in receipt.rules}
    assert (answers["R03"].outcome, answers["R03"].failures) == ("FAIL", 1)
    assert answers["H01"].reason == "er is geen levering van de vorige maand"
    assert {rows.dataset: (rows.delivered, rows.set_aside) for rows in receipt.rows} == {
        "caseload": (3, 1),
        "wachtlijst": (1, 0),
        "formatie": (2, 0),
    }


def test_the_document_sets_control_totals_beside_what_was_counted() -> None:
    totals = document(receipt_of(files(good_rows(), {"maatregelen_actief": 4})))["controletotalen"]

    assert totals["aangeleverd"] == {"maatregelen_actief": 4, "kinderen_wachtend": 1, "fte_caseload": 1.4}
    assert totals["geteld"] == {
        "maatregelen_actief": "3",
        "kinderen_wachtend": "1",
        "fte_caseload": "1.4, toegestaan 1.390 tot 1.410",
    }


def test_totals_of_an_unreadable_delivery_are_empty_not_zero() -> None:
    totals = document(receipt_of({**files(good_rows()), "levering.json": b"{"}))["controletotalen"]

    assert set(totals["aangeleverd"].values()) == {None}
    assert set(totals["geteld"].values()) == {None}


def test_the_document_has_the_mirror_of_the_delivery() -> None:
    mirror = document(receipt_of(spoilt()))["spiegel"]
    figures = {(line["indicator"], line["onderdeel"], line["categorie"]): line["waarde"] for line in mirror}

    assert figures["C1", "count", "total"] == 2
    assert figures["C4", "value", "total"] == pytest.approx(1 / 1.4)
    assert figures["W1", "children", "passende_hulp"] is None


@pytest.mark.parametrize("state", sorted(LABELS.keys() - {"expected", "late", "not_expected", "received"}))
def test_every_state_says_what_to_do(state: str) -> None:
    assert document(replace(good_receipt(), state=state))["wat_nu"]


@pytest.mark.parametrize("state", [*get_args(judgement.State), "rejected_privacy"])
def test_a_trial_says_what_to_do_before_sending(state: str) -> None:
    sent, tried = (replace(good_receipt(), state=state, trial=trial) for trial in (False, True))

    assert tried.next_step != sent.next_step
    assert tried.title.startswith("Proefcontrole")


@pytest.mark.parametrize("value", HOSTILE)
def test_machines_get_every_value_as_it_was_delivered(value: str) -> None:
    assert document(with_findings(found(value)))["bevindingen"][0]["waarde"] == value


@given(st.text(st.characters()))
def test_what_people_see_is_printable_and_short(value: str) -> None:
    assert visible(value).isprintable()
    assert len(visible(value)) <= 12 * len(value)
    assert visible(value) == value or not value.isprintable()


def test_long_values_are_cut_for_people() -> None:
    assert visible("x" * 501) == "x" * 500 + "… (ingekort)"


def test_three_forms_the_one_for_machines_last() -> None:
    assert list(receipts.forms(good_receipt())) == [f"ontvangstbewijs.{form}" for form in ("xlsx", "html", "json")]
    assert b'href="../../regels/R03.html"' in receipts.forms(receipt_of(spoilt()))["ontvangstbewijs.html"]
