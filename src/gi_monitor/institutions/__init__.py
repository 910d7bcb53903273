"""The institution files of ``institutions/``: who delivers, from when, how, in which dialect (spec 1.2)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import Field, ValidationError, model_validator

from gi_monitor import settings
from gi_monitor.institutions import files
from gi_monitor.institutions.dialect import DelimitedDialect, Dialect, StrictModel
from gi_monitor.institutions.transport import FolderTransport, Transport
from gi_monitor.month import Month


class InstitutionError(ValueError):
    """An institution file is wrong; each line of the message names file, field and remedy."""


class Contact(StrictModel):
    """Whom to tell; roles, no private addresses."""

    name: str
    email: str


class Calendar(StrictModel):
    """When a delivery is due: a day of the following month."""

    due_day: int = Field(default=15, ge=1, le=28)


class Waiver(StrictModel):
    """Lowers a rule to warn until it ends; ``name`` is who agreed to it."""

    rule: str
    reason: str
    name: str
    until: date


class Institution(StrictModel):
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
    transport: Transport = FolderTransport()
    calendar: Calendar = Calendar()
    waivers: tuple[Waiver, ...] = ()
    dialect: Dialect = DelimitedDialect()

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to: {self.valid_to} lies before valid_from ({self.valid_from}): mend one")
        return self

    def expected_on(self, day: date) -> bool:
        """Whether this institution should deliver about a reference date."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def may_deliver_on(self, day: date, open_months: int) -> bool:
        """Say whether it may deliver on a day: after its end too, until its last month has closed.

        ``open_months``: how many months after its own a month may be delivered, or delivered again.
        """
        if day < self.valid_from or self.valid_to is None:
            return self.valid_from <= day
        ended = Month.of(self.valid_to)
        last = ended if self.valid_to == ended.reference_date else ended - 1
        return last.months_until(Month.of(day)) <= open_months


def paths() -> list[Path]:
    """All institution files. Raises InstitutionError when their folder is not there."""
    folder = settings.load().institutions
    if not folder.is_dir():
        raise InstitutionError(f"there is no folder {folder}: set GI_MONITOR_INSTITUTIONS to that of the institutions")
    return sorted(folder.glob("[!_]*.yml"))


def load() -> dict[str, Institution]:
    """All institutions by code. Raises InstitutionError that lists every problem in every file."""
    problems: list[str] = []
    found: dict[str, Institution] = {}
    for path in paths():
        try:
            institution = read(path)
        except InstitutionError as error:
            problems.append(str(error))
        else:
            found[institution.gi_code] = institution
    if problems:
        raise InstitutionError("\n".join(problems))
    return found


def find(gi_code: str) -> Institution:
    """Look up one institution by code. Raises InstitutionError with every problem in its file, or when there is none.

    The code is compared with the files that there are, so it never leads outside their folder.
    """
    known = {path.stem: path for path in paths()}
    if gi_code not in known:
        raise InstitutionError(f"there is no institution {gi_code!r}; known are {', '.join(known)}")
    return read(known[gi_code])


def read(path: Path) -> Institution:
    """One institution file; raises InstitutionError with every problem in it."""
    institution = _read(path, path.stat().st_mtime_ns)
    if institution.successor and institution.successor not in {other.stem for other in path.parent.glob("[!_]*.yml")}:
        raise InstitutionError(f"{path.name}: successor: there is no {institution.successor}.yml beside this file")
    return institution


@lru_cache
def _read(path: Path, _modified: int) -> Institution:
    content = None
    try:
        content = files.parse(path.read_text(encoding="utf-8"))
        institution = Institution.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InstitutionError(f"{path.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        lines = files.problems(error, content)
        raise InstitutionError("\n".join(f"{path.name}: {line}" for line in lines)) from error
    if institution.gi_code != path.stem:
        raise InstitutionError(f"{path.name}: gi_code: {institution.gi_code} is not the name of the file; mend one")
    return institution
