"""A scenario as a file: what is asked, from when, with which seed; to be kept, compared and run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError

from gi_monitor.institutions import files
from gi_monitor.institutions.dialect import StrictModel
from gi_monitor.month import Month
from gi_monitor.scenario.levers import Levers


class ScenarioError(ValueError):
    """A scenario file is wrong; each line of the message names file, field and remedy."""


Origin = Annotated[Month, BeforeValidator(lambda value: Month.parse(str(value))), PlainSerializer(str)]


class Scenario(StrictModel):
    """One scenario. ``origin``: the last month that is taken as known; empty is the last that all have delivered.

    ``horizon``: months from there. ``target_weeks``: how long somebody should wait for a worker at most, for the
    queue's figures.
    """

    name: str = Field(min_length=1, max_length=120)
    description: str = ""
    seed: int = Field(ge=0)
    paths: int = Field(default=4_000, ge=100, le=10_000)
    horizon: int = Field(default=24, ge=1, le=60)
    origin: Origin | None = None
    target_weeks: float = Field(default=13.0, gt=0, le=520)
    levers: Levers = Levers()


def read(path: Path) -> Scenario:
    """A scenario file. Raises ScenarioError with every problem in it."""
    content = None
    try:
        content = files.parse(path.read_text(encoding="utf-8"))
        return Scenario.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path.name}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise ScenarioError("\n".join(f"{path.name}: {line}" for line in files.problems(error, content))) from error


def text(scenario: Scenario) -> str:
    """The scenario as a file with every field in it, so that it is run the same way again."""
    return yaml.safe_dump(scenario.model_dump(), sort_keys=False, allow_unicode=True)
