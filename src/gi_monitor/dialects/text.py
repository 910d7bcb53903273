"""From bytes to text and back: the part that all text formats share."""

from __future__ import annotations

import codecs

from gi_monitor.dialects.sheet import UnreadableError
from gi_monitor.institutions.dialect import Encoding

_BYTE_ORDER_MARK = "\ufeff"


def decode(content: bytes, encoding: Encoding) -> str:
    """The text. Raises UnreadableError for bytes that are not in this encoding."""
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableError("geen utf-16: het byte-order mark aan het begin ontbreekt")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"geen {encoding}: byte {error.start} past niet in deze tekenset") from None
    if text.startswith(_BYTE_ORDER_MARK):
        raise UnreadableError(f"het bestand begint met een byte-order mark; dat hoort niet bij {encoding}")
    return text


def lines(text: str) -> list[str]:
    """The lines, without what ends them."""
    return text.replace("\r\n", "\n").split("\n")
