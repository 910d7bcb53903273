"""Each notice: to whom, with which subject and link, and without any value of a row."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from pathlib import Path

import pytest

from gi_monitor import notices, steps
from tests.builders import Rows, files, good_rows, post
from tests.inbox import drop, take_in
from tests.servers.mailbox import Mailbox
from tests.unit.notices import state
from tests.unit.notices.conftest import AIRFLOW

QUESTIONS = f"{AIRFLOW}/required_actions?response_received=false"
SITE = "https://gi-monitor.example/"
OURS = {
    "operator": "beheer@gi-monitor.example",
    "data_manager": "data@gi-monitor.example",
    "reviewer": "beoordeling@gi-monitor.example",
    "publisher": "redactie@gi-monitor.example",
}
HELD: Rows = good_rows() | {"staffing": [post(n, functie="" if n <= 4 else "overig") for n in range(1, 7)]}

pytestmark = pytest.mark.usefixtures("warehouse", "institutions")


@pytest.fixture(autouse=True)
def business_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-10T10:00:00")


def told(mailbox: Mailbox) -> EmailMessage:
    """The one mail that came in, which looks as every mail does."""
    [mail] = mailbox.mails
    assert len(mail["Subject"]) <= 78
    assert mail["From"] == "GI-monitor <gi-monitor@gi-monitor.example>"
    assert mail["Reply-To"] == OURS["data_manager"]
    assert "Verzonnen gegevens / synthetic data." in mail.get_content()
    return mail


def says(mail: EmailMessage, *parts: str) -> bool:
    content = mail.get_content().replace("\r\n", "\n")
    return all(part in content for part in parts)


def contact(institutions: Path, gi_code: str) -> str:
    with (institutions / f"{gi_code}.yml").open("a") as file:
        file.write(f"contact: {{name: Datateam, email: team@{gi_code}.example}}\n")
    return f"team@{gi_code}.example"


def test_a_late_delivery_is_told_to_its_institution_and_all_of_them_to_us(
    warehouse: Path, institutions: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = contact(institutions, "waddenkust")
    drop(warehouse, files(HELD, {"fte_caseload": 4.80}))
    take_in()
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-15T23:00:00")
    steps.note_expectations()
    notices.tell()
    assert not mailbox.to(theirs), "until its due day a delivery is not late"

    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-16T00:30:00")
    steps.note_expectations()
    mailbox.mails.clear()
    notices.tell()

    [to_institution] = mailbox.to(theirs)
    assert to_institution["Subject"] == "GI-monitor: een levering is te laat"
    assert says(to_institution, "Beste Datateam van ", "april 2024: uiterste dag 15 mei 2024, er is niets", SITE)
    [to_us] = [mail for mail in mailbox.to(OURS["data_manager"]) if "te laat" in mail["Subject"]]
    assert to_us["Subject"] == "GI-monitor: 2 leveringen zijn te laat"
    assert says(to_us, "wacht op een databeheerder", "er is niets ontvangen", f"{AIRFLOW}/dags/intake_waddenkust")
    assert not mailbox.to("haagrijn"), "its delivery waits for us"


def test_a_delivery_on_hold_is_told_to_a_data_manager_without_any_value_of_it(
    warehouse: Path, mailbox: Mailbox
) -> None:
    drop(warehouse, files(HELD, {"fte_caseload": 4.80}))
    take_in()

    notices.tell()

    mail = told(mailbox)
    assert mail["To"] == OURS["data_manager"]
    assert mail["Subject"] == "GI-monitor: een levering wacht op een besluit"
    assert says(mail, "levering 1 (haagrijn, april 2024, volgnummer 1): rules failed: S10", QUESTIONS)
    cells = {cell for row in itertools.chain(*HELD.values()) for cell in row.values() if len(cell) > 2}
    assert {"maatregel-0001", "overig"} <= cells
    assert not [cell for cell in cells if cell in mail.as_string()]


def test_a_gate_that_stopped_a_build_is_told_to_a_data_manager(mailbox: Mailbox) -> None:
    state.run_gate("G2", balance="FAIL", known_days="NOT_RUN", bands="PASS")

    notices.tell()

    mail = told(mailbox)
    assert (mail["To"], mail["Subject"]) == (OURS["data_manager"], "GI-monitor: een poort bleef dicht")
    assert says(mail, "poort G2 hield de bouw tegen: balance, known_days\n", f"{AIRFLOW}/dags/standardise")


def test_a_gate_that_stopped_a_release_is_told_until_the_draft_is_gone(mailbox: Mailbox) -> None:
    draft = state.candidate("draft")
    state.run_gate("G3", draft, band_c3="FAIL")
    notices.tell()
    assert says(told(mailbox), "poort G3 hield 2024-T1 tegen: band_c3", f"{AIRFLOW}/dags/release")

    mailbox.mails.clear()
    state.become(draft, "superseded")
    state.run_gate("G2", balance="PASS")
    notices.tell()
    assert not mailbox.mails


def test_a_candidate_is_told_to_the_reviewer_and_so_is_that_it_waits(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = state.candidate()
    notices.tell()
    ready = told(mailbox)
    assert (ready["To"], ready["Subject"]) == (OURS["reviewer"], "GI-monitor: een kandidaat is klaar om te beoordelen")
    assert says(ready, f"2024-T1, versie 1.0.0 (kandidaat {number}, inhoud ab12cd34ef56), gemaakt door dana", QUESTIONS)

    mailbox.mails.clear()
    state.agree(number)
    notices.tell()
    assert says(told(mailbox), "wacht sinds 10 mei 2024 op nog een akkoord, van iemand anders", QUESTIONS)

    mailbox.mails.clear()
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-12T10:00:00")
    notices.tell()
    assert told(mailbox)["Subject"] == "GI-monitor: een vrijgave wacht op een besluit"
    assert told(mailbox)["To"] == OURS["reviewer"]


def test_what_is_published_is_told_to_whoever_publishes(mailbox: Mailbox) -> None:
    state.candidate("published")
    notices.tell()
    mail = told(mailbox)
    assert (mail["To"], mail["Subject"]) == (OURS["publisher"], "GI-monitor: 2024-T1, versie 1.0.0 is gepubliceerd")
    assert says(mail, f"{SITE}gi-monitor-2024-T1-1.0.0/public/")


def test_a_waiver_about_to_end_is_told_to_its_institution_and_to_us(institutions: Path, mailbox: Mailbox) -> None:
    theirs = contact(institutions, "haagrijn")
    with (institutions / "haagrijn.yml").open("a") as file:
        file.write("waivers:\n")
        for rule, until in (("R14", "2024-05-20"), ("R15", "2024-05-25"), ("R16", "2024-05-09")):
            file.write(f"  - {{rule: {rule}, reason: wordt uitgezocht, name: T. Beheer, until: {until}}}\n")
    state.waive("2024-05-24")
    state.waive("2024-05-24", "2023-T3")
    state.candidate("published", "2023-T3")

    notices.tell()

    [to_institution] = mailbox.to(theirs)
    assert to_institution["Subject"] == "GI-monitor: een ontheffing loopt af"
    assert says(to_institution, "regel R14: tot en met 20 mei 2024", SITE)
    assert not says(to_institution, "R15") and not says(to_institution, "R16")
    [to_us] = mailbox.to(OURS["data_manager"])
    assert to_us["Subject"] == "GI-monitor: 2 ontheffingen lopen af"
    assert says(to_us, "R14", "2024-T1, band_c3: tot en met 24 mei 2024", f"{AIRFLOW}/dags/waive")
    assert not says(to_us, "2023-T3"), "it is out"


def test_a_dag_that_fails_is_told_once_to_whoever_keeps_it_running(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        notices.tell_failing("publish", "publish: taak publish mislukt (ReleaseError)", f"{AIRFLOW}/dags/publish/1")
    mail = told(mailbox)
    assert (mail["To"], mail["Subject"]) == (OURS["operator"], "GI-monitor: publish gaat niet goed")
    assert says(mail, "taak publish mislukt (ReleaseError)", f"{AIRFLOW}/dags/publish/1")

    notices.tell_failing("publish", "publish: een run is niet klaar binnen 15 minuten", AIRFLOW)
    assert len(mailbox.mails) == 2, "something else is wrong with it"
    monkeypatch.setenv("GI_MONITOR_NOW", "2024-05-11T11:00:00")
    notices.tell_failing("publish", "publish: een run is niet klaar binnen 15 minuten", AIRFLOW)
    assert len(mailbox.mails) == 3
