"""What is refused about a release is refused on the command line too, with a message and the way out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gi_monitor import steps
from gi_monitor.release import candidate, signoff
from gi_monitor.release.store import Candidate
from tests.unit.release.conftest import Gate, World
from tests.unit.release.test_life import AFTER_THE_MOMENT, states


def gi_monitor(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "gi_monitor", "release", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def prepared(gate: Gate, made_by: str) -> Candidate:
    made = candidate.prepare(made_by=made_by, judge=gate).candidate
    assert made is not None and made.content_hash is not None
    return made


def test_a_decision_is_that_of_the_login_about_the_content_it_names(world: World, gate: Gate) -> None:
    mine = prepared(gate, steps.database_login())
    reason = ("--reason", "nagekeken")

    code, said = gi_monitor("approve", "1", mine.content_hash or "", *reason)
    assert (code, "somebody else must approve it" in said) == (2, True)
    code, said = gi_monitor("approve", "1", "0" * 12, *reason)
    assert (code, "look at it again" in said) == (2, True)
    code, said = gi_monitor("approve", "1", mine.content_hash or "", *reason, "--who", "robin")
    assert (code, "No such option" in said) == (2, True)
    assert states(world) == ["candidate"]

    assert gi_monitor("reject", "1", (mine.content_hash or "")[:12], *reason)[0] == 0
    assert states(world) == ["rejected"]


def test_nothing_goes_out_before_its_moment_over_another_or_made_up_in_production(
    world: World, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepared(gate, "airflow")
    signoff.decide(made.candidate_id, made.content_hash or "", approve=True, who="robin", reason="nagekeken")

    code, said = gi_monitor("publish")
    assert (code, "nothing is approved and due" in said) == (0, True)

    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    occupied = world.data / "releases" / made.edition
    occupied.mkdir(parents=True)
    code, said = gi_monitor("publish")
    assert (code, "never overwritten" in said) == (2, True)
    occupied.rmdir()

    monkeypatch.delenv("GI_MONITOR_NOW")
    monkeypatch.setenv("GI_MONITOR_MODE", "production")
    code, said = gi_monitor("publish")
    assert (code, "no made-up institution" in said) == (2, True)
    assert states(world) == ["approved"]


def test_what_was_never_out_is_neither_withdrawn_nor_made_again(world: World) -> None:
    for command in (["withdraw", "2024-T3-1.0.0", "--reason", "weg"], ["reproduce", "2024-T3-1.0.0"]):
        code, said = gi_monitor(*command)
        assert (code, "was never published" in said) == (2, True)
    code, said = gi_monitor("waive", "2024-T3", "disclosure_audit", "--reason", "haast", "--until", "2025-03-01")
    assert (code, "cannot be waived: withhold the component" in said) == (2, True)
