"""Real DAGs on a real Airflow: from dropped deliveries to a published release, past a defect that stops it."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gi_monitor import clock, institutions, steps
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.local.rest import Client
from gi_monitor.synthetic import Content, content_of, write_delivery
from gi_monitor.synthetic.frames import Frames
from gi_monitor.warehouse.connection import connect
from tests.running import running_airflow
from tests.shapes import ARRIVES, THREE, deliveries_of_three, institutions_of_three, take_in_three

MOMENTS = 420


@pytest.fixture
def three(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three institutions in the marts, whose last month has not arrived; the data folder."""
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(institutions_of_three(warehouse / "institutions")))
    take_in_three(ARRIVES - 4, ARRIVES - 1)
    # The archive has them, so Airflow need not look at them again.
    shutil.rmtree(warehouse / "inbox")
    clock.set_to(datetime.fromisoformat(f"{ARRIVES + 1}-08T09:00:00"))
    steps.standardise()
    return warehouse


@pytest.fixture
def airflow(three: Path) -> Iterator[Airflow]:
    """A real Airflow on it."""
    with running_airflow(three) as here:
        yield here


def reached(what: Callable[[], Any]) -> Any:
    """Wait until something is there, and return it."""
    assert wait_until(lambda: bool(what()), MOMENTS, pause=0.5), "it never came"
    return what()


def answered(person: Client, dag_id: str, option: str, reason: str, done: Callable[[], Any]) -> None:
    """Let a person answer what a DAG asks until something is done: a busy Airflow can lose an answer and ask again."""

    def answer() -> bool:
        for question in person.questions(dag_id):
            person.answer(question, option, reason)
        return bool(done())

    reached(answer)


def rows(query: str) -> list[tuple[Any, ...]]:
    with connect("gi_release") as connection:
        return [tuple(row.values()) for row in connection.execute(query)]


def waiting_for() -> list[str]:
    """The institutions that the shortest reason to wait for the release names."""
    reasons = rows("select reason from release.waiting where release_id = '2024-T3' order by length(reason) limit 1")
    return [gi_code for gi_code in THREE if reasons and gi_code in reasons[0][0]]


@cache
def sound(gi_code: str) -> Content:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GI_MONITOR_INSTITUTIONS")  # The made-up country has all thirteen.
        return content_of(gi_code, ARRIVES, scale=1.0)


def drop(inbox: Path, gi_code: str, sequence_number: int, spoil: Callable[[Frames], None]) -> None:
    content = sound(gi_code)
    frames = {name: frame.copy() for name, frame in content.frames.items()}
    spoil(frames)
    about = (frames, content.vacancies_fte, content.unavailable)
    write_delivery(institutions.load()[gi_code], ARRIVES, sequence_number, *about, inbox)


def a_tenth_of_the_measures_in_no_province(frames: Frames) -> None:
    frames["caseload"].loc[: len(frames["caseload"]) // 10, "provincie"] = "PV77"


def a_fifth_of_the_staff_gone(frames: Frames) -> None:
    frames["formatie"] = frames["formatie"][frames["formatie"].index % 5 > 0].reset_index(drop=True)


def nothing(_frames: Frames) -> None:
    pass


def reported(institutions: int) -> list[tuple[Any, ...]]:
    return rows(
        "select from marts.observations where period = '2024-12' and institution = 'NL' and indicator = 'C3'"
        f" and gi_reported = {institutions} and gi_expected = 3"
        f" and status = '{'observed' if institutions == 3 else 'incomplete'}'"
    )


def test_a_defect_and_a_hold_stop_the_release_until_they_are_mended_and_decided(three: Path, airflow: Airflow) -> None:
    place = Path("waddenkust", str(ARRIVES))
    shutil.copytree(deliveries_of_three() / place, three / "inbox" / place)
    drop(three / "inbox", "haagrijn", 1, a_tenth_of_the_measures_in_no_province)
    drop(three / "inbox", "eemsland", 1, a_fifth_of_the_staff_gone)
    dana, robin = airflow.client("dana"), airflow.client("robin")

    # The third goes on; the national figure says that it is not whole.
    reached(lambda: reported(1))
    reached(lambda: waiting_for() == ["eemsland", "haagrijn"])

    # Somebody who knows the institution is asked about the hold, once, and whoever decides is named.
    answered(dana, "hold", "Laten meetellen", "krimp is gemeld", lambda: reported(2))
    reached(lambda: waiting_for() == ["haagrijn"])
    decided = "select who, to_state, cause from ledger.state_change where from_state = 'on_hold'"
    assert rows(decided) == [("dana", "accepted_with_findings", "decision: krimp is gemeld")]
    told = json.loads((three / "outbox/eemsland/2024-12/1/ontvangstbewijs.json").read_text())
    assert "H02" in {f["regel"] for f in told["bevindingen"]}
    assert len(dana.dag_runs("hold")) == 1
    assert rows("select from release.candidate where release_id = '2024-T3'") == []
    receipt = json.loads((three / "outbox/haagrijn/2024-12/1/ontvangstbewijs.json").read_text())
    assert receipt["status"] == "rejected"
    finding = next(f for f in receipt["bevindingen"] if f["regel"] == "R03")
    assert (finding["rij"], finding["kolom"], finding["waarde"]) == (2, "provincie", "PV77")
    assert "Gebruik een code uit de lijst" in finding["melding"]

    drop(three / "inbox", "haagrijn", 2, nothing)
    approved = "select from release.candidate where state = 'approved'"
    answered(robin, "release", "Goedkeuren", "nagekeken", lambda: rows(approved))
    assert rows("select approver, decision, reason from release.approval") == [("robin", "approved", "nagekeken")]

    # Approved is not published: its moment has to come.
    dana.trigger("publish")
    reached(lambda: [run for run in dana.dag_runs("publish") if run["state"] == "success"])
    assert not list((three / "releases").glob("gi-monitor-*"))
    clock.set_to(datetime.fromisoformat("2025-03-31T09:30:00"))
    dana.trigger("publish")
    public = three / "releases" / "latest" / "public"
    reached(lambda: rows("select from release.candidate where state = 'published'"))
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=public, check=True)
    assert (public / "index.html").read_text().count("<svg") >= 3
    assert dana.import_errors() == []
