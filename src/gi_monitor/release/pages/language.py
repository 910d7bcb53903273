"""The two languages of the pages: all their words are in ``languages/``, numbers and days are written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from gi_monitor.month import Month
from gi_monitor.release.pages.drawing.canvas import Locale

_FOLDER = Path(__file__).with_name("languages")
_MINUS = "\N{MINUS SIGN}"
Code = Literal["nl", "en"]


@dataclass(frozen=True)
class Language:
    """The texts of one language by their keys, and how it writes numbers and days."""

    code: Code
    texts: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a dotted key with the values filled in; raises KeyError where there is none."""
        text = self._found(key)
        if not isinstance(text, str):
            raise KeyError(f"{key} is no single text in {self.code}.yml")
        return text.format(**values) if values else text

    def all(self, key: str) -> Sequence[str]:
        """The texts of a key that may have none, one or several."""
        try:
            found = self._found(key)
        except KeyError:
            return []
        return [found] if isinstance(found, str) else list(found)

    def of(self, thing: object, field: str = "label") -> str:
        """What something is called in this language, from its own ``label_nl`` or ``label_en``."""
        return str(getattr(thing, f"{field}_{self.code}"))

    def other(self) -> Language:
        """The language beside it."""
        return load("en" if self.code == "nl" else "nl")

    @property
    def locale(self) -> Locale:
        """How its charts write days and numbers."""
        return "nl-NL" if self.code == "nl" else "en-GB"

    @property
    def root(self) -> str:
        """The way from a page to the root of the tree; Dutch comes first."""
        return "" if self.code == "nl" else "../"

    @property
    def folder(self) -> str:
        """Where its pages lie, from the root of the tree."""
        return "" if self.code == "nl" else f"{self.code}/"

    def day(self, moment: date) -> str:
        """A date as ``1 januari 2025``, ``1 January 2025``."""
        return f"{moment.day} {self.month(moment)}"

    def month(self, moment: date | Month) -> str:
        """A month as ``januari 2025``."""
        number = moment.number if isinstance(moment, Month) else moment.month
        return f"{self.texts['months'][number - 1]} {moment.year}"

    def number(self, value: Decimal | int) -> str:
        """A number as ``2.500`` and ``-0,3``, ``2,500`` and ``-0.3``, with the decimals it was published with."""
        signs: dict[str, str | int | None] = {"-": _MINUS} if self.code == "en" else {",": ".", ".": ",", "-": _MINUS}
        return f"{Decimal(value):,f}".translate(str.maketrans(signs))

    def percent(self, share: Decimal) -> str:
        """A share of 1 in percents: ``71%``."""
        return f"{self.number(share.scaleb(2))}%"

    def capital(self, text: str) -> str:
        """The text with a capital, as a heading or the name of a column has it."""
        return text[:1].upper() + text[1:]

    def _found(self, key: str) -> Any:
        """What lies under a dotted key; the name of a figure, its last part, has a dot of its own."""
        found, rest = self.texts, key
        while rest:
            part = rest if rest in found else rest.partition(".")[0]
            if not isinstance(found, Mapping) or part not in found:
                raise KeyError(f"{key} is not in {self.code}.yml")
            found, rest = found[part], rest[len(part) + 1 :]
        return found


@cache
def load(code: Code) -> Language:
    """The language of that code."""
    return Language(code, yaml.safe_load((_FOLDER / f"{code}.yml").read_text(encoding="utf-8")))


def both() -> tuple[Language, Language]:
    """Dutch, then English."""
    return load("nl"), load("en")
