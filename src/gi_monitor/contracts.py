"""The delivery contracts of ``contracts/``: versions, columns, code lists and rules as data (spec 1.1, 1.3).

The files hold all versions in one: what a later version adds says ``since``, what it calls otherwise ``renamed``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gi_monitor import settings
from gi_monitor.month import Month

Severity = Literal["reject", "row", "hold", "warn"]
DATASETS = ("caseload", "waitlist", "staffing")
_GROUPS = "SPRXTH"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContractError(ValueError):
    """A contract names a version that there is not; the message says where."""


class Version(_Model):
    """A version of the specification and the reporting months that may be delivered in it; no bound is open."""

    version: str
    first_month: Annotated[Month, BeforeValidator(Month.parse)] | None = None
    last_month: Annotated[Month, BeforeValidator(Month.parse)] | None = None

    def holds_for(self, month: Month) -> bool:
        """Whether a delivery about that month may be in this version."""
        return (self.first_month or month) <= month <= (self.last_month or month)


class Column(_Model):
    """One delivered column: its Dutch name, its name in the warehouse, its type and its limits.

    Rules, dialects and code know it by ``name``, which never changes; ``delivered_as`` is what this version calls it,
    ``codes`` are those that this version has in its ``list``.
    """

    name: str
    delivered_as: str
    codes: frozenset[str] = frozenset()
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
    """Everything in ``contracts/``, as one version has it; ``not_yet`` names the columns of later versions."""

    version: str
    not_yet: frozenset[str]
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


def versions() -> tuple[Version, ...]:
    """All versions of the specification, oldest first."""
    return _versions(_folder())


def load() -> Contracts:
    """The contracts of this checkout in their newest version, which has all that older ones have."""
    return _load(_folder(), versions()[-1].version)


def read_as(specification: str) -> Contracts:
    """The contracts by which a delivery of that version is read; those of the newest when there is no such version."""
    known = {version.version for version in versions()}
    return _load(_folder(), specification) if specification in known else load()


def _folder() -> Path:
    return settings.load().home / "contracts"


@cache
def _versions(folder: Path) -> tuple[Version, ...]:
    return tuple(Version.model_validate(version) for version in _yaml(folder / "versions.yml")["versions"])


@cache
def _load(folder: Path, version: str) -> Contracts:
    has = _Until(folder, version)
    codes = _code_lists(folder / "code_lists.csv", has)
    files = {name: _yaml(folder / f"{name}.yml") for name in DATASETS}
    not_yet = frozenset(column["name"] for of in files.values() for column in of["columns"] if not has(column))
    datasets = {name: Contract.model_validate(_in_version(of, has, codes, not_yet)) for name, of in files.items()}
    shared = _yaml(folder / "rules.yml")
    rules = [
        *(Rule.model_validate(rule) for rule in shared["rules"]),
        *(rule for contract in datasets.values() for rule in contract.rules),
    ]
    return Contracts(
        version=version,
        not_yet=not_yet,
        datasets=datasets,
        rules={rule.id: rule for rule in sorted(rules, key=lambda rule: (_GROUPS.index(rule.id[0]), rule.id))},
        codes=codes,
        manifest=_yaml(folder / "manifest.yml"),
        open_months=shared["open_months"],
        retention_years=shared["retention_years"],
        personal_attributes=PersonalAttributes.model_validate(shared["personal_attributes"]),
    )


class _Until:
    """What there is in a version and not only in later ones. Raises ContractError for a version that there is not."""

    def __init__(self, folder: Path, version: str) -> None:
        self._order = [version.version for version in _versions(folder)]
        self._last = self._order.index(version)

    def reached(self, version: str) -> bool:
        """Whether that version is this one or an older one."""
        if version not in self._order:
            raise ContractError(f"contracts/: versions.yml has no version {version}, which a column or code names")
        return self._order.index(version) <= self._last

    def __call__(self, part: Mapping[str, Any]) -> bool:
        """Whether a column or a code is there."""
        return not part.get("since") or self.reached(str(part["since"]))

    def name_of(self, column: Mapping[str, Any]) -> str:
        """What the column is called; ``renamed`` says since which version what, oldest first."""
        names = [name for version, name in column.get("renamed", {}).items() if self.reached(str(version))]
        return str(names[-1] if names else column["name"])


def _in_version(
    content: Mapping[str, Any], has: _Until, codes: Mapping[str, Mapping[str, Code]], not_yet: frozenset[str]
) -> dict[str, Any]:
    """A contract's file without what only later versions have."""
    columns = [
        {key: value for key, value in column.items() if key not in ("since", "renamed")}
        | {"delivered_as": has.name_of(column), "codes": frozenset(codes.get(column.get("list"), ()))}
        for column in content["columns"]
        if has(column)
    ]
    rules = [rule for rule in content["rules"] if not _named_in(rule) & not_yet]
    return {**content, "columns": columns, "rules": rules}


def _named_in(rule: Mapping[str, Any]) -> set[str]:
    """The words of a rule's expressions, columns among them."""
    expressions = " ".join(case["fails_when"] for case in rule.get("cases", ()))
    return {word.removesuffix("_filled") for word in re.findall(r"\w+", expressions)}


def _yaml(path: Path) -> Any:
    # Every task reads this, and the loader in Python takes six times as long.
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def _code_lists(path: Path, has: _Until) -> dict[str, dict[str, Code]]:
    lists: dict[str, dict[str, Code]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in filter(has, csv.DictReader(file)):
            code = {name: value for name, value in row.items() if name not in ("list", "since")}
            lists.setdefault(row["list"], {})[row["code"]] = Code(**code)
    return lists
