"""What stands beside the rows in workbooks and XML: other sheets, comments, properties (spec 1.3, P05)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from gi_monitor.dialects.packaging import decoded, member, outside_members, unzip
from gi_monitor.dialects.sheet import Beside, UnreadableError

# Possessive: what no text follows is not tried again with a shorter name.
_TEXT_NODE = re.compile(r"<([\w:.-]++)[^<>]*+>([^<>]++)<")
# A cell says in these where it stands and how it is shown, millions of times.
_ATTRIBUTE = re.compile(
    r"""\s(?!(?:r|s|t|ht|spans|width|style|(?:[\w-]+:)?(?:dyDescent|style-name))=)[\w:.-]++=(?:"([^"<]+)"|'([^'<]+)')"""
)
_FRACTION = re.compile(r"-?\d+\.\d+(?:[Ee][+-]?\d+)?")
_RUNS = re.compile(r"<((?:\w+:)?(?:si|is|text|p))(?=[\s>])[^<>]*+>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*+>")
_FORMULAS = {"f", "definedName"}
_XML = (".xml", ".rels", ".vml")
_BENIGN = re.compile(r"mimetype|xl/printerSettings/[^/]+\.bin|Thumbnails/[^/]+|Configurations2/.*|[^/]+/")


def of_document(content: bytes) -> Iterator[Beside]:
    """Every text of a workbook's package once, cells among them: who knows the cells leaves those out.

    Raises UnreadableError for a part that cannot be screened, as a picture or an embedded object.
    """
    with unzip(content) as archive:
        yield outside_members(content, archive)
        for name in archive.namelist():
            if name.endswith(_XML):
                yield from _texts(decoded(member(archive, name)))
            elif not _BENIGN.fullmatch(name):
                raise UnreadableError("de werkmap bevat een afbeelding, macro of ander object dat niet te lezen is")


def _texts(xml: str) -> Iterator[Beside]:
    place = "werkbladen, opmerkingen of eigenschappen van de werkmap"
    for tag, text in set(_TEXT_NODE.findall(xml)):
        formula = tag.rpartition(":")[2] in _FORMULAS
        yield Beside(place, html.unescape(text).strip(), technical=formula)
    # A text in which a part is bold is cut in runs, and so may be a number in it.
    for _, runs in set(_RUNS.findall(xml)):
        if runs.count("<") > 2:
            yield Beside(place, html.unescape(_TAG.sub("", runs)).strip())
    for value in {double or single for double, single in _ATTRIBUTE.findall(xml)}:
        if not _FRACTION.fullmatch(value):
            yield Beside(place, html.unescape(value).strip(), technical=True)


def of_markup(xml: str) -> Iterator[Beside]:
    """Comments and processing instructions of an XML file."""
    for comment, instruction in re.findall(r"<!--(.*?)-->|<\?(?!xml\s)(.*?)\?>", xml, re.DOTALL):
        yield Beside("commentaar", (comment or instruction).strip())
