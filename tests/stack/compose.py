"""What docker-compose.yml and the Dockerfile say of each service, as an engine would read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from gi_monitor import settings

_OTHERS = {"postgres": {"PGDATA": "/var/lib/postgresql/data"}}
"""What the images of others set."""
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+):-([^}]*)\})")


@dataclass(frozen=True)
class Service:
    """One service: ``mounts`` are its volumes and ``scratch`` its tmpfs, as they stand in the file."""

    name: str
    user: int
    group: int
    command: list[str]
    environment: dict[str, str]
    mounts: list[dict[str, Any]]
    scratch: dict[str, dict[str, str]]
    secrets: list[str]
    healthcheck: list[str] | None
    depends_on: dict[str, str]
    ours: bool


def services(variables: Mapping[str, str]) -> dict[str, Service]:
    """Every service, with these variables in place of the defaults, as ``.env`` would."""
    text = (settings.PROJECT / "docker-compose.yml").read_text(encoding="utf-8")

    def value(found: re.Match[str]) -> str:
        return variables.get(found[1], found[2]) if found[1] else "$"

    content = yaml.safe_load(_VARIABLE.sub(value, text))
    return {name: _service(name, each) for name, each in content["services"].items()}


def copied() -> dict[str, str]:
    """What the image of ours holds of this checkout: name by place."""
    folder = re.findall(r"^WORKDIR (\S+)$", _image(), re.MULTILINE)[-1]
    names = [name for line in re.findall(r"^COPY (?!--)(.+)$", _image(), re.MULTILINE) for name in line.split()[:-1]]
    return {f"{folder}/{name}": name for name in names}


def _image() -> str:
    return (settings.PROJECT / "Dockerfile").read_text(encoding="utf-8").rsplit("\nFROM ", 1)[1]


def _image_environment() -> dict[str, str]:
    block = re.findall(r"^ENV ((?:.*\\\n)*.*)$", _image(), re.MULTILINE)[-1]
    for argument, default in re.findall(r"^ARG (\w+)=(\S+)$", _image(), re.MULTILINE):
        block = block.replace(f"${argument}", default)
    return dict(each.split("=", 1) for each in block.replace("\\\n", " ").split())


def _service(name: str, content: Mapping[str, Any]) -> Service:
    user, group = content["user"].split(":")
    ours = content["image"] == "gi-monitor"
    image = _image_environment() if ours else _OTHERS.get(name, {})
    check = content.get("healthcheck", {}).get("test")
    return Service(
        name=name,
        user=int(user),
        group=int(group),
        command=content.get("command", []),
        environment={key: str(value) for key, value in {**image, **content.get("environment", {})}.items()},
        mounts=content.get("volumes", []),
        scratch={path: _options(rest) for path, _, rest in (each.partition(":") for each in content.get("tmpfs", []))},
        secrets=content.get("secrets", []),
        healthcheck=check and (["sh", "-c", check[1]] if check[0] == "CMD-SHELL" else check[1:]),
        depends_on={other: how["condition"] for other, how in content.get("depends_on", {}).items()},
        ours=ours,
    )


def _options(text: str) -> dict[str, str]:
    return dict(option.split("=", 1) for option in text.split(",") if option)
