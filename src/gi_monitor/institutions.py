"""The institution files of ``institutions/``: who delivers, from when, how, in which dialect (spec 1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gi_monitor import settings


class InstitutionError(ValueError):
    """An institution file is wrong; the message names file, field and remedy."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _canonical_flags() -> dict[str, Literal["J", "N"]]:
    return {"J": "J", "N": "N"}


class _Dialect(_Model):
    """What all dialects share: how dates, decimals, flags, columns and codes are written.

    ``columns`` maps a canonical column name to the institution's own; ``codes`` maps, per code list,
    the institution's own label to the code. What is not named is written as the specification has it.
    """

    date: Literal["jjjj-mm-dd", "dd-mm-jjjj"] = "jjjj-mm-dd"
    decimal: Literal[".", ","] = "."
    columns: Mapping[str, str] = Field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    flags: Mapping[str, Literal["J", "N"]] = Field(default_factory=_canonical_flags)


class DelimitedDialect(_Dialect):
    """Text, one row per line, cells between delimiters; one file per dataset."""

    format: Literal["delimited"] = "delimited"
    extension: str = "csv"
    delimiter: Literal[",", ";", "|"] = ","
    encoding: Literal["utf-8", "utf-8-sig", "cp1252"] = "utf-8"


class WorkbookDialect(_Dialect):
    """One XLSX workbook, one sheet per dataset, ``title_rows`` rows above the header."""

    format: Literal["xlsx"]
    workbook: str = "levering.xlsx"
    sheets: Mapping[Literal["caseload", "wachtlijst", "formatie"], str]
    title_rows: int = 0


Dialect = Annotated[DelimitedDialect | WorkbookDialect, Field(discriminator="format")]


class FolderTransport(_Model):
    """Deliveries are dropped in the inbox, receipts are written to the outbox."""

    type: Literal["folder"] = "folder"


class Contact(_Model):
    """Whom to tell; roles, no private addresses."""

    name: str
    email: str


class Calendar(_Model):
    """When a delivery is due: a day of the following month."""

    due_day: int = Field(default=15, ge=1, le=28)


class Waiver(_Model):
    """Lowers a rule to warn until it ends; ``name`` is who agreed to it."""

    rule: str
    reason: str
    name: str
    until: date


class Institution(_Model):
    """One institution file. ``area`` names provinces, or is empty for a national institution."""

    gi_code: str = Field(pattern=r"^[a-z][a-z0-9]{2,31}$")
    name: str
    synthetic: bool = False
    profile: str = ""
    area: tuple[str, ...] = ()
    valid_from: date
    valid_to: date | None = None
    successor: str | None = None
    contact: Contact | None = None
    transport: FolderTransport = FolderTransport()
    calendar: Calendar = Calendar()
    waivers: tuple[Waiver, ...] = ()
    dialect: Dialect = DelimitedDialect()

    def expected_on(self, day: date) -> bool:
        """Whether this institution should deliver about a reference date."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def load() -> dict[str, Institution]:
    """All institutions by code. Raises InstitutionError that lists every problem in every file."""
    problems: list[str] = []
    found: dict[str, Institution] = {}
    for path in sorted(settings.load().institutions.glob("[!_]*.yml")):
        try:
            institution = read(path)
        except InstitutionError as error:
            problems.append(str(error))
        else:
            found[institution.gi_code] = institution
    if problems:
        raise InstitutionError("\n".join(problems))
    return found


def read(path: Path) -> Institution:
    """One institution file; raises InstitutionError with every problem in it."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache
def _read(path: Path, _modified: int) -> Institution:
    try:
        institution = Institution.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise InstitutionError(f"{path.name}: {error}") from error
    if institution.gi_code != path.stem:
        raise InstitutionError(f"{path.name}: gi_code is {institution.gi_code}; name the file after it")
    return institution
