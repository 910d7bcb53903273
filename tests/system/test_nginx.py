"""What is published, as a real nginx serves it with the configuration of ``deploy/`` (spec 3.3, 4.7)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import urllib3

from gi_monitor.release.pages import profile, site
from tests.released import EDITION, INDICATORS, NATION, everybody
from tests.servers import nginx

NAME = "gi-monitor-2024-T3-1.0.0"
STRICT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "public, no-cache",
}
TYPES = {
    "index.html": "text/html; charset=utf-8",
    "en/index.html": "text/html; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "data/observations.csv": "text/csv; charset=utf-8",
    "data/observations.parquet": "application/vnd.apache.parquet",
    "manifest.json": "application/json",
    "SHA256SUMS": "application/octet-stream",
    "SHA256SUMS.minisig": "text/plain; charset=utf-8",
}
BESIDE = {
    "index.json": "application/json",
    "feed.atom": "application/atom+xml",
    "dcat.ttl": "text/turtle; charset=utf-8",
    "dcat.jsonld": "application/ld+json",
    "gi-monitor.pub": "text/plain; charset=utf-8",
    "gi-monitor-2.pub": "text/plain; charset=utf-8",
}


@pytest.fixture(scope="module")
def releases() -> Iterator[Path]:
    """A release with its pages, the trees that nobody may see, and what lies beside it."""
    # pytest keeps its own folders from the user as whom nginx answers.
    with TemporaryDirectory(prefix="gi-monitor-") as made:
        Path(made).chmod(0o755)
        folder = Path(made) / "releases"
        folder.mkdir(mode=0o755)
        before = os.umask(0o022)  # what publishing sets on each file
        _publish(folder)
        os.umask(before)
        yield folder


def _publish(folder: Path) -> None:
    release = folder / NAME
    for tree in ("public", "restricted", "review"):
        (release / tree).mkdir(parents=True)
    site.write(release / "public", NATION, EDITION, INDICATORS)
    profile.write(release / "restricted", everybody(), EDITION, INDICATORS)
    (release / "public" / "data").mkdir(exist_ok=True)
    for name in TYPES:
        if not (release / "public" / name).exists():
            (release / "public" / name).write_text(name)
    for path in ("restricted/index.html", "review/index.html", "approval.json", "public/.draft"):
        (release / path).write_text("geheim")
    (folder / "latest").symlink_to(NAME)
    for name in BESIDE:
        (folder / name).write_text(name)
    (folder / f"{NAME}.tombstone" / "public").mkdir(parents=True)
    (folder / f"{NAME}.tombstone" / "public" / "index.html").write_text("Ingetrokken")


@pytest.fixture(scope="module")
def address(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx.serve(releases, tmp_path_factory.mktemp("nginx")) as found:
        yield found


def get(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", url, headers=headers, redirect=False, retries=False)


@pytest.mark.parametrize("version", [NAME, "latest"])
@pytest.mark.parametrize("name", TYPES)
def test_what_is_public_is_served_as_what_it_is(address: str, releases: Path, version: str, name: str) -> None:
    answer = get(f"{address}/{version}/public/{name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, TYPES[name])
    assert answer.data == (releases / NAME / "public" / name).read_bytes()
    assert {header: answer.headers.get(header) for header in STRICT} == STRICT


@pytest.mark.parametrize("name", BESIDE)
def test_what_lies_beside_the_releases_is_served(address: str, name: str) -> None:
    answer = get(f"{address}/{name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, BESIDE[name])
    assert {header: answer.headers.get(header) for header in STRICT} == STRICT


def test_a_folder_shows_its_page_and_the_root_leads_to_the_latest(address: str) -> None:
    assert get(f"{address}/latest/public/").headers["Content-Type"] == TYPES["index.html"]
    assert get(f"{address}/{NAME}/public/en/").status == 200
    root = get(f"{address}/")
    assert root.status == 302 and root.headers["Location"].endswith("/latest/public/")


@pytest.mark.parametrize(
    "path",
    [
        *(f"{version}/{tree}/index.html" for version in (NAME, "latest") for tree in ("restricted", "review")),
        *(f"latest/public{up}/review/index.html" for up in ("/..", "/%2e%2e", "/..%2f", "//..")),
        f"{NAME}/restricted/", f"{NAME}/review", f"{NAME}/approval.json", f"{NAME}/", "latest", "latest/public/.draft",
        "gi-monitor-2024-T3-1.0.0.tombstone/public/index.html", "nothing.json", ".hidden.json",
    ],
)  # fmt: skip
def test_all_else_is_not_there_and_says_no_more(address: str, path: str) -> None:
    answer = get(f"{address}/{path}")
    assert answer.status == 404
    assert b"geheim" not in answer.data and "/" not in answer.headers["Server"]
    assert {header: answer.headers.get(header) for header in STRICT} == STRICT


def test_nothing_can_be_written(address: str) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        answer = urllib3.request(method, f"{address}/index.json", retries=False)
        assert answer.status == 405


@pytest.mark.skipif(os.getuid() != 0, reason="only root can answer as another user")
def test_the_server_could_not_read_what_is_its_owners_alone(releases: Path, address: str) -> None:
    page = releases / NAME / "public" / "alone"
    page.mkdir(mode=0o700)
    (page / "index.html").write_text("geheim")
    assert get(f"{address}/{NAME}/public/alone/index.html").status in (403, 404)


def test_who_comes_back_sees_a_withdrawal_at_once(releases: Path, address: str) -> None:
    pages = [f"{address}/{NAME}/public/{name}" for name in ("index.html", "manifest.json", "data/observations.csv")]
    seen = {page: get(page).headers["ETag"] for page in pages}
    assert all(get(page, **{"If-None-Match": tag}).status == 304 for page, tag in seen.items())

    tombstone = releases / f"{NAME}.tombstone"
    kept = releases.with_name("withdrawn")
    (releases / NAME).rename(kept)
    tombstone.rename(releases / NAME)
    try:
        page, *others = pages
        again = get(page, **{"If-None-Match": seen[page]})
        assert (again.status, again.data) == (200, b"Ingetrokken")
        assert all(get(other, **{"If-None-Match": seen[other]}).status == 404 for other in others)
    finally:
        (releases / NAME).rename(tombstone)
        kept.rename(releases / NAME)
