"""Debian's nginx on this machine, with the configuration that operators use, over a folder of releases."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gi_monitor import settings
from gi_monitor.local.processes import wait_until

_AROUND = """
{user}
daemon off;
worker_processes 1;
pid {work}/pid;
error_log {work}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy;
    fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi;
    {server}
}}
"""


def configuration() -> str:
    """What operators use."""
    return (settings.load().home / "deploy" / "nginx" / "gi-monitor.conf").read_text(encoding="utf-8")


@contextmanager
def serve(releases: Path, work: Path) -> Iterator[str]:
    """Its address until the block ends. Started by root it answers as another user, as in the stack.

    Without nginx the test fails, and says what to install.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.fail("nginx is missing: `make test-system` installs it (apt-get install nginx)")
    address = _free_address()
    server = configuration()
    for there, here in (("listen 8080;", f"listen {address};"), ("root /srv/releases;", f"root {releases};")):
        assert server.count(there) == 1
        server = server.replace(there, here)
    around = work / "nginx.conf"
    user = "user www-data;" if os.getuid() == 0 else ""
    around.write_text(_AROUND.format(user=user, work=work, server=server), encoding="utf-8")
    process = subprocess.Popen([program, "-e", work / "log", "-c", around])
    try:
        if not wait_until(lambda: _answers(address), 10):
            pytest.fail(f"nginx does not start: {(work / 'log').read_text()}")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _answers(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0
