"""How rare the rows of one delivery are: information for whoever weighs the risk of singling out, and no rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SMALL_CLASS = 5
"""A class of fewer rows is small."""

_KNOWN = ["leeftijdsgroep", "provincie", "type_maatregel"]
_SHARE = Decimal("0.0001")


@dataclass(frozen=True)
class SinglingOut:
    """The classes of rows with the same age group, province, type of measure and start month.

    ``k`` is the number of rows in the smallest one, as in k-anonymity (Sweeney 2002, doi 10.1142/S0218488502001648);
    ``small_share`` the share of rows, 0 to 1 in four decimals, in classes of fewer than ``SMALL_CLASS``.
    """

    k: int
    small_share: Decimal


def singling_out(caseload: pd.DataFrame) -> SinglingOut | None:
    """Of the typed values of caseload rows; None without rows. Which classes are small it does not say."""
    from gi_monitor.intake import derived

    if caseload.empty:
        return None
    months = derived.started(caseload).dt.to_period("M")
    sizes = caseload[_KNOWN].assign(start=months).value_counts(dropna=False)
    small = int(sizes[sizes < SMALL_CLASS].sum())
    return SinglingOut(int(sizes.min()), (Decimal(small) / len(caseload)).quantize(_SHARE))
