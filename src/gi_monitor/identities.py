"""What holds between exact figures by definition: ``indicators/_identities.yml`` as data (spec 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

Column = Literal["value", "numerator", "denominator"]
_NAME = re.compile(r"([A-Z]\d+)\.([a-z0-9_]+)(?::(numerator|denominator))?(?:/(\w+)/(\w+))?")


class Named(NamedTuple):
    """A number that an identity names: one of a component, in one category where ``at`` is given."""

    indicator: str
    component: str
    column: Column = "value"
    at: tuple[str, str] | None = None

    @classmethod
    def parse(cls, text: str | Named) -> Named:
        """Read ``C1.count``, ``C10.share:denominator`` or ``C1.count/family/jeugdbescherming``; raises ValueError."""
        if isinstance(text, Named):
            return text
        found = _NAME.fullmatch(text)
        if found is None:
            raise ValueError(f"{text} names no figure: write C1.count, C10.share:denominator or C1.count/family/code")
        indicator, component, column, breakdown, code = found.groups()
        columns: dict[str | None, Column] = {None: "value", "numerator": "numerator", "denominator": "denominator"}
        return cls(indicator, component, columns[column], (breakdown, code) if breakdown else None)


_Named = Annotated[Named, BeforeValidator(Named.parse)]


class Identities(BaseModel):
    """Which sums and bounds hold; what each kind means is said in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    adds_up: Mapping[_Named, tuple[str, ...]]
    overlaps: Mapping[_Named, Mapping[str, tuple[str, ...]]]
    sums: tuple[Mapping[_Named, Literal[1, -1]], ...]
    same_unless_weighted: Mapping[_Named, _Named]
    carried_over: Mapping[_Named, _Named]

    def named(self) -> Iterator[Named]:
        """Every figure that the file names."""
        yield from (*self.adds_up, *self.overlaps)
        for terms in self.sums:
            yield from terms
        for pairs in (self.same_unless_weighted, self.carried_over):
            yield from (*pairs.keys(), *pairs.values())
