"""Day numbers, and the columns that hold the simulated population."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gi_monitor.month import Month

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

NEVER = 2**31 - 1
YEAR = 365.25

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01; all dates of the simulation are such numbers, NEVER for one that does not come."""
    return (day - _EPOCH).days


@dataclass(frozen=True)
class Span:
    """One reporting month as day numbers, both ends included."""

    month: Month
    first: int
    last: int

    @classmethod
    def of(cls, month: Month) -> Span:
        """The span of a month."""
        return cls(month, day_number(month.start), day_number(month.reference_date))

    @property
    def ordinal(self) -> int:
        """The month as a running number, to compare and interpolate with."""
        return month_ordinal(self.month)


def month_ordinal(month: Month) -> int:
    """The month as a running number."""
    return month.year * 12 + month.number


@dataclass
class Table:
    """Columns of one length that only grow: a row's number is its identity."""

    def append(self, rows: int, **values: ArrayLike) -> Ints:
        """Add rows and return their numbers; a single value is repeated. Raises KeyError for a column not given."""
        old = len(self)
        for field in fields(self):
            column = getattr(self, field.name)
            new = np.broadcast_to(np.asarray(values[field.name]), (rows,)).astype(column.dtype)
            setattr(self, field.name, np.concatenate([column, new]))
        return np.arange(old, old + rows)

    def rows(self, which: Ints) -> dict[str, Any]:
        """The values of some rows, to append as the start of new ones."""
        return {field.name: getattr(self, field.name)[which] for field in fields(self)}

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))
