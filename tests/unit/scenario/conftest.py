"""One made-up history for the tests that need no more."""

from __future__ import annotations

import pytest

from gi_monitor.scenario.facts import Facts
from tests.unit.scenario.made_up import history


@pytest.fixture(scope="session")
def facts() -> Facts:
    return history(seed=2023)
