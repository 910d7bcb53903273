"""Secrets: from the environment, from a file, or thrown away; never seen."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor import secrets
from gi_monitor.secrets import SecretError

SECRET = bytes(range(40))
TEXT = base64.b64encode(SECRET).decode()


@pytest.fixture(autouse=True)
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_DATA", str(tmp_path))
    for name in secrets.NAMES:
        monkeypatch.delenv(secrets.variable(name), raising=False)
        monkeypatch.delenv(f"{secrets.variable(name)}_FILE", raising=False)


def test_it_comes_from_the_environment_or_from_a_file_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounted").write_text(f"# of the vault\n{TEXT}\n")
    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS_FILE", str(tmp_path / "mounted"))
    assert secrets.secret("keys") == SECRET

    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", base64.b64encode(SECRET[::-1]).decode())
    assert secrets.secret("keys") == SECRET[::-1]


def test_without_one_a_throw_away_is_made_once_that_only_its_owner_reads(tmp_path: Path) -> None:
    made = secrets.secret("keys")

    assert secrets.secret("keys") == made
    assert secrets.secret("archive") != made
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "secrets" / "keys").stat().st_mode & 0o777 == 0o600
    assert "throw-away" in (tmp_path / "secrets" / "keys").read_text()
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == {"keys", "archive"}


def test_many_at_once_make_one_throw_away() -> None:
    barrier = Barrier(8)

    def ask(_: int) -> bytes:
        barrier.wait()
        return secrets.secret("keys")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_what_is_only_asked_for_is_not_made(tmp_path: Path) -> None:
    assert secrets.configured("archive_previous") is None
    assert not (tmp_path / "secrets").exists()


def test_production_mode_makes_none_and_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.secret("keys")
    monkeypatch.setenv("GI_MONITOR_MODE", "production")

    with pytest.raises(SecretError, match=r"GI_MONITOR_SECRET_KEYS, or .* GI_MONITOR_SECRET_KEYS_FILE names"):
        secrets.secret("keys")
    assert not (tmp_path / "secrets" / "archive").exists()

    monkeypatch.setenv("GI_MONITOR_SECRET_KEYS", TEXT)
    assert secrets.secret("keys") == SECRET


@pytest.mark.parametrize("text", ["geheim wachtwoord", TEXT[:-1], base64.b64encode(SECRET[:31]).decode(), "é"])
def test_an_unusable_secret_is_refused_without_being_repeated(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE", text)
    with pytest.raises(SecretError, match="GI_MONITOR_SECRET_ARCHIVE is not base64 of 32 bytes") as refused:
        secrets.secret("archive")
    assert text not in f"{refused.value!r} {refused.value.__cause__!r}"

    monkeypatch.delenv("GI_MONITOR_SECRET_ARCHIVE")
    (tmp_path / "mounted").write_text(text)
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE_FILE", str(tmp_path / "mounted"))
    with pytest.raises(SecretError, match="GI_MONITOR_SECRET_ARCHIVE_FILE is not base64"):
        secrets.secret("archive")


def test_a_file_that_is_not_there_is_named_by_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GI_MONITOR_SECRET_ARCHIVE_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(SecretError, match="GI_MONITOR_SECRET_ARCHIVE_FILE cannot be read: No such file"):
        secrets.secret("archive")


@given(st.binary(min_size=32, max_size=64), st.text(max_size=20), st.text(max_size=20))
def test_keys_of_two_purposes_have_nothing_in_common(root: bytes, one: str, other: str) -> None:
    assert (secrets.derive(root, one) == secrets.derive(root, other)) is (one == other)
    assert len(secrets.derive(root, one)) == 32
