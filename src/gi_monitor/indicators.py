"""The indicators of ``indicators/`` as data: names, units, breakdowns, audience and how each component is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gi_monitor import contracts, settings
from gi_monitor.identities import Identities
from gi_monitor.publication_rules import DisclosureRules, Published, Term


class IndicatorError(ValueError):
    """The files of ``indicators/`` are wrong; the message names every file, field and remedy."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_M = TypeVar("_M", bound=BaseModel)


Scope = Literal["national", "institution"]
Cell = tuple[str, str, str, str]
"""Indicator, component, breakdown and category."""


class Component(_Model):
    """One figure of an indicator.

    ``only``: published for the nation only, or for institutions only. ``classes``: the breakdown whose codes it
    has as categories of the total. ``sum_of`` makes it, for publication only, from others with their signs.
    ``part_of_whole``: false for a share that can be more than all of what it is compared with.
    """

    label_nl: str
    label_en: str
    unit: str
    published: Published
    only: Scope | None = None
    classes: str | None = None
    sum_of: Mapping[str, Literal[1, -1]] = Field(default_factory=dict)
    part_of_whole: bool = True


class Audience(_Model):
    """Who may see national figures and figures per institution (rule 5)."""

    national: Literal["public", "restricted"] = "public"
    institution: Literal["public", "restricted"] = "restricted"


class Indicator(_Model):
    """One indicator file; one without ``has_total`` is published by its breakdowns alone."""

    id: str = Field(pattern=r"^[A-Z]\d+$")
    name_nl: str
    name_en: str
    sentence_nl: str
    sentence_en: str
    source: str
    audience: Audience = Audience()
    breakdowns: tuple[str, ...] = ()
    has_total: bool = True
    components: Mapping[str, Component] = Field(min_length=1)


class Label(_Model):
    """A name in both languages."""

    label_nl: str
    label_en: str


class Unit(Label):
    """What a figure is counted or measured in.

    ``kind`` decides its decimals; a ``count`` is of people or measures, a ``whole`` number of anything else.
    ``maximum``: the highest value that a figure can have, where there is one.
    """

    kind: Literal["count", "fte", "ratio", "share", "days", "whole"]
    maximum: Decimal | None = None


class Breakdown(Label):
    """How a figure may be broken down: by the codes of a list ``without`` some, or by ``codes`` of its own.

    ``within``: the coarser breakdown that each code of the list is part of.
    """

    code_list: str | None = None
    within: str | None = None
    codes: Mapping[str, Label] = Field(default_factory=dict)
    without: frozenset[str] = frozenset()


class Meaning(Label):
    """A name, and what it means."""

    meaning_nl: str
    meaning_en: str


class Column(Meaning):
    """A column of the observations (spec 2.5); its type is one of Frictionless' table schema."""

    type: Literal["string", "date", "number", "integer"]


class Totals(_Model):
    """What the codes for everything together are called: institution NL, breakdown total and category total."""

    institution: Label
    breakdown: Label
    category: Label


class Vocabulary(_Model):
    """``_vocabulary.yml``: what indicator files may name, and what the observations' columns and codes mean."""

    units: Mapping[str, Unit]
    breakdowns: Mapping[str, Breakdown]
    columns: Mapping[str, Column]
    statuses: Mapping[str, Meaning]
    revision_statuses: Mapping[str, Meaning]
    totals: Totals


