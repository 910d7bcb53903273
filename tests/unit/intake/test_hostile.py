"""Hostile deliveries, small: each is rejected with a finding. ``tests.bench.hostile`` has them large."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path

import pytest

from gi_monitor import institutions
from gi_monitor.intake import judgement
from gi_monitor.intake.judgement import judge
from gi_monitor.intake.memory import bounded
from tests.builders import INSTITUTION, PLACE, files, good_rows
from tests.hostile import HOSTILE, MIB, delivery
from tests.inbox import INSTITUTIONS, drop, receipt, states, take_in

MAY = date(2024, 5, 10)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "right-to-left mark"])
def test_a_hostile_file_is_rejected_with_a_finding(name: str) -> None:
    place, delivered = delivery(name, MIB)

    judged = judge(delivered, place, institutions.load()[place.gi_code], today=MAY)

    assert judged.state in ("rejected", "rejected_privacy")
    assert "reject" in {found.severity for found in judged.findings}


def test_a_mark_that_turns_a_line_around_makes_no_key() -> None:
    place, delivered = delivery("right-to-left mark")

    judged = judge(delivered, place, institutions.load()[place.gi_code], today=MAY)

    assert {(found.rule, found.row) for found in judged.findings if found.severity == "row"} >= {("R06", 2)}


def test_a_linked_file_in_an_inbox_is_as_if_it_were_not_there(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(INSTITUTIONS))
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")
    delivered = files(good_rows())
    (tmp_path / "elders.csv").write_bytes(delivered.pop("caseload.csv"))
    folder = drop(warehouse, {name: content for name, content in delivered.items() if name != "levering.json"})
    (folder / "caseload.csv").symlink_to(tmp_path / "elders.csv")
    drop(warehouse, delivered)

    take_in()

    assert states() == [(1, "rejected")]
    assert ("S01", "caseload.csv") in {(f["regel"], f["waarde"]) for f in receipt(warehouse)["bevindingen"]}


# Memory ---------------------------------------------------------------------------------------------------------


def test_what_asks_for_more_than_the_bound_gets_an_error_and_what_comes_after_does_not() -> None:
    with bounded(64 * MIB), pytest.raises(MemoryError):
        bytearray(256 * MIB)
    assert len(bytearray(256 * MIB)) == 256 * MIB


@pytest.mark.parametrize("content", [b"a,b\n", b'"'])
def test_cycles_of_objects_are_looked_for_again_when_a_delivery_is_read(content: bytes) -> None:
    judge({**files(good_rows()), "caseload.csv": content}, PLACE, INSTITUTION, today=MAY)
    assert gc.isenabled()


def test_a_delivery_that_takes_more_than_the_bound_is_rejected_with_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgement, "MAX_MEMORY", 32 * MIB)
    content = files(good_rows())
    assert judge(content, PLACE, INSTITUTION, today=MAY).state == "accepted"

    judged = judge({**content, "caseload.csv": b"a,b\n" * (16 * MIB)}, PLACE, INSTITUTION, today=MAY)
    assert judged.state == "rejected"
    assert "te veel geheugen" in " ".join(found.message for found in judged.findings)


def test_memory_that_runs_out_while_the_rules_run_is_a_finding_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(judgement, "judge_rows", run_out)
    judged = judge(files(good_rows()), PLACE, INSTITUTION, today=MAY)

    assert (judged.state, [found.rule for found in judged.findings]) == ("rejected", ["S02"])
    assert "te veel geheugen" in judged.findings[0].message
