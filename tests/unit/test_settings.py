from __future__ import annotations

from pathlib import Path

import pytest

from gi_monitor import institutions, settings

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


@pytest.mark.parametrize("mode", ["prod", "Production", "production ", "PRODUCTION", ""])
def test_an_unknown_mode_is_refused_and_the_known_ones_are_named(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("GI_MONITOR_MODE", mode)
    with pytest.raises(settings.SettingsError, match=rf"GI_MONITOR_MODE is '{mode}': set it to demo or production"):
        settings.load()


@pytest.mark.parametrize(("mode", "production"), [("demo", False), ("production", True), (None, False)])
def test_a_known_mode_is_taken(monkeypatch: pytest.MonkeyPatch, mode: str | None, production: bool) -> None:
    monkeypatch.delenv("GI_MONITOR_MODE", raising=False)
    if mode is not None:
        monkeypatch.setenv("GI_MONITOR_MODE", mode)
    assert settings.load().production is production


@pytest.mark.parametrize("variable", ["GI_MONITOR_HOME", "GI_MONITOR_DATA", "GI_MONITOR_INSTITUTIONS"])
def test_a_folder_that_is_set_to_nothing_is_not_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "")
    with pytest.raises(settings.SettingsError, match=f"{variable} is empty"):
        settings.load()


def test_a_folder_of_institutions_that_is_not_there_is_no_country_without_institutions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GI_MONITOR_INSTITUTIONS", str(tmp_path / "elders"))
    with pytest.raises(institutions.InstitutionError, match=r"there is no folder .*elders"):
        institutions.load()
