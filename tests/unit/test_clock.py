"""The one clock: real, or set for a process or a data folder, and never set in production."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gi_monitor import clock


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    monkeypatch.delenv("GI_MONITOR_NOW", raising=False)
    return tmp_path


def test_an_unset_clock_is_real_time_in_amsterdam() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert str(clock.now().tzinfo) == "Europe/Amsterdam"


def test_a_folder_keeps_the_moment_it_was_set_to_and_a_process_may_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set_to(datetime(2024, 5, 9, 23, 30, tzinfo=UTC))
    assert clock.now().isoformat() == "2024-05-10T01:30:00+02:00"
    assert clock.today().isoformat() == "2024-05-10"

    monkeypatch.setenv("GI_MONITOR_NOW", "2024-12-31T12:00:00")
    assert clock.now().isoformat() == "2024-12-31T12:00:00+01:00"


def test_production_keeps_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set_to(datetime(2024, 5, 9, tzinfo=UTC))
    monkeypatch.setenv("GI_MONITOR_MODE", "production")

    with pytest.raises(clock.ClockError, match="production mode keeps real time"):
        clock.now()
    with pytest.raises(clock.ClockError, match="production mode keeps real time"):
        clock.set_to(datetime(2024, 5, 9, tzinfo=UTC))


def test_what_is_no_moment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_NOW", "gisteren")

    with pytest.raises(clock.ClockError, match="'gisteren', which is not an ISO moment"):
        clock.now()
