"""A whole country in small: made-up deliveries of thirteen institutions over some months."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from gi_monitor import clock, institutions, steps
from gi_monitor.month import Month
from gi_monitor.synthetic import synthesise


def thirteen() -> list[str]:
    """The institutions that deliver."""
    return [i.gi_code for i in institutions.load().values() if i.expected_on(Month(2024, 12).reference_date)]


class Country:
    """Made-up deliveries in ``folder``, a clock that can be set, and an inbox to drop things in."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data

    def set_clock(self, moment: str) -> None:
        """Set the business clock of this and every other process of the test."""
        clock.set_to(datetime.fromisoformat(moment))

    def drop(self, month: Month, gi_codes: list[str]) -> None:
        """Put a month's deliveries in the inbox, each manifest last."""
        for gi_code in gi_codes:
            place = Path(gi_code, str(month), "1")
            target = self.data / "inbox" / place
            shutil.copytree(self.folder / place, target, ignore=shutil.ignore_patterns("levering.json"))
            shutil.copy2(self.folder / place / "levering.json", target)

    def take_in(self, month: Month) -> None:
        """Let a month come in without Airflow, on the tenth of the next one."""
        self.set_clock(f"{month + 1}-10T09:00:00")
        self.drop(month, thirteen())
        for gi_code in thirteen():
            steps.take_in(gi_code)
        # The archive has them; an Airflow that starts later need not look at them again.
        shutil.rmtree(self.data / "inbox")


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole history at a tenth of the country's size."""
    folder = tmp_path_factory.mktemp("made_up")
    synthesise(folder, scale=0.1, progress=lambda _line: None)
    return folder


@pytest.fixture
def country(warehouse: Path, made_up: Path) -> Country:
    """The made-up country before an empty warehouse."""
    return Country(made_up, warehouse)
