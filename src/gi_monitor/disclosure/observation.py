"""One figure of the long table of spec 2.5, exact or published."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from gi_monitor.identities import Column
from gi_monitor.indicators import Cell, Scope

NATIONAL = "NL"

Status = Literal[
    "observed",
    "not_available",
    "not_applicable",
    "suppressed_primary",
    "suppressed_secondary",
    "suppressed_small_n",
    "incomplete",
]


class DisclosureError(ValueError):
    """Exact observations that cannot be published as they are; the message lists every problem."""


class Key(NamedTuple):
    """What a figure is about: one row of the long table."""

    period: str
    institution: str
    indicator: str
    component: str
    breakdown: str
    category: str

    @property
    def cell(self) -> Cell:
        """What an indicator file calls it."""
        return self.indicator, self.component, self.breakdown, self.category

    def other(self, reference: str) -> Key:
        """The same place for another component, named as ``C1.count``."""
        indicator, component = reference.split(".")
        return self._replace(indicator=indicator, component=component)


class Number(NamedTuple):
    """A number of a row that is published by a rule of its own."""

    key: Key
    column: Column

    def __str__(self) -> str:
        return " ".join(self.key) + ("" if self.column == "value" else f" {self.column}")


@dataclass(frozen=True)
class Observation:
    """One row; its fields are the columns of spec 2.5, in their order. Where ``value`` is None, ``status`` says why."""

    period: str
    reference_date: date
    institution: str
    indicator: str
    component: str
    breakdown: str
    category: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    gi_reported: int
    gi_expected: int
    status: Status
    revision_status: str

    @property
    def scope(self) -> Scope:
        """Whether it is about the nation or about an institution."""
        return "national" if self.institution == NATIONAL else "institution"

    @property
    def rests_on_one(self) -> bool:
        """Whether it is a national figure to which one institution alone contributes, so that it is that one's."""
        return self.scope == "national" and self.gi_reported == 1 < self.gi_expected

    @property
    def key(self) -> Key:
        """What the figure is about."""
        return Key(self.period, self.institution, self.indicator, self.component, self.breakdown, self.category)


COLUMNS = tuple(field.name for field in fields(Observation))
