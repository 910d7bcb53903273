"""The document: tagged, in its language, whole, and the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from gi_monitor.release.pages import document, language, rendering, site
from gi_monitor.release.pages.language import Code
from tests.released import EDITION, INDICATORS, NATION

SHORT = {"home", "quality", "corrections"}


def printed(code: Code) -> bytes:
    say = language.load(code)
    pages = [page for page in site.pages(NATION, EDITION, INDICATORS, say) if page.name in {*SHORT, "definitions"}]
    return document.pdf(pages, say, EDITION, rendering.Drawings(say.locale))


@pytest.fixture(scope="module")
def dutch() -> bytes:
    return printed("nl")


def elements(found: Any) -> Iterator[Any]:
    """Every element of the structure tree, from the root down."""
    if isinstance(found, pikepdf.Array):
        for each in found:
            yield from elements(each)
    elif isinstance(found, pikepdf.Dictionary):
        if "/S" in found:
            yield found
        if "/K" in found:
            yield from elements(found.K)


def test_it_is_tagged_and_has_its_language_and_title(dutch: bytes) -> None:
    with pikepdf.open(io.BytesIO(dutch)) as pdf:
        assert str(pdf.Root.Lang) == "nl"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "stand op 1 januari 2025" in str(metadata["dc:title"])
        found = list(elements(pdf.Root.StructTreeRoot))
        tags = {str(element.S) for element in found}
        assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Figure", "/Link", "/L"} <= tags
        figures = [element for element in found if str(element.S) == "/Figure"]
        assert figures
        assert all("De werklast" in str(figure.Alt) for figure in figures)


def test_it_is_the_same_each_time_and_says_the_language_of_its_readers(dutch: bytes) -> None:
    assert printed("nl") == dutch
    with pikepdf.open(io.BytesIO(printed("en"))) as pdf:
        assert str(pdf.Root.Lang) == "en"


def test_it_asks_nothing_from_outside() -> None:
    with pytest.raises(ValueError, match="must be whole by itself"):
        document.nothing_from_outside("https://elsewhere.example/style.css")
