"""How a component of an indicator is published, and the parameters of that: spec 3.2, rules 1-4, as data.

The kinds are what ``published`` in an indicator file may say; what each does is in ``gi_monitor.disclosure``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Reference = Annotated[str, Field(pattern=r"^[A-Z]\d+\.[a-z0-9_]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Withheld(_Model):
    """Kept in marts, never published by itself (rule 7 of spec 3.2)."""

    kind: Literal["withheld"] = Field(alias="as")


class Count(_Model):
    """A count of people, measures or stays (rule 1). ``behind``: the published count that must be shown too."""

    kind: Literal["count"] = Field(alias="as")
    behind: Reference | None = None


class Fte(_Model):
    """Full-time equivalents (rule 2); ``behind`` is the count of the persons behind it."""

    kind: Literal["fte"] = Field(alias="as")
    behind: Reference


class Percentile(_Model):
    """A percentile in whole days (rule 4) of ``of`` observations."""

    kind: Literal["median", "p10_p90"] = Field(alias="as")
    of: Reference


class Ratio(_Model):
    """A ratio or share of published figures (rule 3).

    A term is another component, or what the figure's own ``numerator`` or ``denominator`` column holds,
    which is then published by the rule given.
    """

    kind: Literal["ratio", "share"] = Field(alias="as")
    numerator: Reference | Count | Fte
    denominator: Reference | Count | Fte
    observations: Reference


class Change(_Model):
    """The difference of a published figure with the same one at an earlier date (rule 3)."""

    kind: Literal["change"] = Field(alias="as")
    of: Reference
    since: Literal["four_months", "baseline"]


class Gap(_Model):
    """A published workload less the norm, or less another published figure (C6)."""

    kind: Literal["gap"] = Field(alias="as")
    of: Reference
    to: Literal["norm"] | Reference


class PathToNorm(_Model):
    """The path that starts at the published workload of the baseline (C6)."""

    kind: Literal["path"] = Field(alias="as")
    of: Reference


class Shortfall(_Model):
    """Fte short of the norm, from published measures and published fte (C7)."""

    kind: Literal["shortfall"] = Field(alias="as")
    measures: Reference
    fte: Reference


class Flag(_Model):
    """0 or 1 about the calendar, not about people: shown as it is."""

    kind: Literal["flag"] = Field(alias="as")


Published = Annotated[
    Withheld | Count | Fte | Percentile | Ratio | Change | Gap | PathToNorm | Shortfall | Flag,
    Field(discriminator="kind"),
]


class Minimum(_Model):
    """The fewest observations on which a figure is published (spec 2.2)."""

    ratio: int
    median: int
    p10_p90: int


class Decimals(_Model):
    """How many decimals published figures have."""

    fte: int
    ratio: int
    share: int
    days: int


class DisclosureRules(_Model):
    """The parameters of disclosure control, ``indicators/_disclosure.yml`` (spec 3.2)."""

    version: str
    rounding_base: int = Field(gt=0)
    suppress_below: Decimal
    fte_persons_below: Decimal
    minimum_numbers: Minimum
    decimals: Decimals
