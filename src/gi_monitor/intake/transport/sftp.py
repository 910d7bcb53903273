"""The SFTP transport: folders of a server whose host key is pinned in the institution file.

``asyncssh`` works in an event loop and intake does not, so each method runs one operation to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncssh
from asyncssh import FILEXFER_TYPE_DIRECTORY, FILEXFER_TYPE_REGULAR, FILEXFER_TYPE_SYMLINK, SFTPName

from gi_monitor.institutions.transport import SftpTransport
from gi_monitor.intake.transport import credentials
from gi_monitor.intake.transport.folder_like import Entry, FolderLike, Listing
from gi_monitor.intake.transport.interface import RefusedError, Room, TransportError
from gi_monitor.intake.transport.listed import is_delivered
from gi_monitor.intake.transport.place import MANIFEST, Place, left_alone

_LOGIN_SECONDS = 30
_KEEPALIVE_SECONDS = 15
_OPERATION_SECONDS = 300

Answer = TypeVar("Answer")


@contextmanager
def connect(gi_code: str, where: SftpTransport) -> Iterator[Sftp]:
    """Log in with the key file or else the password of the environment.

    Raises RefusedError for a missing or refused credential, and for a server that does not show the pinned key.
    """
    with asyncio.Runner() as runner:
        operations = _Operations(gi_code, runner)
        connection = operations.run(_login(gi_code, where))
        try:
            client = operations.run(connection.start_sftp_client(path_errors="surrogateescape"))
            yield Sftp(gi_code, where, client, operations)
        finally:
            connection.close()
            operations.run(connection.wait_closed())


class Sftp(FolderLike):
    """Folders of an SFTP server: ``<inbox>/<gi_code>/…`` and ``<outbox>/<gi_code>/…``."""

    def __init__(
        self, gi_code: str, where: SftpTransport, client: asyncssh.SFTPClient, operations: _Operations
    ) -> None:
        self._gi_code = gi_code
        self._inbox, self._outbox = f"{where.inbox}/{gi_code}", f"{where.outbox}/{gi_code}"
        self._client, self._operations = client, operations

    def send(self, name: str, content: bytes) -> None:
        """Put a file in the outbox, under another name until it is whole."""
        self._operations.run(self._send(name, content))

    def remove(self, place: Place) -> None:
        """Remove a delivery, the manifest last."""
        self._operations.run(self._remove(f"{self._inbox}/{place.name}"))

    def _listings(self) -> dict[Place, Listing]:
        return self._operations.run(self._look_everywhere())

    def _listing(self, place: Place) -> Listing:
        return self._operations.run(self._look(place, Room(self._gi_code)))

    def _content(self, place: Place, entry: Entry) -> bytes:
        return self._operations.run(self._read(f"{self._inbox}/{place.name}/{entry.name}", entry.size + 1))

    async def _send(self, name: str, content: bytes) -> None:
        folder, _, last = f"{self._outbox}/{name}".rpartition("/")
        await self._client.makedirs(folder, exist_ok=True)
        async with self._client.open(f"{folder}/.{last}", "wb") as file:
            await file.write(content)
        await self._client.posix_rename(f"{folder}/.{last}", f"{folder}/{last}")

    async def _remove(self, folder: str) -> None:
        for entry in sorted(
            await self._entries(folder, Room(self._gi_code)), key=lambda entry: entry.filename == MANIFEST
        ):
            is_folder = entry.attrs.type == FILEXFER_TYPE_DIRECTORY
            await (self._client.rmtree if is_folder else self._client.remove)(f"{folder}/{entry.filename!s}")
        await self._client.rmdir(folder)

    async def _look_everywhere(self) -> dict[Place, Listing]:
        found: dict[Place, Listing] = {}
        room = Room(self._gi_code)
        for month in await self._subfolders(self._inbox, room):
            for number in await self._subfolders(f"{self._inbox}/{month}", room):
                if place := Place.parse(self._gi_code, month, number):
                    found[place] = await self._look(place, room)
        return found

    async def _look(self, place: Place, room: Room) -> Listing:
        return frozenset(
            Entry(str(entry.filename), entry.attrs.size or 0, str(entry.attrs.mtime))
            for entry in await self._entries(f"{self._inbox}/{place.name}", room)
            if entry.attrs.type == FILEXFER_TYPE_REGULAR and is_delivered(str(entry.filename))
        )

    async def _subfolders(self, folder: str, room: Room) -> list[str]:
        entries = await self._entries(folder, room)
        return [str(entry.filename) for entry in entries if entry.attrs.type == FILEXFER_TYPE_DIRECTORY]

    async def _entries(self, folder: str, room: Room) -> list[SFTPName]:
        entries = []
        async for entry in self._client.scandir(folder):
            if entry.filename not in (".", ".."):
                room.take()
                entries.append(entry)
        if any(entry.attrs.type == FILEXFER_TYPE_SYMLINK for entry in entries):
            left_alone(self._gi_code, "a symbolic link")
        return entries

    async def _read(self, path: str, size: int) -> bytes:
        async with self._client.open(path, "rb") as file:
            content = await file.read(size)
        assert isinstance(content, bytes)
        return content


async def _login(gi_code: str, where: SftpTransport) -> asyncssh.SSHClientConnection:
    key_file = credentials.find(gi_code, "KEY_FILE")
    return await asyncssh.connect(
        where.host,
        where.port,
        config=None,
        known_hosts=([asyncssh.import_public_key(where.host_key)], [], []),
        username=credentials.need(gi_code, "USER"),
        client_keys=[_private_key(gi_code, key_file)] if key_file else None,
        password=None if key_file else credentials.need(gi_code, "PASSWORD", "KEY_FILE"),
        agent_path=None,
        connect_timeout=_LOGIN_SECONDS,
        login_timeout=_LOGIN_SECONDS,
        keepalive_interval=_KEEPALIVE_SECONDS,
    )


def _private_key(gi_code: str, path: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(path)
    except (OSError, ValueError):
        name = credentials.variable(gi_code, "KEY_FILE")
        raise RefusedError(f"{gi_code}: {name} names no private key that can be read without a passphrase") from None


class _Operations:
    """Runs what the other side should do, within a time, and says what went wrong without naming a file."""

    def __init__(self, gi_code: str, runner: asyncio.Runner) -> None:
        self._gi_code, self._runner = gi_code, runner

    def run(self, operation: Awaitable[Answer]) -> Answer:
        try:
            return self._runner.run(asyncio.wait_for(operation, _OPERATION_SECONDS))
        except asyncssh.HostKeyNotVerifiable:
            why = "does not show its pinned host_key: ask its owner which key is right"
            raise RefusedError(f"{self._gi_code}: the SFTP server {why}") from None
        except asyncssh.PermissionDenied:
            names = credentials.names(self._gi_code, "USER", "KEY_FILE", "PASSWORD")
            raise RefusedError(f"{self._gi_code}: the SFTP server refuses the login: check {names}") from None
        except (asyncssh.Error, OSError) as error:
            raise TransportError(f"{self._gi_code}: the SFTP server fails: {type(error).__name__}") from None
