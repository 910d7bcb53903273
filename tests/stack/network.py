"""Hosts of their own on this machine: network namespaces on one bridge. Needs root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PLAYED = ("metrics", "mail")
"""Hosts that the machine itself is taken for."""


class Network:
    """A bridge, on which the machine itself has an address, and hosts that know each other by name."""

    def __init__(self, hosts: Sequence[str], folder: Path) -> None:
        number = os.getpid()
        self._bridge = f"gi{number}"
        self._hosts = {host: position for position, host in enumerate(hosts, start=2)}
        self._prefix = f"198.18.{number % 256}"
        self.names = folder / "hosts"
        """What stands in /etc/hosts of every host."""

    def address(self, host: str) -> str:
        """The address of a host."""
        return f"{self._prefix}.{self._hosts[host]}"

    @property
    def own_address(self) -> str:
        """The address of the machine itself."""
        return f"{self._prefix}.1"

    def within(self, host: str) -> list[str]:
        """What to put before a command so that it runs on a host."""
        return ["ip", "netns", "exec", self._namespace(host)]

    def cut(self, host: str) -> None:
        """Pull the cable of a host."""
        _ip("link", "set", self._cable(host), "down")

    def mend(self, host: str) -> None:
        """Put it back."""
        _ip("link", "set", self._cable(host), "up")

    def make(self) -> None:
        """Make all of it."""
        lines = [f"{self.address(host)} {host}" for host in self._hosts]
        lines += [f"{self.own_address} {host}" for host in _PLAYED]
        self.names.write_text("\n".join(["127.0.0.1 localhost", *lines, ""]))
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("address", "add", f"{self.own_address}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for host in self._hosts:
            namespace, cable = self._namespace(host), self._cable(host)
            _ip("netns", "add", namespace)
            _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
            _ip("link", "set", cable, "master", self._bridge, "up")
            _ip("-n", namespace, "address", "add", f"{self.address(host)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", namespace, "link", "set", device, "up")

    def remove(self) -> None:
        """Remove what was made of it."""
        for host in self._hosts:
            subprocess.run(["ip", "netns", "delete", self._namespace(host)], check=False, capture_output=True)
        subprocess.run(["ip", "link", "delete", self._bridge], check=False, capture_output=True)

    def _namespace(self, host: str) -> str:
        return f"{self._bridge}-{host}"

    def _cable(self, host: str) -> str:
        return f"{self._bridge}h{self._hosts[host]}"


@contextmanager
def connected(hosts: Sequence[str], folder: Path) -> Iterator[Network]:
    """The network until the block ends."""
    network = Network(hosts, folder)
    try:
        network.make()
        yield network
    finally:
        network.remove()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
