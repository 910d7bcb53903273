"""The suites of ``expectations/``: what is promised about the tables at a gate, as data (spec 3.1, 4.5)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gi_monitor import settings

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class SuiteError(ValueError):
    """A suite file is wrong; the message names the file and every problem in it."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectation(_Model):
    """One promise about one table, kept or broken.

    ``table`` is ``schema.table`` in the warehouse, or the bare name of a data frame handed to the judge.
    The promise is either SQL in ``rows``, which selects the rows that break it and names the table as
    ``{batch}``, or a Great Expectations ``type`` with its ``kwargs``, on the rows ``where`` columns have
    one of the listed values. Where a delivery is to blame ``rows`` returns its ``delivery_id``.
    ``way_out``: what a person does instead, where a release never breaks it under a waiver (gate G3).
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    severity: Literal["critical", "warning"]
    way_out: str = ""
    sentence: str
    limit: str
    table: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)?$")
    rows: str | None = None
    type: str | None = Field(default=None, pattern=r"^expect_[a-z_]+$")
    kwargs: Mapping[str, Any] = Field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def waivable(self) -> bool:
        """Whether a release may break it under a waiver."""
        return not self.way_out

    @model_validator(mode="after")
    def _one_way_to_judge(self) -> Expectation:
        if (self.rows is None) == (self.type is None):
            raise ValueError(f"{self.id}: give either `rows` (SQL) or `type` (of Great Expectations)")
        if self.rows is not None and (self.kwargs or self.where or "." not in self.table):
            raise ValueError(f"{self.id}: `rows` is SQL on a table of the warehouse, without `kwargs` or `where`")
        return self


class Suite(_Model):
    """One suite file; ``queries`` are pieces of SQL that several expectations name in braces."""

    name: str
    version: str
    gate: Literal["G2", "G3"]
    queries: Mapping[str, str] = Field(default_factory=dict)
    expectations: tuple[Expectation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names(self) -> Suite:
        ids = [expectation.id for expectation in self.expectations]
        if doubled := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"expectations named twice: {', '.join(doubled)}")
        known = {"batch", *self.queries}
        for text in [*self.queries.values(), *(e.rows for e in self.expectations if e.rows)]:
            if unknown := sorted(set(_PLACEHOLDER.findall(text)) - known):
                raise ValueError(f"no such query: {', '.join(unknown)}")
        return self


def load(name: str) -> Suite:
    """The suite of ``expectations/<name>.yml``, its queries filled in.

    Its version is the declared one and the first twelve digits of the file's sha256. Raises SuiteError.
    """
    return _parsed(name, (settings.load().home / "expectations" / f"{name}.yml").read_bytes())


@lru_cache(maxsize=8)
def _parsed(name: str, content: bytes) -> Suite:
    """Parse a suite file once: the page of a reviewer asks for it with every verdict."""
    try:
        suite = Suite.model_validate(yaml.safe_load(content))
        expectations = tuple(_filled_in(expectation, suite.queries) for expectation in suite.expectations)
    except (ValueError, yaml.YAMLError) as error:
        raise SuiteError(f"{name}.yml: {error}") from error
    if suite.name != name:
        raise SuiteError(f"{name}.yml: its name is {suite.name!r}; name the file after it")
    version = f"{suite.version}+{hashlib.sha256(content).hexdigest()[:12]}"
    return suite.model_copy(update={"version": version, "expectations": expectations})


def _filled_in(expectation: Expectation, queries: Mapping[str, str]) -> Expectation:
    if expectation.rows is None:
        return expectation
    rows = expectation.rows
    for name, query in queries.items():
        rows = rows.replace(f"{{{name}}}", f"({query})")
    if "{batch}" not in rows:
        raise ValueError(f"{expectation.id}: `rows` must name its table {expectation.table} as {{batch}}")
    return expectation.model_copy(update={"rows": rows})
