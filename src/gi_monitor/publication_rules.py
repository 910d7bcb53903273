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
    """A count of people, measures or stays (rule 1).

    ``behind``: the published count that must be shown too. ``net``: a balance, which may be negative.
    """

    kind: Literal["count"] = Field(alias="as")
    behind: Reference | None = None
    net: bool = False


class Fte(_Model):
    """Full-time equivalents (rule 2); ``behind`` is the count of the persons behind it.

    Without it at least as many persons stand behind it as it takes to work so much: ``most_fte_of_a_person``.
    Behind a vacancy stands ``nobody``, so it is never suppressed.
    """

    kind: Literal["fte"] = Field(alias="as")
    behind: Reference | Literal["nobody"] | None = None


class FteDays(_Model):
    """Fte-days in the month of the reference date, published as the fte that they are on average (rule 2)."""

    kind: Literal["fte_days"] = Field(alias="as")


Term = Reference | Count | Fte | FteDays
"""Another component, or what the figure's own ``numerator`` or ``denominator`` column holds, by the rule given."""


class Percentile(_Model):
    """A percentile (rule 4) of ``of`` observations, which may be given as the fte of those observed."""

    kind: Literal["median", "p10_p90"] = Field(alias="as")
    of: Reference


class Ratio(_Model):
    """A ratio or share of published figures (rule 3).

    ``observations`` are those behind it; where it is not given, those of the denominator.
    """

    kind: Literal["ratio"] = Field(alias="as")
    numerator: Term
    denominator: Term
    observations: Reference | None = None


class Mean(_Model):
    """A mean over ``of`` observations: their sum, published as a count is, by their published number (rule 3)."""

    kind: Literal["mean"] = Field(alias="as")
    of: Reference


class Survival(_Model):
    """A Kaplan-Meier share of ``of`` observations, a count that may stand in the figure's own denominator.

    It is some number of them, which is published as a count is, by their published number (rule 3).
    """

    kind: Literal["survival"] = Field(alias="as")
    of: Reference | Count


class Change(_Model):
    """The difference of a published figure with the same one at an earlier date (rule 3)."""

    kind: Literal["change"] = Field(alias="as")
    of: Reference
    since: Literal["four_months", "baseline"]


class Difference(_Model):
    """A published figure less another, or less the norm (rule 3)."""

    kind: Literal["difference"] = Field(alias="as")
    of: Reference
    less: Literal["norm"] | Reference


class PathToNorm(_Model):
    """The path that starts at the published workload of the baseline (C6)."""

    kind: Literal["path"] = Field(alias="as")
    of: Reference


class Shortfall(_Model):
    """Fte short of the norm, from published measures and published fte (C7)."""

    kind: Literal["shortfall"] = Field(alias="as")
    measures: Reference
    fte: Reference


class AsItIs(_Model):
    """About institutions or the calendar, not about people (rule 1)."""

    kind: Literal["it_is"] = Field(alias="as")


Published = Annotated[
    Withheld
    | Count
    | Fte
    | Percentile
    | Ratio
    | Mean
    | Survival
    | Change
    | Difference
    | PathToNorm
    | Shortfall
    | AsItIs,
    Field(discriminator="kind"),
]


class Minimum(_Model):
    """The fewest observations on which a figure is published (spec 2.2)."""

    ratio: int
    median: int
    p10_p90: int


class Decimals(_Model):
    """How many decimals published figures have, by the kind of their unit; others have none."""

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
    most_fte_of_a_person: Decimal
    minimum_numbers: Minimum
    decimals: Decimals
