"""Pictures of every page of the published release at two widths, for people to look at: ``make screenshots``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from gi_monitor import settings

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (320, 1280)


def main(arguments: list[str]) -> None:
    """Picture the pages of the folder given, or of the release that is out; says what it wrote."""
    latest = settings.load().releases / "latest"
    tree = Path(arguments[0]) if arguments else latest
    pages = sorted(tree.rglob("*.html"))
    if not pages:
        sys.exit(f"there is no page in {tree}: publish a release first (make demo), or name a folder")
    target = settings.load().data / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    for picture in _pictures(pages, tree, target):
        sys.stdout.write(f"{picture}\n")


def _pictures(pages: list[Path], tree: Path, target: Path) -> Iterator[Path]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in WIDTHS:
            tab = browser.new_page(viewport={"width": width, "height": 900})
            for page in pages:
                tab.goto(page.resolve().as_uri())
                picture = target / f"{'-'.join(page.relative_to(tree).with_suffix('').parts)}-{width}.png"
                tab.screenshot(path=picture, full_page=True)
                yield picture
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
