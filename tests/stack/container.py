"""A service as its container would be: its own root, user, processes and host; what is said of it read-only is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from gi_monitor import settings
from gi_monitor.local.processes import wait_until
from gi_monitor.warehouse import embedded
from tests.stack import compose
from tests.stack.compose import Service
from tests.stack.network import Network

_MACHINE = (
    *("/usr", "/bin", "/lib", "/lib64", "/sbin"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/ssl"),
)
"""What an image has of a Debian."""
_ENVIRONMENT = Path(sys.prefix).resolve()
"""That of these tests, which has what the lock of the image pins, and PostgreSQL."""
_PROGRAMS = f"{embedded.binaries().resolve()}:/usr/local/bin:/usr/bin:/bin"


class Container:
    """One container; ``folder`` is the stack's, with its volumes, secrets and logs."""

    def __init__(self, service: Service, host: str, network: Network, folder: Path) -> None:
        self.service, self.host = service, host
        self._network, self._folder = network, folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Everything it ever printed."""
        return self._folder / "printed" / self.host

    def start(self, command: list[str] | None = None) -> None:
        """Start it, with the service's command or another; its tmpfs are empty."""
        self.log.parent.mkdir(exist_ok=True)
        inside = [*self._as_user(), *(command or self.service.command)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._network.within(self.host), *self._sandbox(), *inside],
                env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        return self._process.wait(timeout=180)

    def kill(self) -> None:
        """End all its processes at once, as the kernel or the loss of its machine does."""
        if self.runs():
            assert self._process is not None
            if first := self._first():
                first.kill()
            else:
                self._process.kill()
            self._process.wait()

    def execute(self, command: list[str], more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as ``docker compose exec`` does."""
        first = self._first()
        assert first is not None, f"{self.host} does not run: {self.log.read_text()[-2000:]}"
        enter = ["nsenter", "--target", str(first.pid), "--mount", "--net", "--uts", "--ipc", "--pid"]
        return subprocess.run(
            [*enter, *self._as_user(), *command], env={**self._environment(), **(more or {})},
            check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def is_healthy(self) -> bool:
        """Whether its own health check says so."""
        assert self.service.healthcheck is not None
        return self._first() is not None and self.execute(self.service.healthcheck).returncode == 0

    def wait_until_healthy(self, seconds: float = 120) -> None:
        """Wait for that."""
        waited = wait_until(lambda: self.is_healthy() or not self.runs(), seconds, 0.5)
        assert waited and self.runs(), f"{self.host} has ended or is not healthy: {self.log.read_text()[-2000:]}"

    def _first(self) -> psutil.Process | None:
        """Its process 1; when that dies, all die."""
        if self._process is None or not self.runs():
            return None
        return next(iter(psutil.Process(self._process.pid).children()), None)

    def _as_user(self) -> list[str]:
        user = [f"--reuid={self.service.user}", f"--regid={self.service.group}", "--clear-groups"]
        return ["setpriv", *user, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"]

    def _environment(self) -> dict[str, str]:
        known = {**self.service.environment, "PYTHONPATH": str(settings.PROJECT / "src"), "LANG": "C.UTF-8"}
        return {**known, "PATH": known.get("PATH", "$PATH").replace("$PATH", _PROGRAMS)}

    def _sandbox(self) -> list[str]:
        own = ["--unshare-pid", "--unshare-uts", "--unshare-ipc", "--hostname", self.host, "--die-with-parent"]
        words = ["bwrap", "--cap-add", "ALL", *own, "--proc", "/proc", "--dev", "/dev"]
        for path, source, writable in self._mounts():
            # Without this only root could pass through what lies above a mount.
            above = [word for parent in reversed(Path(path).parents[:-1]) for word in ("--dir", str(parent))]
            words += [*above, "--bind" if writable else "--ro-bind", str(source), path]
        if self.service.ours:
            words += ["--dir", "/opt", "--symlink", str(_ENVIRONMENT), "/opt/gi-monitor"]
        return [*words, "--remount-ro", "/", "--chdir", self.service.environment.get("GI_MONITOR_HOME", "/"), "--"]

    def _mounts(self) -> Iterator[tuple[str, Path, bool]]:
        """Place, source and whether it may be written."""
        for path, options in {"/dev/shm": {}, **self.service.scratch}.items():
            yield path, self._scratch(path, options), True
        yield from ((path, Path(path), False) for path in _MACHINE if Path(path).exists())
        yield from ((str(path), path, False) for path in (Path(sys.base_prefix), _ENVIRONMENT))
        yield "/etc/hosts", self._network.names, False
        yield "/etc/passwd", self._users(), False
        if self.service.ours:
            yield str(settings.PROJECT / "src"), settings.PROJECT / "src", False
            yield from ((place, settings.PROJECT / name, False) for place, name in compose.copied().items())
        for secret in self.service.secrets:
            yield f"/run/secrets/{secret}", self._folder / "secrets" / secret, False
        for mount in self.service.mounts:
            above = self._folder / "volumes" if mount["type"] == "volume" else settings.PROJECT
            yield mount["target"], above / mount["source"], not mount.get("read_only", False)

    def _scratch(self, path: str, options: Mapping[str, str]) -> Path:
        folder = self._folder / "scratch" / self.host / path.strip("/").replace("/", "-")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.chown(folder, int(options.get("uid", 0)), int(options.get("gid", 0)))
        folder.chmod(int(options.get("mode", "1777"), 8))
        return folder

    def _users(self) -> Path:
        """Whom the images know."""
        users = self._folder / "passwd"
        users.write_text("".join(f"{name}:x:{number}:{number}::/tmp:/bin/sh\n" for name, number in _USERS.items()))
        return users


_USERS = {"root": 0, "postgres": 999, "gi-monitor": 10001}
