"""An institution's HTTPS API (docs/operators.md), on this machine, with faults to order."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gi_monitor.institutions import Institution
from gi_monitor.intake.transport import MANIFEST, Place
from tests.servers.certificates import Certificates
from tests.servers.side import institution

TOKEN = "verzonnen-token"


@dataclass
class Fault:
    """An answer that is given instead of the right one, once, to a request whose address has ``at`` in it."""

    at: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    missing: int = 0
    """How many bytes of the body stay away before the connection is closed."""
    hangs: bool = False


class Api:
    """What the API holds, and what it was asked."""

    def __init__(self, base: str, certificates: Certificates, gi_code: str) -> None:
        self.institution: Institution = institution(
            {"type": "https", "base": base, "page_size": 2, "ca_file": str(certificates.ca_file)}, gi_code
        )
        self.deliveries: dict[str, dict[str, bytes]] = {}
        self.receipts: dict[str, bytes] = {}
        self.faults: deque[Fault] = deque()
        self.asked: list[str] = []
        self.over = threading.Event()

    def put(self, place: Place, files: Mapping[str, bytes]) -> None:
        """Offer a delivery."""
        self.deliveries.setdefault(place.name, {}).update(files)

    def in_inbox(self) -> set[str]:
        """Everything that is offered."""
        return {f"{name}/{file}" for name, files in self.deliveries.items() for file in files}

    def in_outbox(self) -> dict[str, bytes]:
        """Everything that was put."""
        return self.receipts

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """The right answer to a request."""
        address = urlsplit(path)
        match (method, *address.path.strip("/").split("/", 1)):
            case ("GET", "leveringen"):
                return 200, json.dumps({"gegevens": list(self._complete())}).encode()
            case ("GET", "leveringen", place_and_file):
                place, _, name = place_and_file.rpartition("/")
                return self._content(self.deliveries[place], name, parse_qs(address.query))
            case ("PUT", "ontvangstbewijzen", name):
                self.receipts[name] = body
                return 201, b""
            case ("DELETE", "leveringen", place):
                del self.deliveries[place]
                return 204, b""
        return 404, b""

    def _complete(self) -> Iterator[dict[str, Any]]:
        for name, files in self.deliveries.items():
            if MANIFEST in files:
                month, number = name.split("/")
                etag = sha256(repr(sorted(files.items())).encode()).hexdigest()
                yield {"verslagmaand": month, "volgnummer": int(number), "etag": etag}

    def _content(self, files: Mapping[str, bytes], name: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
        if name == MANIFEST:
            return 200, files[MANIFEST]
        pages = files[f"{name}.json"].splitlines(keepends=True)
        return 200, pages[int(query.get("cursor", ["0"])[0])]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        api: Api = self.server.api  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        api.asked.append(f"{self.command} {self.path}")
        fault = next((fault for fault in api.faults if fault.at in self.path), None)
        if fault is not None:
            api.faults.remove(fault)
            if fault.hangs:
                api.over.wait(30)
            self._answer(fault.status, fault.body, fault.headers, fault.missing)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, b"")
        else:
            self._answer(*api.answer(self.command, self.path, body))

    do_GET = do_PUT = do_DELETE = _handle  # noqa: N815 the names that http.server looks for

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None, missing: int = 0) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) - missing])
        self.close_connection = missing > 0

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(certificates: Certificates, gi_code: str = "haagrijn") -> Iterator[Api]:
    """The API of an institution, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.socket = certificates.server.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that left is part of a test
    api = server.api = Api(f"https://127.0.0.1:{server.server_port}", certificates, gi_code)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield api
    finally:
        api.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
