"""The HTTPS transport: an institution's own JSON API, described in ``docs/operators.md``.

A delivered file is the bodies of all pages of a dataset, one after the other, as its manifest counts them (spec 1.1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, SSLError

from gi_monitor import settings
from gi_monitor.institutions.dialect import DELIVERED
from gi_monitor.institutions.transport import HttpsTransport
from gi_monitor.intake.transport import credentials
from gi_monitor.intake.transport.interface import (
    MAX_DELIVERY_BYTES,
    MAX_LISTING_BYTES,
    MAX_MANIFEST_BYTES,
    MAX_PAGE_BYTES,
    RefusedError,
    Room,
    TooLargeError,
    TransportError,
)
from gi_monitor.intake.transport.listed import is_delivered, listed
from gi_monitor.intake.transport.place import MANIFEST, Place

_MAX_PAGES = 10_000
_NEXT = "volgende"
_TIMEOUT = urllib3.Timeout(connect=10, read=30)
_RETRY = urllib3.Retry(
    total=4,
    status_forcelist=(429, 500, 502, 503, 504),
    backoff_factor=0.5,
    backoff_max=30,
    retry_after_max=60,
    raise_on_status=False,
)


class _Page(NamedTuple):
    body: bytes
    content: Mapping[str, Any]


@contextmanager
def connect(gi_code: str, where: HttpsTransport) -> Iterator[Https]:
    """A client with the bearer token of the environment; RefusedError without it."""
    ca_file = str(settings.load().institutions / where.ca_file) if where.ca_file else None
    headers = {"Authorization": f"Bearer {credentials.need(gi_code, 'TOKEN')}"}
    with urllib3.PoolManager(ca_certs=ca_file, headers=headers, retries=_RETRY, timeout=_TIMEOUT) as pool:
        yield Https(gi_code, where, pool)


class Https:
    """The API of one institution."""

    def __init__(self, gi_code: str, where: HttpsTransport, pool: urllib3.PoolManager) -> None:
        self._gi_code, self._base, self._pool = gi_code, where.base, pool
        self._page_size = where.page_size

    def complete(self) -> dict[Place, str]:
        """The deliveries that the API lists, with its own mark of each (``etag``).

        All institutions share the process that asks this, so a list is small or refused.
        """
        found: dict[Place, str] = {}
        room = Room(self._gi_code)
        for page in self._pages("leveringen", MAX_LISTING_BYTES):
            try:
                for line in page.content["gegevens"]:
                    room.take()
                    if place := Place.parse(self._gi_code, line["verslagmaand"], str(line["volgnummer"])):
                        found[place] = str(line["etag"])
            except (TypeError, KeyError):
                raise TransportError(f"{self._gi_code}: the API's list of deliveries is not as agreed") from None
        return {place: found[place] for place in sorted(found)}

    def read(self, place: Place) -> dict[str, bytes]:
        """The manifest, and for each dataset that it lists the bodies of all pages."""
        manifest = self._ask("GET", f"leveringen/{place.name}/{MANIFEST}", room=MAX_MANIFEST_BYTES)
        files: dict[str, bytes] = {}
        room = MAX_DELIVERY_BYTES - len(manifest)
        for line in listed(manifest):
            if line.dataset in DELIVERED and is_delivered(line.name):
                pages = self._pages(f"leveringen/{place.name}/{line.dataset}", room)
                files[line.name] = b"".join(page.body for page in pages)
                room -= len(files[line.name])
        return {**files, MANIFEST: manifest}

    def send(self, name: str, content: bytes) -> None:
        """Put a receipt."""
        self._ask("PUT", f"ontvangstbewijzen/{name}", body=content)

    def remove(self, place: Place) -> None:
        """Ask the API to remove a delivery."""
        self._ask("DELETE", f"leveringen/{place.name}")

    def _pages(self, path: str, room: int = MAX_DELIVERY_BYTES) -> Iterator[_Page]:
        """All pages; a page that comes again, whatever its address, ends in an error and not in a loop."""
        query, seen = {"aantal": str(self._page_size)}, set()
        for _ in range(_MAX_PAGES):
            page = self._page(path, query, room)
            rows = hashlib.sha256(json.dumps({**page.content, _NEXT: None}).encode()).digest()
            if rows in seen:
                raise TransportError(f"{self._gi_code}: the API gives a page of {path} twice")
            yield page
            if page.content.get(_NEXT) is None:
                return
            seen.add(rows)
            room -= len(page.body)
            query["cursor"] = str(page.content[_NEXT])
        raise TransportError(f"{self._gi_code}: the API has no end to {path}: more than {_MAX_PAGES} pages")

    def _page(self, path: str, query: Mapping[str, str], room: int) -> _Page:
        body = self._ask("GET", path, query=query, room=min(room, MAX_PAGE_BYTES))
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise TransportError(f"{self._gi_code}: the API gives a page of {path} that is no JSON object")
        return _Page(body, content)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        room: int = MAX_DELIVERY_BYTES,
    ) -> bytes:
        """The body of a good answer, whole. What may pass, as a 429 or a 503, was tried again a few times."""
        try:
            response = self._pool.request(
                method, f"{self._base}/{path}", fields=query, body=body, redirect=False, preload_content=False
            )
            content = response.read(room + 1)
            response.close()
        except MaxRetryError as error:
            if isinstance(error.reason, SSLError):
                raise RefusedError(f"{self._gi_code}: the API shows no certificate that is trusted") from None
            raise TransportError(f"{self._gi_code}: the API fails at {path}: {type(error.reason).__name__}") from None
        except HTTPError as error:
            raise TransportError(f"{self._gi_code}: the API fails at {path}: {type(error).__name__}") from None
        self._check(response.status, path)
        if len(content) > room:
            raise TooLargeError(f"{self._gi_code}: {path} is larger than may be, so it is not read")
        return content

    def _check(self, status: int, path: str) -> None:
        if status in (401, 403):
            name = credentials.variable(self._gi_code, "TOKEN")
            raise RefusedError(f"{self._gi_code}: the API answers {status}: check {name} and its rights")
        if status // 100 != 2:
            raise TransportError(f"{self._gi_code}: the API answers {status} at {path}")
