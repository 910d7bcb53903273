"""Real DAGs on a real Airflow: from dropped deliveries to a published release, past a defect that stops it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gi_monitor import institutions, steps
from gi_monitor.local.airflow import Airflow
from gi_monitor.local.processes import wait_until
from gi_monitor.month import Month
from gi_monitor.synthetic import content_of, write_delivery
from gi_monitor.warehouse import embedded
from gi_monitor.warehouse.connection import connect
from tests.journeys.conftest import Country, thirteen

LAST = Month(2024, 12)
MOMENTS = 240


@pytest.fixture
def airflow(country: Country) -> Iterator[Airflow]:
    """A real Airflow on a country whose history is loaded but for the last month."""
    here = Airflow.here()
    for month in (LAST - n for n in (4, 3, 2, 1)):
        country.take_in(month)
    country.set_clock(f"{LAST + 1}-08T09:00:00")
    steps.standardise()
    try:
        here.start()
        yield here
    finally:
        here.stop()
        embedded.stop(country.data)


def reached(what: Callable[[], Any]) -> Any:
    """Wait until something is there, and return it."""
    assert wait_until(lambda: bool(what()), MOMENTS, pause=0.5), "it never came"
    return what()


def rows(query: str) -> list[tuple[Any, ...]]:
    with connect("gi_release") as connection:
        return [tuple(row.values()) for row in connection.execute(query)]


def waiting_for() -> list[str]:
    """The institutions that the shortest reason to wait for the release names."""
    reasons = rows("select reason from release.waiting where release_id = '2024-T3' order by length(reason) limit 1")
    return [gi_code for gi_code in thirteen() if reasons and gi_code in reasons[0][0]]


def drop_defective(country: Country, gi_code: str) -> None:
    """A delivery in which nine measures lie in a province that does not exist."""
    content = content_of(gi_code, LAST, scale=0.1)
    content.frames["caseload"].loc[:8, "provincie"] = "PV77"
    write_delivery(
        institutions.load()[gi_code],
        LAST,
        1,
        content.frames,
        content.vacancies_fte,
        content.unavailable,
        country.data / "inbox",
    )


def drop_mended(country: Country, gi_code: str) -> None:
    content = content_of(gi_code, LAST, scale=0.1)
    write_delivery(
        institutions.load()[gi_code],
        LAST,
        2,
        content.frames,
        content.vacancies_fte,
        content.unavailable,
        country.data / "inbox",
    )


def test_a_defect_at_one_institution_stops_the_release_until_it_is_mended(country: Country, airflow: Airflow) -> None:
    country.drop(LAST, [gi_code for gi_code in thirteen() if gi_code != "haagrijn"])
    drop_defective(country, "haagrijn")

    # The other twelve go on; the national figure says that it is not whole.
    reached(
        lambda: rows(
            "select from marts.observations where period = '2024-12' and institution = 'NL' and indicator = 'C3'"
            " and status = 'incomplete' and gi_reported = 12 and gi_expected = 13"
        )
    )
    reached(lambda: waiting_for() == ["haagrijn"])
    assert rows("select from release.candidate where release_id = '2024-T3'") == []
    receipt = json.loads((country.data / "outbox/haagrijn/2024-12/1/ontvangstbewijs.json").read_text())
    assert receipt["status"] == "rejected"
    finding = next(f for f in receipt["bevindingen"] if f["regel"] == "R03")
    assert (finding["rij"], finding["kolom"], finding["waarde"]) == (2, "provincie", "PV77")
    assert "Gebruik een code uit de lijst" in finding["melding"]

    drop_mended(country, "haagrijn")
    robin = airflow.client("robin")
    question = reached(robin.questions)[0]
    robin.answer(question, "Goedkeuren", "nagekeken")
    reached(lambda: rows("select from release.candidate where state = 'approved'"))
    assert rows("select approver, decision, reason from release.approval") == [("robin", "approved", "nagekeken")]

    # Approved is not published: its moment has to come.
    airflow.client("dana").trigger("publish")
    reached(lambda: [run for run in airflow.client("dana").dag_runs("publish") if run["state"] == "success"])
    assert not (country.data / "releases").exists()
    country.set_clock("2025-03-31T09:30:00")
    airflow.client("dana").trigger("publish")
    public = country.data / "releases" / "latest" / "public"
    reached(lambda: rows("select from release.candidate where state = 'published'"))
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=public, check=True)
    assert (public / "index.html").read_text().count("<svg") >= 3
    assert airflow.client("dana").import_errors() == []
