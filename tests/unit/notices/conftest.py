"""A warehouse with two institutions, and a mailbox for whom they and we are told in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gi_monitor import settings
from tests.inbox import INSTITUTIONS
from tests.servers.mailbox import Mailbox

AIRFLOW = "https://airflow.example"


@pytest.fixture(autouse=True)
def no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GI_MONITOR_SMTP_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def institutions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of two institutions and of our own team, this test's own."""
    folder = tmp_path / "institutions"
    shutil.copytree(INSTITUTIONS, folder)
    shutil.copy2(settings.PROJECT / "institutions" / "_team.yml", folder)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder))
    return folder


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    box.start()
    monkeypatch.setenv("GI_MONITOR_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("GI_MONITOR_SMTP_PORT", str(box.port))
    monkeypatch.setenv("GI_MONITOR_SMTP_SECURITY", "none")
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", AIRFLOW)
    yield box
    box.stop()
