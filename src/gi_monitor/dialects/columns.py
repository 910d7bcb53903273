"""What the columns of a delivered dataset are called in a dialect."""

from __future__ import annotations

from collections.abc import Iterable

from gi_monitor import contracts
from gi_monitor.contracts import Column, Contracts
from gi_monitor.institutions.dialect import Dialect


def columns_of(delivered_as: str) -> tuple[Column, ...]:
    """The columns of the contract behind a delivered name (``wachtlijst``)."""
    known = contracts.load()
    return known.datasets[known.dataset_delivered_as(delivered_as)].columns


def own_names(dialect: Dialect, columns: Iterable[Column]) -> dict[str, str]:
    """The institution's own name by the canonical one."""
    return {column.name: dialect.columns.get(column.name, column.name) for column in columns}


def in_version(dialect: Dialect, known: Contracts) -> Dialect:
    """The dialect as deliveries in a version speak it: that version's name for a column without a name of its own."""
    names = {column.name: column.delivered_as for of in known.datasets.values() for column in of.columns}
    return dialect.model_copy(update={"columns": names | dict(dialect.columns)})
