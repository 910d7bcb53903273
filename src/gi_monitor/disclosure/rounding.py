"""How single numbers are published (spec 3.2, rules 1, 2 and 4)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from gi_monitor.publication_rules import DisclosureRules


def to_decimals(value: Decimal, decimals: int) -> Decimal:
    """The value with that many decimals, halves away from zero, and no negative zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def count(value: Decimal, rules: DisclosureRules) -> Decimal | None:
    """A count as rule 1 publishes it: 0 stays 0, below the threshold None, else the nearest multiple of the base.

    A net count (corrections of F1) follows the same rule with its sign kept.
    """
    if value == 0:
        return Decimal(0)
    if abs(value) < rules.suppress_below:
        return None
    return to_decimals(value / rules.rounding_base, 0) * rules.rounding_base


def fte(value: Decimal, persons: Decimal | None, rules: DisclosureRules) -> Decimal | None:
    """Fte as rule 2 publishes it, given the published number of persons behind it.

    None where that number is suppressed or below the threshold; nobody with no fte is 0.
    """
    shown = to_decimals(value, rules.decimals.fte)
    if persons is None:
        return None
    return shown if persons >= rules.fte_persons_below or persons == shown == 0 else None


def certainly(published: Decimal, rules: DisclosureRules) -> Decimal:
    """For how many observations a published count stands at the least (rule 4): a published 10 may be 8.

    Judging the exact count instead would tell readers on which side of a minimum a rounded count lies.
    """
    return published - rules.rounding_base // 2


def persons_at_least(published: Decimal, rules: DisclosureRules) -> Decimal:
    """How many persons a published number of fte takes at the least."""
    return (published / rules.most_fte_of_a_person).to_integral_value(ROUND_CEILING)


def most_fte_of(persons: int, rules: DisclosureRules) -> Decimal:
    """The largest published number of fte that so many persons can work."""
    return (persons * rules.most_fte_of_a_person).quantize(Decimal(1).scaleb(-rules.decimals.fte), ROUND_FLOOR)
