"""The credentials of the transports: lent to a step, or else from the environment (spec 4.7)."""

from __future__ import annotations

from gi_monitor import environment
from gi_monitor.intake.transport.interface import RefusedError


def variable(gi_code: str, field: str) -> str:
    """The variable that holds a credential: ``GI_MONITOR_TRANSPORT_HAAGRIJN_PASSWORD``."""
    return f"GI_MONITOR_TRANSPORT_{gi_code.upper()}_{field}"


def names(gi_code: str, *fields: str) -> str:
    """The variables of these fields, for a message."""
    return ", ".join(variable(gi_code, field) for field in fields)


def find(gi_code: str, field: str) -> str | None:
    """A credential, where there is one."""
    return environment.get(variable(gi_code, field))


def need(gi_code: str, field: str, *others: str) -> str:
    """A credential. Raises RefusedError where there is none; it names the variable, and ``others`` that would do."""
    if (value := find(gi_code, field)) is None:
        raise RefusedError(f"{gi_code}: there is no credential: set {names(gi_code, field, *others)}")
    return value
