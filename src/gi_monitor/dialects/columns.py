"""What the columns of a delivered dataset are called in a dialect."""

from __future__ import annotations

from gi_monitor import contracts
from gi_monitor.contracts import Column
from gi_monitor.institutions.dialect import Dialect


def columns_of(delivered_as: str) -> tuple[Column, ...]:
    """The columns of the contract behind a delivered name (``wachtlijst``)."""
    known = contracts.load()
    return known.datasets[known.dataset_delivered_as(delivered_as)].columns


def own_names(dialect: Dialect, delivered_as: str) -> dict[str, str]:
    """The institution's own name by the canonical one."""
    return {column.name: dialect.columns.get(column.name, column.name) for column in columns_of(delivered_as)}
