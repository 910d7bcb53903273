"""The SFTP transport against OpenSSH's own server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from gi_monitor.institutions import Institution
from gi_monitor.intake import transport
from gi_monitor.intake.transport import Place, RefusedError, TransportError
from gi_monitor.month import Month
from tests.servers import sshd
from tests.servers.sshd import Server
from tests.transport_contract import FIRST, FolderLikeContract, delivery

VARIABLE = "GI_MONITOR_TRANSPORT_HAAGRIJN"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sshd.serve(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def side(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv(f"{VARIABLE}_USER", server.user)
    monkeypatch.setenv(f"{VARIABLE}_KEY_FILE", str(server.key_file))
    server.empty()
    return server


class TestSftp(FolderLikeContract):
    """The scenarios of every transport."""


def elsewhere(server: Server, **changed: object) -> Institution:
    """The institution with something else in its transport."""
    return server.institution.model_copy(update={"transport": server.institution.transport.model_copy(update=changed)})


def refused(institution: Institution, what: type[TransportError], words: str) -> None:
    with pytest.raises(what, match=words) as failed, transport.connect(institution) as ours:
        ours.complete()
    assert type(failed.value) is what


def another_key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


def test_a_server_with_another_key_than_the_pinned_one_is_refused(side: Server) -> None:
    pinned = another_key().export_public_key().decode().strip()
    refused(elsewhere(side, host_key=pinned), RefusedError, "haagrijn: .* does not show its pinned host_key")


def test_a_refused_login_names_the_variables(side: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    another_key().write_private_key(tmp_path / "key")
    monkeypatch.setenv(f"{VARIABLE}_KEY_FILE", str(tmp_path / "key"))
    refused(side.institution, RefusedError, f"refuses the login: check {VARIABLE}_USER, {VARIABLE}_KEY_FILE, ")


@pytest.mark.parametrize(
    ("field", "words"),
    [("USER", f"set {VARIABLE}_USER$"), ("KEY_FILE", f"set {VARIABLE}_PASSWORD, {VARIABLE}_KEY_FILE$")],
)
def test_a_missing_credential_names_variable_and_institution(
    side: Server, field: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(f"{VARIABLE}_{field}")
    refused(side.institution, RefusedError, f"haagrijn: there is no credential: {words}")


@pytest.mark.parametrize("content", [None, "geen sleutel"])
def test_a_key_file_that_is_none_is_refused(
    side: Server, content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content)
    monkeypatch.setenv(f"{VARIABLE}_KEY_FILE", str(tmp_path / "key"))
    refused(side.institution, RefusedError, f"{VARIABLE}_KEY_FILE names no private key")


def test_a_server_that_is_away_is_an_error_to_try_again(side: Server) -> None:
    refused(elsewhere(side, port=1), TransportError, "ConnectionRefusedError")


def test_an_inbox_that_is_not_there_is_an_error(side: Server) -> None:
    refused(elsewhere(side, inbox="elders"), TransportError, "SFTPNoSuchFile")


def test_no_link_in_an_inbox_is_followed(side: Server, tmp_path: Path, inbox_log: pytest.LogCaptureFixture) -> None:
    side.put(FIRST, delivery())
    side.put(Place("haagrijn", Month(2024, 5), 1), {"caseload.json": b"x"})
    (tmp_path / "levering.json").write_bytes(b"{}")
    (side.inbox / "2024-05" / "1" / "levering.json").symlink_to(tmp_path / "levering.json")
    (side.inbox / "2024-04" / "2").symlink_to(tmp_path)

    with transport.connect(side.institution) as ours:
        assert list(ours.complete()) == [FIRST]
        assert ours.read(FIRST) == delivery()
    assert "a symbolic link is left alone" in inbox_log.text


def test_removing_takes_folders_and_links_too_and_nothing_behind_a_link(side: Server, tmp_path: Path) -> None:
    side.put(FIRST, delivery())
    (side.inbox / FIRST.name / "map").mkdir()
    (side.inbox / FIRST.name / "map" / "bestand").write_bytes(b"x")
    (tmp_path / "elders").write_bytes(b"x")
    (side.inbox / FIRST.name / "schakel").symlink_to(tmp_path)

    with transport.connect(side.institution) as ours:
        ours.remove(FIRST)

    assert not (side.inbox / FIRST.name).exists()
    assert (tmp_path / "elders").exists()


def test_a_name_that_nobody_can_read_is_no_part_of_a_delivery(side: Server) -> None:
    side.put(FIRST, delivery())
    Path(os.fsdecode(os.fsencode(side.inbox / FIRST.name) + b"/onleesbaar\xff.json")).write_bytes(b"x")
    with transport.connect(side.institution) as ours:
        assert ours.read(FIRST) == delivery()


def test_a_file_that_keeps_growing_is_read_no_further_than_was_seen(
    side: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.put(FIRST, delivery() | {"formatie.json": b"x" * 1000})
    with transport.connect(side.institution) as ours:
        seen = ours._listing(FIRST)  # type: ignore[attr-defined]
        side.put(FIRST, {"formatie.json": b"x" * 10_000_000})
        entry = next(entry for entry in seen if entry.name == "formatie.json")
        assert len(ours._content(FIRST, entry)) == 1001  # type: ignore[attr-defined]
