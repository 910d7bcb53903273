"""OpenSSH's own server on this machine, for whoever runs the tests, with a folder of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import Place
from gi_monitor.local.processes import wait_until
from tests.servers.side import files_under, institution, manifest_last

_CONFIGURATION = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {folder}
"""


class Server:
    """A server, and the folder in which everybody who logs in begins."""

    def __init__(self, folder: Path, port: int, gi_code: str) -> None:
        self.folder, self.port = folder, port
        self.user, self.key_file = getpass.getuser(), folder / "user_key"
        self.inbox, self.outbox = folder / "inbox" / gi_code, folder / "outbox" / gi_code
        for name in ("host_key", "user_key"):
            key = asyncssh.generate_private_key("ssh-ed25519")
            key.write_private_key(folder / name)
            (folder / name).chmod(0o600)
            key.write_public_key(folder / f"{name}.pub")
        self.institution: Institution = institution(
            {"type": "sftp", "host": "127.0.0.1", "port": port, "host_key": self.host_key}, gi_code
        )

    @property
    def host_key(self) -> str:
        """What has to be pinned."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    def empty(self) -> None:
        """An inbox and an outbox with nothing in them."""
        for folder in (self.inbox, self.outbox):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    def put(self, place: Place, files: Mapping[str, bytes]) -> None:
        """Upload, as far as anybody can tell."""
        folder = self.inbox / place.name
        folder.mkdir(parents=True, exist_ok=True)
        for name in manifest_last(files):
            (folder / name).write_bytes(files[name])

    def in_inbox(self) -> set[str]:
        """The files of the inbox."""
        return {str(path.relative_to(self.inbox)) for path in self.inbox.rglob("*") if path.is_file()}

    def in_outbox(self) -> dict[str, bytes]:
        """The files of the outbox."""
        return files_under(self.outbox)


@contextmanager
def serve(folder: Path, gi_code: str = "haagrijn") -> Iterator[Server]:
    """A server until the block ends; without OpenSSH's the test fails, and says what to install."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.fail("OpenSSH's server is missing: `make test-system` installs it (apt-get install openssh-server)")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where root's sshd wants to separate its privileges
    server = Server(folder, _free_port(), gi_code)
    configuration = folder / "sshd_config"
    configuration.write_text(_CONFIGURATION.format(port=server.port, folder=folder))
    process = subprocess.Popen([program, "-D", "-E", folder / "log", "-f", configuration])
    try:
        if not wait_until(lambda: _answers(server.port), 10):
            pytest.fail(f"OpenSSH's server does not start: {(folder / 'log').read_text()}")
        yield server
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
