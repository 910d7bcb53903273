"""The database is lost while a release waits: what was decided comes back from the archive, and it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gi_monitor import steps
from gi_monitor.intake import archive, rebuild
from gi_monitor.release import candidate, publish, signoff, store
from gi_monitor.warehouse.connection import connect
from tests.lost import lose, tables
from tests.unit.release.conftest import TABLES, Gate, World
from tests.unit.release.test_life import AFTER_THE_MOMENT


def test_what_was_decided_about_releases_comes_back_and_what_was_approved_goes_out(
    world: World, gate: Gate, another_warehouse: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.waive("2024-T3", "band_w1", about=None, reason="nieuwe tarieven", until=date(2025, 3, 1), who="noor")
    made = candidate.prepare(made_by="airflow", judge=gate).candidate
    assert made is not None and made.content_hash is not None
    signoff.decide(made.candidate_id, made.content_hash, approve=True, who="robin", reason="nagekeken")
    archive.renew()
    before, judged = tables("ledger", "release"), store.verdicts(made)
    lose(another_warehouse)

    rebuild.take_up()

    assert before["release.approval"] and before["release.waiver"] and before["release.vintage"]
    assert tables("ledger", "release") == before
    assert judged and store.verdicts(made) == judged
    with connect("gi_transform") as connection:
        connection.execute(TABLES)
    world.show_current()
    monkeypatch.setenv("GI_MONITOR_NOW", AFTER_THE_MOMENT)
    assert publish.publish_due() == ["gi-monitor-2024-T3-1.0.0"]
    assert world.query("select state from release.candidate") == [("published",)]
