"""Intake over a transport that can fail, here an API: what is taken, what waits, and what is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gi_monitor import rule_pages, steps
from gi_monitor.intake import arrivals, decisions
from gi_monitor.intake.transport import Place, TransportError, https
from gi_monitor.month import Month
from tests.builders import paged
from tests.inbox import rows, states
from tests.servers import api
from tests.servers.api import TOKEN, Api, Fault
from tests.servers.certificates import Certificates

APRIL = Place("haagrijn", Month(2024, 4), 1)
MARCH = Place("haagrijn", Month(2024, 3), 1)


@pytest.fixture
def side(warehouse: Path, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with api.serve(certificates) as running:
        (tmp_path / "institutions").mkdir()
        content = yaml.safe_dump(json.loads(running.institution.model_dump_json()))
        (tmp_path / "institutions" / "haagrijn.yml").write_text(content)
        monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path / "institutions"))
        monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
        monkeypatch.setenv("GI_MONITOR_TRANSPORT_HAAGRIJN_TOKEN", TOKEN)
        yield running


def fetched(side: Api) -> list[str]:
    """The deliveries of which something was asked since the last time, and forget them."""
    asked = sorted({line.split("/")[2] + "/" + line.split("/")[3] for line in side.asked if line.count("/") > 3})
    side.asked.clear()
    return asked


def test_from_an_api_to_the_ledger_and_back_to_the_api(side: Api) -> None:
    side.put(APRIL, paged(APRIL))

    assert [accepted.place for accepted in steps.take_in("haagrijn")] == [APRIL]

    assert states() == [(1, "accepted")]
    told = json.loads(side.receipts["2024-04/1/ontvangstbewijs.json"])
    assert told["controletotalen"]["geteld"]["maatregelen_actief"] == "3"
    assert {"2024-04/1/ontvangstbewijs.html", "2024-04/1/ontvangstbewijs.xlsx"} < set(side.receipts)


def test_what_was_taken_is_not_fetched_again_until_it_changes(side: Api) -> None:
    side.put(APRIL, paged(APRIL))
    arrivals.take_over("haagrijn")
    assert fetched(side) == ["2024-04/1"]

    side.put(MARCH, paged(MARCH))
    arrivals.take_over("haagrijn")
    assert fetched(side) == ["2024-03/1"]

    side.put(APRIL, {"extra.json": b"x"})
    arrivals.take_over("haagrijn")
    assert fetched(side) == ["2024-04/1"]
    assert rows("select count(*) from ledger.delivery") == [(2,)], "the same bytes are one delivery"


def test_a_delivery_that_cannot_be_read_keeps_no_other_waiting_and_is_tried_again(side: Api) -> None:
    side.put(APRIL, paged(APRIL))
    side.put(MARCH, paged(MARCH))
    side.faults.append(Fault("2024-03/1/caseload", 404))

    with pytest.raises(TransportError, match=r"1 of 2 new deliveries .* 404 at leveringen/2024-03/1"):
        steps.take_in("haagrijn")
    assert rows("select reporting_month::text, state from ledger.delivery") == [("2024-04-01", "accepted")]
    problems = "select reporting_month::text, problem from ledger.look where problem is not null"
    assert [(month, "404" in problem) for month, problem in rows(problems)] == [("2024-03-01", True)]

    assert [accepted.place for accepted in steps.take_in("haagrijn")] == [MARCH]
    assert rows(problems) == []


def test_a_delivery_over_the_limit_is_rejected_and_its_sender_told(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    side.put(APRIL, paged(APRIL))
    with monkeypatch.context() as patch:
        patch.setattr(https, "MAX_DELIVERY_BYTES", 1000)
        assert steps.take_in("haagrijn") == []
        assert fetched(side) == ["2024-04/1"]
        assert steps.take_in("haagrijn") == []
        assert fetched(side) == [], "once is enough"

    told = json.loads(side.receipts["2024-04/1/ontvangstbewijs.json"])
    assert [(f["regel"], "groter dan 256 MiB" in f["melding"]) for f in told["bevindingen"]] == [("S02", True)]
    assert (told["status"], told["sha256"]) == ("rejected", None)
    assert {rule["uitkomst"] for rule in told["regels"] if rule["regel"] != "S02"} == {"NOT_RUN"}
    with pytest.raises(decisions.DecisionError, match="have it delivered again"):
        steps.recheck(1, reason="nog eens")

    side.put(APRIL, paged(APRIL))
    side.put(APRIL, {"extra.json": b"x"})
    assert [accepted.place for accepted in steps.take_in("haagrijn")] == [APRIL]
    assert "2024-04/1/ontvangstbewijs-2.json" in side.receipts


def test_a_delivery_that_was_withdrawn_from_the_inbox_is_no_problem_any_more(side: Api) -> None:
    side.put(APRIL, paged(APRIL))
    side.faults.append(Fault("caseload", 404))
    with pytest.raises(TransportError):
        arrivals.take_over("haagrijn")

    del side.deliveries[APRIL.name]
    arrivals.take_over("haagrijn")
    assert rows("select from ledger.look") == []


def test_receipts_wait_while_the_institution_cannot_be_reached(side: Api, caplog: pytest.LogCaptureFixture) -> None:
    side.put(APRIL, paged(APRIL))
    arrivals.take_over("haagrijn")
    side.faults += [Fault("ontvangstbewijs.json", 404)] * 2

    with pytest.raises(TransportError, match="404"):
        steps.send_receipts("haagrijn")
    steps.tell("haagrijn")
    assert "receipts wait for the next run of intake" in caplog.text
    assert rows("select receipt_sent_at is null from ledger.delivery") == [(True,)]

    assert steps.send_receipts("haagrijn") == 1
    assert "2024-04/1/ontvangstbewijs.json" in side.receipts


def test_rule_pages_go_along_once_and_again_when_they_changed(side: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    side.put(APRIL, paged(APRIL))
    steps.take_in("haagrijn")
    assert {name for name in side.receipts if name.startswith("regels/")} == {f"regels/{n}" for n in rule_pages.html()}

    def put_rules_after(place: Place) -> list[str]:
        side.asked.clear()
        side.put(place, paged(place))
        steps.take_in("haagrijn")
        return [asked for asked in side.asked if "regels" in asked]

    assert put_rules_after(MARCH) == []
    monkeypatch.setattr(rule_pages, "html", lambda: {"R01.html": b"nieuw"})
    assert put_rules_after(Place("haagrijn", Month(2024, 2), 1)) == ["PUT /ontvangstbewijzen/regels/R01.html"]
