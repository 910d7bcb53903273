"""The SFTP transport with a password; OpenSSH's own server, with keys, is in tests/system."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from gi_monitor.institutions import Institution
from gi_monitor.intake import transport
from gi_monitor.intake.transport import RefusedError
from tests.servers.side import institution

VARIABLE = "GI_MONITOR_TRANSPORT_HAAGRIJN"


class _Door(asyncssh.SSHServer):
    """Lets one user in."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("haagrijn", "verzonnen")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Institution]:
    """An institution whose server knows one password."""
    (tmp_path / "inbox" / "haagrijn").mkdir(parents=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def files(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=bytes(tmp_path))

    listening = asyncssh.listen("127.0.0.1", 0, server_factory=_Door, server_host_keys=[key], sftp_factory=files)
    server = asyncio.run_coroutine_threadsafe(_await(listening), loop).result()
    pinned = key.export_public_key().decode().strip()
    yield institution({"type": "sftp", "host": "127.0.0.1", "port": server.get_port(), "host_key": pinned})
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _await(listening: object) -> asyncssh.SSHAcceptor:
    return await listening  # type: ignore[misc]


def test_the_right_password_opens_the_inbox(served: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{VARIABLE}_USER", "haagrijn")
    monkeypatch.setenv(f"{VARIABLE}_PASSWORD", "verzonnen")
    with transport.connect(served) as ours:
        assert ours.complete() == {}


def test_a_wrong_password_is_refused_and_not_told(served: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{VARIABLE}_USER", "haagrijn")
    monkeypatch.setenv(f"{VARIABLE}_PASSWORD", "geraden")
    with pytest.raises(RefusedError, match=f"refuses the login: check {VARIABLE}_USER") as failed:
        transport.connect(served).__enter__()
    assert "geraden" not in str(failed.value)
