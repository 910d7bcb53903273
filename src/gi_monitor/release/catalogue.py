"""Who publishes the statistic, under which licence and where: ``indicators/_catalogue.yml`` (spec 3.3)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gi_monitor import settings
from gi_monitor.release.calendar import ReleaseError

_MADE_UP = "gi-monitor.example"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Publisher(_Model):
    """The organisation that publishes; ``type`` is a URI of the ADMS list of publisher types."""

    name: str
    url: str
    type: str


class Contact(_Model):
    """Whom users write to."""

    name: str
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class Licence(_Model):
    """The licence of the data: its SPDX name, and its URI in the EU list of licences."""

    name: str
    title: str
    url: str
    catalogue_uri: str


class Catalogue(_Model):
    """What catalogues say of the statistic as a whole."""

    title_nl: str
    title_en: str
    description_nl: str
    description_en: str
    base_url: str = Field(pattern=r"^https://.+/$")
    publisher: Publisher
    contact: Contact
    licence: Licence
    keywords_nl: tuple[str, ...] = Field(min_length=1)
    keywords_en: tuple[str, ...] = Field(min_length=1)


def load() -> Catalogue:
    """Read the file of this checkout. Raises ReleaseError that names every field which is wrong or missing."""
    return _load(settings.load().home / "indicators" / "_catalogue.yml")


def to_publish() -> Catalogue:
    """As ``load``, and raises ReleaseError in production mode while it is the made-up one that ships."""
    found = load()
    if settings.load().production and urlsplit(found.base_url).hostname == _MADE_UP:
        raise ReleaseError("indicators/_catalogue.yml names a made-up publisher: fill in who publishes, and where")
    return found


@cache
def _load(path: Path) -> Catalogue:
    try:
        return Catalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, yaml.YAMLError) as error:
        raise ReleaseError(f"{path.name}: {error}") from error
