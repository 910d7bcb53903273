"""A warehouse with two institutions, and a mailbox for whom they and we are told in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gi_monitor import settings
from tests.inbox import INSTITUTIONS

AIRFLOW = "https://airflow.example"


@pytest.fixture
def institutions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of two institutions and of our own team, this test's own."""
    folder = tmp_path / "institutions"
    shutil.copytree(INSTITUTIONS, folder)
    shutil.copy2(settings.PROJECT / "institutions" / "_team.yml", folder)
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(folder))
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", AIRFLOW)
    return folder
