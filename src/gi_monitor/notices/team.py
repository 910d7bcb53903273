"""Who of us is told: ``_team.yml`` among the institution files."""

from __future__ import annotations

from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gi_monitor import settings

Role = Literal["operator", "data_manager", "reviewer", "publisher"]
ROLES: tuple[Role, ...] = get_args(Role)

_MADE_UP = ".example"
_Addresses = tuple[str, ...]


class TeamError(RuntimeError):
    """The file is wrong, or made up in production mode; the message says what to mend."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Sender(_Model):
    """In whose name the monitor writes."""

    name: str
    email: str


class Team(_Model):
    """The addresses of each role: who keeps it running, who decides on deliveries, on releases, and who publishes."""

    sender: Sender
    operator: _Addresses = Field(min_length=1)
    data_manager: _Addresses = Field(min_length=1)
    reviewer: _Addresses = Field(min_length=1)
    publisher: _Addresses = Field(min_length=1)

    def addresses(self, role: Role) -> _Addresses:
        """Where a role reads its mail."""
        found: _Addresses = getattr(self, role)
        return found


def load() -> Team:
    """Raises TeamError when the file is missing or wrong, and in production mode while its addresses are made up."""
    here = settings.load()
    path = here.institutions / "_team.yml"
    try:
        team = Team.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, yaml.YAMLError) as error:
        raise TeamError(f"{path}: {error}") from error
    if here.production and any(_is_made_up(address) for role in ROLES for address in team.addresses(role)):
        raise TeamError(f"{path} holds made-up addresses: fill in who is told")
    return team


def _is_made_up(address: str) -> bool:
    return address.endswith(_MADE_UP)
