from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor import settings

VARIABLE = "GI_MONITOR_DATABASE_URL"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (VARIABLE, f"{VARIABLE}_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_the_database_url_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql://gi_monitor:geheim@host/gi_monitor\n")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "url"))
    assert settings.load().database_url == "postgresql://gi_monitor:geheim@host/gi_monitor"

    monkeypatch.setenv(VARIABLE, "postgresql://elsewhere/gi_monitor")
    assert settings.load().database_url == "postgresql://elsewhere/gi_monitor"


def test_a_file_that_is_not_there_is_no_embedded_server_and_in_the_way_of_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "url"))
    found = settings.load()
    assert found.institutions.name == "institutions"
    with pytest.raises(settings.SettingsError, match=f"{VARIABLE}_FILE cannot be read: No such file"):
        _ = found.database_url


def test_without_either_the_embedded_server_is_used() -> None:
    assert settings.load().database_url is None
