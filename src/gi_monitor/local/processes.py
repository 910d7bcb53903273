"""Long-running processes of this machine that can be found again, by anybody, after any crash.

Each is the leader of a session of its own. Whatever it starts stays in that session, also when the leader
is killed, so "running" and "stopped" are asked of the session and never of one process.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from gi_monitor import atomic

_GRACE_SECONDS = 20
_CLOCK_SHIFT_SECONDS = 60


@dataclass(frozen=True)
class Service:
    """A process by name; its log and its identity lie in ``folder``."""

    folder: Path
    name: str

    @property
    def log(self) -> Path:
        """Everything it ever printed."""
        return self.folder / f"{self.name}.log"

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it unless it runs; what a killed one left behind is ended first."""
        if self.runs():
            return
        self.stop()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=0o077,
            )
        identity = {"pid": process.pid, "created": psutil.Process(process.pid).create_time()}
        atomic.write(self._identity, json.dumps(identity).encode())

    def runs(self) -> bool:
        """Whether the leader of the session is alive."""
        known = self._known()
        return known is not None and _alive(*known)

    def kill(self) -> None:
        """End the leader at once and nothing else: what a crash does."""
        if (known := self._known()) is not None and _alive(*known):
            os.kill(known[0], signal.SIGKILL)
            wait_until(lambda: not self.runs(), _GRACE_SECONDS)

    def stop(self) -> None:
        """End the whole session: politely, after twenty seconds with force; leftovers of a dead leader at once."""
        for signal_number in (signal.SIGTERM, signal.SIGKILL) if self.runs() else (signal.SIGKILL,):
            for process in self._members():
                process.send_signal(signal_number)
            if wait_until(lambda: not any(self._members()), _GRACE_SECONDS):
                break
        self._identity.unlink(missing_ok=True)

    @property
    def _identity(self) -> Path:
        return self.folder / f"{self.name}.json"

    def _known(self) -> tuple[int, float] | None:
        try:
            identity = json.loads(self._identity.read_text())
        except FileNotFoundError:
            return None
        return identity["pid"], identity["created"]

    def _members(self) -> Iterator[psutil.Process]:
        if (known := self._known()) is None or _given_away(*known):
            return
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == known[0] and process.status() != psutil.STATUS_ZOMBIE:
                    yield process
            except (ProcessLookupError, psutil.NoSuchProcess):
                continue


def _alive(pid: int, created: float) -> bool:
    try:
        return not _given_away(pid, created) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _given_away(pid: int, created: float) -> bool:
    """Whether the number now belongs to somebody else's process; clocks may shift a little meanwhile."""
    try:
        return bool(abs(psutil.Process(pid).create_time() - created) > _CLOCK_SHIFT_SECONDS)
    except psutil.NoSuchProcess:
        return bool(created < psutil.boot_time() - _CLOCK_SHIFT_SECONDS)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Ask again and again until it is so (True) or the seconds are over (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
