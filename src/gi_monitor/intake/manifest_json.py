"""The JSON of ``levering.json``: read it strictly, and give every text in it to be screened (spec 1.6)."""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import Any, NoReturn

from gi_monitor.dialects.json_text import texts as texts_in
from gi_monitor.intake.transport.interface import MAX_MANIFEST_BYTES

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LONGEST_INTEGER = 20


class NotJsonError(ValueError):
    """The manifest is not strict JSON; the message says why in Dutch, and repeats nothing of it."""


def read(content: bytes) -> Any:
    """Read a manifest, decimals as Decimal. Raises NotJsonError."""
    if len(content) > MAX_MANIFEST_BYTES:
        raise NotJsonError(f"het is groter dan {MAX_MANIFEST_BYTES // 2**10} kB")
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=Decimal,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise NotJsonError("het is geen UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJsonError(f"de JSON klopt niet op regel {error.lineno}, teken {error.colno}") from None
    except RecursionError:
        raise NotJsonError("het is te diep genest") from None
    if any(unicodedata.category(sign) in ("Cc", "Cs") for text in texts_in(found) for sign in text):
        raise NotJsonError("er staat een stuurteken of een half teken in een tekst")
    return found


def texts(content: bytes) -> list[str]:
    """Give every name, text and number in a manifest, at any depth, with escapes resolved.

    A name that stands twice is given twice. What is not JSON is given as one text.
    """
    text = content.decode("utf-8-sig", "replace")
    try:
        found = json.loads(text, object_pairs_hook=_flat, parse_constant=str, parse_float=str, parse_int=str)
    except (json.JSONDecodeError, RecursionError):
        return [text, _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)]
    return list(texts_in(found))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJsonError("een object heeft twee keer dezelfde naam")
    return found


def _flat(pairs: list[tuple[str, Any]]) -> list[Any]:
    return [part for pair in pairs for part in pair]


def _no_number(_: str) -> NoReturn:
    raise NotJsonError("NaN en Infinity zijn geen getallen")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise NotJsonError("er staat een getal in met te veel cijfers")
    return int(digits)
