"""When a notice is sent: once, again when it changed or waited long, and never not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gi_monitor import notices, steps
from gi_monitor.notices.mail import MailError
from gi_monitor.notices.team import TeamError
from tests.builders import files
from tests.inbox import drop
from tests.servers.certificates import Certificates
from tests.servers.mailbox import PASSWORD, USER, Mailbox
from tests.unit.notices import state
from tests.unit.notices.test_kinds import HELD

pytestmark = pytest.mark.usefixtures("warehouse", "institutions")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 10)


def at(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", f"2024-05-{day}T10:00:00")


def tell(mailbox: Mailbox) -> list[str]:
    """Tell, and what came in since the last time."""
    mailbox.mails.clear()
    notices.tell()
    return [mail["Subject"].removeprefix("GI-monitor: ") for mail in mailbox.mails]


def test_what_was_told_is_told_again_when_it_changed_or_a_day_passed_and_when_it_came_back(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.run_gate("G2", balance="FAIL")
    assert tell(mailbox) == ["een poort bleef dicht"]
    state.run_gate("G2", balance="FAIL")
    assert tell(mailbox) == []
    state.run_gate("G2", balance="FAIL", bands="FAIL")
    assert tell(mailbox) == ["een poort bleef dicht"]
    at(monkeypatch, 11)
    assert tell(mailbox) == ["een poort bleef dicht"], "it still is"
    state.run_gate("G2", balance="PASS")
    assert tell(mailbox) == []
    state.run_gate("G2", balance="FAIL", bands="FAIL")
    assert tell(mailbox) == ["een poort bleef dicht"], "it is so again"


def test_what_is_told_once_names_only_what_is_new_and_comes_in_one_mail(mailbox: Mailbox) -> None:
    for release_id in ("2023-T2", "2023-T3"):
        state.candidate("published", release_id)
    assert tell(mailbox) == ["2 uitgaven zijn gepubliceerd"]
    state.candidate("published", "2024-T1")
    assert tell(mailbox) == ["2024-T1, versie 1.0.0 is gepubliceerd"]
    assert "2023-T2" not in mailbox.mails[0].get_content()


def test_a_reminder_is_another_mail_and_the_same_mail_again_is_not(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.run_gate("G2", balance="FAIL")

    def say_nothing() -> None:
        raise RuntimeError("the sender does not hear that its mail was taken")

    mailbox.before_taking = say_nothing
    with pytest.raises(MailError, match="refused a mail with code 500"):
        notices.tell()
    first = mailbox.mails[0]["Message-ID"]

    mailbox.before_taking = lambda: None
    tell(mailbox)
    assert mailbox.mails[0]["Message-ID"] == first
    at(monkeypatch, 12)
    tell(mailbox)
    assert mailbox.mails[0]["Message-ID"] != first


def test_a_killed_process_sends_one_mail_twice_and_loses_none(mailbox: Mailbox) -> None:
    state.run_gate("G2", balance="FAIL")
    state.candidate("published")
    killed = subprocess.Popen([sys.executable, "-m", "gi_monitor", "watch"], env=os.environ.copy())
    mailbox.before_taking = lambda: os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(60) == -signal.SIGKILL
    mailbox.before_taking = lambda: None
    assert len(mailbox.mails) == 1

    for _ in range(2):
        notices.tell()

    assert [mail["To"].partition("@")[0] for mail in mailbox.mails] == ["data", "data", "redactie"]


def test_without_its_server_a_notice_waits_and_who_is_refused_keeps_nobody_else_waiting(mailbox: Mailbox) -> None:
    state.run_gate("G2", balance="FAIL")
    mailbox.stop()
    with pytest.raises(MailError, match="gate to data_manager: no mail could be handed in"):
        notices.tell()
    mailbox.start()
    state.candidate("published")
    mailbox.refused = {"data@gi-monitor.example"}
    with pytest.raises(MailError, match=r"^gate to data_manager: 127.0.0.1:\d+ refused every receiver of a mail$"):
        notices.tell()
    assert [mail["To"] for mail in mailbox.mails] == ["redactie@gi-monitor.example"]
    mailbox.refused.clear()
    assert tell(mailbox) == ["een poort bleef dicht"]


def test_a_step_tells_at_once_and_goes_on_when_it_cannot(
    warehouse: Path, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refused = {"data@gi-monitor.example"}
    drop(warehouse, files(HELD, {"fte_caseload": 4.80}))
    steps.take_over("haagrijn")
    assert "refused every receiver" in caplog.text
    assert not mailbox.mails

    mailbox.refused.clear()
    steps.take_over("haagrijn")
    assert [mail["Subject"] for mail in mailbox.mails] == ["GI-monitor: een levering wacht op een besluit"]


def test_mail_goes_over_tls_with_a_login(
    mailbox: Mailbox, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = Mailbox(certificates.server)
    guarded.start()
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    monkeypatch.setenv("GI_MONITOR_SMTP_PORT", str(guarded.port))
    monkeypatch.delenv("GI_MONITOR_SMTP_SECURITY")
    monkeypatch.setenv("GI_MONITOR_SMTP_USER", USER)
    monkeypatch.setenv("GI_MONITOR_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    state.run_gate("G2", balance="FAIL")
    try:
        with pytest.raises(MailError, match="CERTIFICATE_VERIFY_FAILED"):
            notices.tell()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca_file))
        notices.tell()
        monkeypatch.setenv("GI_MONITOR_SMTP_USER", "somebody else")
        state.candidate("published")
        with pytest.raises(MailError, match="refused a mail with code 535"):
            notices.tell()
    finally:
        guarded.stop()
    assert [mail["Subject"] for mail in guarded.mails] == ["GI-monitor: een poort bleef dicht"]
    assert not mailbox.mails


def test_without_a_server_nobody_is_told_and_production_mode_does_not_accept_that(
    institutions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.run_gate("G2", balance="FAIL")
    notices.tell()
    monkeypatch.delenv("GI_MONITOR_NOW")
    monkeypatch.setenv("GI_MONITOR_MODE", "production")
    with pytest.raises(MailError, match="set GI_MONITOR_SMTP_HOST"):
        notices.tell()
    monkeypatch.setenv("GI_MONITOR_SMTP_HOST", "mail.example")
    monkeypatch.setenv("GI_MONITOR_SMTP_SECURITY", "none")
    with pytest.raises(MailError, match="unencrypted"):
        notices.tell()
    monkeypatch.delenv("GI_MONITOR_SMTP_SECURITY")
    with pytest.raises(TeamError, match=r"_team\.yml holds made-up addresses"):
        notices.tell()
