"""All pages of one language as one tagged document, PDF/UA-1 (spec 3.3)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence

from gi_monitor.release.pages import rendering
from gi_monitor.release.pages.blocks import Page
from gi_monitor.release.pages.drawing.canvas import WIDE
from gi_monitor.release.pages.edition import Edition
from gi_monitor.release.pages.language import Language


def pdf(pages: Sequence[Page], say: Language, edition: Edition, drawn: rendering.Drawings) -> bytes:
    """The document; its bytes are repeatable with the same fonts."""
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]

    # It tells of every rule that is for screens alone.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    html = rendering.render("document.html.j2", say, edition, drawn, pages=pages, sizes=[WIDE])
    made = HTML(string=html, url_fetcher=nothing_from_outside).write_pdf(
        stylesheets=[CSS(string=rendering.beside(rendering.STYLE))],
        pdf_variant="pdf/ua-1",
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        custom_metadata=True,
    )
    assert isinstance(made, bytes)
    return made


def nothing_from_outside(url: str, *_: object, **__: object) -> dict[str, object]:
    """Refuses to fetch; raises ValueError."""
    raise ValueError(f"the document asks for {url}: it must be whole by itself")
