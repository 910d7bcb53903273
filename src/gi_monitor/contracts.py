"""The delivery contracts of ``contracts/``: columns, code lists and rules as data (spec 1.1, 1.3)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from gi_monitor import settings

Severity = Literal["reject", "row", "hold", "warn"]
SUPPORTED_SPECIFICATIONS = frozenset({"1.0"})
DATASETS = ("caseload", "waitlist", "staffing")
_GROUPS = "SPRXTH"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Model):
    """One delivered column: its Dutch name, its name in the warehouse, its type and its limits."""

    name: str
    warehouse: str
    type: Literal["key", "code", "date", "flag", "integer", "decimal"]
    list: str | None = None
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0
    meaning_nl: str
    meaning_en: str


class Case(_Model):
    """One way in which a rule fails: the column it is reported on and the expression that is true."""

    column: str
    fails_when: str


class Example(_Model):
    """A made-up case in Dutch: fields of a row, or of levering.json, as they trip a rule and as they should be."""

    text: str
    wrong: Mapping[str, str]
    right: Mapping[str, str]


class Rule(_Model):
    """A rule: what is wrong (``sentence``), how to mend it (``remedy``) and ``why`` it matters, all in Dutch.

    ``needs`` names other datasets that it looks into, ``brings`` the rules that can fail along with it,
    ``limits`` its parameters; a waiver can lower it to warn when it is ``waivable``.
    """

    id: str
    severity: Severity
    sentence: str
    remedy: str
    why: str
    example: Example
    waivable: bool = True
    brings: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    limits: Mapping[str, float] = Field(default_factory=dict)
    cases: tuple[Case, ...] = ()


class SetAsideLimit(_Model):
    """S10: how many rows may be set aside (the larger of ``rows`` and ``share`` of all), and what more means."""

    rows: int
    share: float
    severity: Severity


class Contract(_Model):
    """What is delivered in one dataset and what is checked in it row by row."""

    dataset: str
    delivered_as: str
    version: str
    grain: str
    key: tuple[str, ...]
    earliest_date: date = date(1990, 1, 1)
    set_aside_limit: SetAsideLimit
    columns: tuple[Column, ...] = Field(min_length=1)
    rules: tuple[Rule, ...]

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The delivered names of all columns that hold a key, of the row or of something else."""
        return tuple(c.name for c in self.columns if c.type == "key")

    def column(self, name: str) -> Column:
        """The column of that delivered name; raises KeyError."""
        return next(c for c in self.columns if c.name == name)


class PersonalAttributes(_Model):
    """P03: words in a column's name, and endings of words, that name a person's attribute."""

    words: frozenset[str]
    endings: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """One code of a code list, as the law has it."""

    code: str
    label_nl: str
    label_en: str
    family: str
    reason_family: str


@dataclass(frozen=True)
class Contracts:
    """Everything in ``contracts/``."""

    datasets: Mapping[str, Contract]
    rules: Mapping[str, Rule]
    codes: Mapping[str, Mapping[str, Code]]
    manifest: Mapping[str, Any]
    open_months: int
    retention_years: int
    personal_attributes: PersonalAttributes

    def dataset_delivered_as(self, name: str) -> str:
        """The dataset behind a delivered name: ``wachtlijst`` is ``waitlist``."""
        return next(c.dataset for c in self.datasets.values() if c.delivered_as == name)


def load() -> Contracts:
    """Read the contracts of this checkout."""
    return _load(settings.load().home / "contracts")


@cache
def _load(folder: Path) -> Contracts:
    datasets = {name: Contract.model_validate(_yaml(folder / f"{name}.yml")) for name in DATASETS}
    shared = _yaml(folder / "rules.yml")
    rules = [
        *(Rule.model_validate(rule) for rule in shared["rules"]),
        *(rule for contract in datasets.values() for rule in contract.rules),
    ]
    return Contracts(
        datasets=datasets,
        rules={rule.id: rule for rule in sorted(rules, key=lambda rule: (_GROUPS.index(rule.id[0]), rule.id))},
        codes=_code_lists(folder / "code_lists.csv"),
        manifest=_yaml(folder / "manifest.yml"),
        open_months=shared["open_months"],
        retention_years=shared["retention_years"],
        personal_attributes=PersonalAttributes.model_validate(shared["personal_attributes"]),
    )


def _yaml(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _code_lists(path: Path) -> dict[str, dict[str, Code]]:
    lists: dict[str, dict[str, Code]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row.pop("list")
            lists.setdefault(name, {})[row["code"]] = Code(**row)
    return lists
