"""The small country, of which one month has not arrived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.prepared import Shape
from tests.shapes import COUNTRY


@pytest.fixture
def country(prepared: Callable[[Shape], Path]) -> Path:
    """A copy of the small country; its data folder."""
    return prepared(COUNTRY)