@dataclass(frozen=True)
class Indicators:
    """Everything in ``indicators/``, in the order C1, C2, … S2."""

    indicators: Mapping[str, Indicator]
    vocabulary: Vocabulary
    disclosure: DisclosureRules
    identities: Identities

    @property
    def units(self) -> Mapping[str, Unit]:
        """What figures are counted or measured in."""
        return self.vocabulary.units

    @property
    def breakdowns(self) -> Mapping[str, Breakdown]:
        """How figures may be broken down."""
        return self.vocabulary.breakdowns

    def component(self, indicator: str, component: str) -> Component:
        """One component; raises KeyError."""
        return self.indicators[indicator].components[component]

    def rule(self, term: Term) -> Published | Term:
        """How a term is published: by its own rule, or by that of the component that it names."""
        return self.component(*term.split(".")).published if isinstance(term, str) else term

    def decimals(self, unit: str) -> int:
        """How many decimals published figures in this unit have."""
        return getattr(self.disclosure.decimals, self.units[unit].kind, 0)

    def range_of(self, indicator: str, component: str) -> tuple[Decimal, Decimal]:
        """Lowest and highest value of a component; a change, a difference or a balance may be negative."""
        found = self.component(indicator, component)
        signed = found.published.kind in ("change", "difference") or getattr(found.published, "net", False)
        highest = self.units[found.unit].maximum if found.part_of_whole else None
        return (
            Decimal("-Infinity") if signed else Decimal(0),
            Decimal("Infinity") if highest is None else highest,
        )

    def cells(self, scope: Scope | None = None) -> Iterator[Cell]:
        """Every cell that the files declare, in their order: all of them, or those of the nation or an institution."""
        for indicator in self.indicators.values():
            for name, component in indicator.components.items():
                if scope is None or component.only in (None, scope):
                    for breakdown in (*["total"] * indicator.has_total, *indicator.breakdowns):
                        codes = component.classes if breakdown == "total" else breakdown
                        for code in self.categories(codes) if codes else ("total",):
                            yield indicator.id, name, breakdown, code

    def published(self, scope: Scope | None = None) -> Iterator[Cell]:
        """Those of ``cells`` that are published, be it without a value."""
        return (cell for cell in self.cells(scope) if self.component(*cell[:2]).published.kind != "withheld")

    def category(self, breakdown: str, code: str) -> Label:
        """What a category of a breakdown is called; of ``total`` also the classes. Raises KeyError."""
        if code == "total":
            return self.vocabulary.totals.category
        if breakdown == "total":
            classes = {component.classes for i in self.indicators.values() for component in i.components.values()}
            breakdown = next(name for name in classes if name and code in self.categories(name))
        if code_list := self.breakdowns[breakdown].code_list:
            listed = contracts.load().codes[code_list][code]
            return Label(label_nl=listed.label_nl, label_en=listed.label_en)
        return self.breakdowns[breakdown].codes[code]

    def categories(self, breakdown: str) -> tuple[str, ...]:
        """The codes that published tables show for a breakdown, in the order of their list."""
        found = self.breakdowns[breakdown]
        listed = contracts.load().codes[found.code_list] if found.code_list else found.codes
        return tuple(code for code in listed if code not in found.without)


def load() -> Indicators:
    """Read the indicator files of this checkout. Raises IndicatorError that lists every problem in every file."""
    return _load(settings.load().home / "indicators")


@cache
def _load(folder: Path) -> Indicators:
    problems: list[str] = []
    paths = sorted(folder.glob("[!_]*.yml"), key=lambda path: (path.stem[0], int(path.stem[1:])))
    found = [indicator for path in paths if (indicator := _read(path, Indicator, problems))]
    vocabulary = _read(folder / "_vocabulary.yml", Vocabulary, problems)
    disclosure = _read(folder / "_disclosure.yml", DisclosureRules, problems)
    identities = _read(folder / "_identities.yml", Identities, problems)
    if vocabulary is None or disclosure is None or identities is None or problems:
        raise IndicatorError("\n".join(problems))
    indicators = Indicators(
        indicators={indicator.id: indicator for indicator in found},
        vocabulary=vocabulary,
        disclosure=disclosure,
        identities=identities,
    )
    problems = [problem for indicator in found for problem in _inconsistencies(indicator, indicators)]
    if problems := problems + list(_unknown_identities(indicators)):
        raise IndicatorError("\n".join(problems))
    return indicators


def _inconsistencies(indicator: Indicator, known: Indicators) -> Iterator[str]:
    for breakdown in set(indicator.breakdowns) - known.breakdowns.keys():
        yield f"{indicator.id}.yml: breakdown {breakdown} is not in _vocabulary.yml"
    for name, component in indicator.components.items():
        where = f"{indicator.id}.yml: component {name}"
        if component.classes and component.classes not in known.breakdowns:
            yield f"{where}: classes {component.classes} are not in _vocabulary.yml"
        if component.unit not in known.units:
            yield f"{where}: unit {component.unit} is not in _vocabulary.yml"
        for part in component.sum_of.keys() - indicator.components.keys():
            yield f"{where}: sum_of names {part}, which {indicator.id} does not have"
        for reference in _references(component.published.model_dump()):
            owner, _, other = reference.partition(".")
            if owner not in known.indicators or other not in known.indicators[owner].components:
                yield f"{where}: {reference} is not a component of any indicator file"


def _unknown_identities(known: Indicators) -> Iterator[str]:
    for named in sorted(set(known.identities.named()), key=str):
        if named.component not in getattr(known.indicators.get(named.indicator), "components", {}):
            yield f"_identities.yml: {named.indicator}.{named.component} is not a component of any indicator file"


def _references(fields: Mapping[str, Any]) -> Iterator[str]:
    for value in fields.values():
        if isinstance(value, dict):
            yield from _references(value)
        elif isinstance(value, str) and "." in value:
            yield value


def _read(path: Path, model: type[_M], problems: list[str]) -> _M | None:
    """One file; what is wrong with it is added to ``problems``."""
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: {error}")
        return None
