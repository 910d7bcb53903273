"""What can be told of a page's accessibility without a browser, for gate G3 (spec 3.1); more is told by browser tests.

WCAG 2.2: 1.1.1 (alternatives), 1.3.1 (structure), 2.4.1 (ways in), 2.4.2 (titles), 2.4.4 (links), 3.1.1 (language),
4.1.2 (names that refer to something). And what spec 3.4 forbids: scripts, styles in the page, other hosts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

Attributes = Mapping[str, str]
_EMPTY = {"meta", "link", "img", "br", "hr", "path", "line"}


@dataclass
class _Element:
    tag: str
    attributes: Attributes
    text: str = ""
    within: list[_Element] = field(default_factory=list)

    def every(self, *tags: str) -> Iterator[_Element]:
        """The elements inside with one of these tags, or all."""
        for child in self.within:
            if not tags or child.tag in tags:
                yield child
            yield from child.every(*tags)

    @property
    def words(self) -> str:
        """All text inside."""
        return (self.text + "".join(child.words for child in self.within)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = _Element("page", {})
        self._open = [self.page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _EMPTY:
            self._open.append(self._open[-1].within[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].within.append(_Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].text += data


def problems(tree: Path) -> list[tuple[str, str]]:
    """The pages of a tree and what is wrong with each, as (page, problem); a page without problem is not there."""
    found = []
    for path in sorted(tree.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        found += [(str(path.relative_to(tree)), problem) for problem in _wrong(reader.page)]
    return found


def _wrong(page: _Element) -> Iterator[str]:
    yield from _frame(page)
    yield from _headings(page)
    yield from _references(page)
    yield from _alternatives(page)
    yield from _tables(page)
    yield from _foreign(page)


def _frame(page: _Element) -> Iterator[str]:
    if not any(html.attributes.get("lang") for html in page.every("html")):
        yield "html has no lang"
    if not any(title.words for head in page.every("head") for title in head.every("title")):
        yield "no title"
    if len(list(page.every("main"))) != 1:
        yield "not exactly one main"


def _headings(page: _Element) -> Iterator[str]:
    headings = list(page.every("h1", "h2", "h3", "h4", "h5", "h6"))
    levels = [int(heading.tag[1]) for heading in headings]
    if levels.count(1) != 1:
        yield "not exactly one h1"
    for earlier, later in pairwise(levels):
        if later > earlier + 1:
            yield f"h{later} follows h{earlier}"
    yield from (f"empty {heading.tag}" for heading in headings if not heading.words)


def _references(page: _Element) -> Iterator[str]:
    ids = Counter(element.attributes["id"] for element in page.every() if "id" in element.attributes)
    yield from (f"id {name} stands there twice" for name, number in ids.items() if number > 1)
    for element in page.every():
        named = element.attributes.get("aria-labelledby", "").split()
        target = element.attributes.get("href", "")
        named += [target[1:]] if target.startswith("#") else []
        yield from (f"{element.tag} refers to {name}, which is not there" for name in named if name not in ids)
    for link in page.every("a"):
        if not (link.words or link.attributes.get("aria-label")):
            yield f"link to {link.attributes.get('href')} has no text"


def _alternatives(page: _Element) -> Iterator[str]:
    yield from ("img has no alt" for image in page.every("img") if "alt" not in image.attributes)
    for drawing in page.every("svg"):
        said = [next(drawing.every(tag), None) for tag in ("title", "desc")]
        if not all(element and element.words for element in said):
            yield "svg has no title or no description"
        if drawing.attributes.get("role") != "img" or not drawing.attributes.get("aria-labelledby"):
            yield "svg is no image with a name"


def _tables(page: _Element) -> Iterator[str]:
    for table in page.every("table"):
        caption = next(table.every("caption"), None)
        if caption is None or not caption.words:
            yield "table has no caption"
        yield from ("th has no scope" for cell in table.every("th") if not cell.attributes.get("scope"))


def _foreign(page: _Element) -> Iterator[str]:
    for element in page.every():
        if element.tag in ("script", "style", "iframe", "form"):
            yield f"{element.tag} in the page"
        if "style" in element.attributes or any(name.startswith("on") for name in element.attributes):
            yield f"{element.tag} has a style or runs something"
        asked = element.attributes.get("src") or (element.tag == "link" and element.attributes.get("href")) or ""
        if "//" in asked:
            yield f"{element.tag} asks {asked}"
