"""What holds between exact figures by definition: ``indicators/_identities.yml`` as data (spec 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

Column = Literal["value", "numerator", "denominator"]
_NAME = re.compile(r"(next )?([A-Z]\d+)\.([a-z0-9_]+)(?::(numerator|denominator))?(?:/(\w+)/(\w+))?")


class Named(NamedTuple):
    """A number that an identity names: one of a component, in one category where ``at`` is given.

    ``is_next``: in the period after the one that the identity is about.
    """

    indicator: str
    component: str
    column: Column = "value"
    at: tuple[str, str] | None = None
    is_next: bool = False

    @classmethod
    def parse(cls, text: str | Named) -> Named:
        """Read ``C1.count``, ``C10.share:denominator``, ``C1.count/family/code`` or ``next C1.count``.

        Raises ValueError.
        """
        if isinstance(text, Named):
            return text
        found = _NAME.fullmatch(text)
        if found is None:
            raise ValueError(f"{text} names no figure: write C1.count, C10.share:denominator or C1.count/family/code")
        following, indicator, component, column, breakdown, code = found.groups()
        columns: dict[str | None, Column] = {None: "value", "numerator": "numerator", "denominator": "denominator"}
        return cls(indicator, component, columns[column], (breakdown, code) if breakdown else None, bool(following))


_Named = Annotated[Named, BeforeValidator(Named.parse)]


_Terms = Mapping[_Named, Literal[1, -1]]


class Coincidences(BaseModel):
    """Sums that are 0 throughout made-up histories and need not be, and why not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str
    sums: tuple[_Terms, ...]


class Identities(BaseModel):
    """Which sums and bounds hold; what each kind means is said in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    adds_up: Mapping[_Named, tuple[str, ...]]
    overlaps: Mapping[_Named, tuple[tuple[_Named, ...], ...]]
    sums: tuple[_Terms, ...]
    never_negative: tuple[_Terms, ...]
    same_unless_weighted: Mapping[_Named, _Named]
    coincidences: tuple[Coincidences, ...]

    def named(self) -> Iterator[Named]:
        """Every figure that the file names."""
        yield from self.adds_up
        for whole, breakdowns in self.overlaps.items():
            yield from (whole, *chain.from_iterable(breakdowns))
        by_chance = chain.from_iterable(found.sums for found in self.coincidences)
        for terms in (*self.sums, *self.never_negative, *by_chance):
            yield from terms
        for pair in self.same_unless_weighted.items():
            yield from pair
