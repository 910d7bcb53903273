"""What a published status tells of the exact figure behind it: the rules of spec 3.2, read backwards."""

from __future__ import annotations

from decimal import Decimal

from gi_monitor import contracts
from gi_monitor.disclosure import rounding
from gi_monitor.disclosure.audit.problem import ANY, CEILING, Cell, Domain, Range, clip, holds
from gi_monitor.publication_rules import DisclosureRules

FTE_SCALE = 100
"""Fte are delivered with two decimals; the audit counts in hundredths."""
REASON = 1_000
"""The cost of hiding that a suppressed count is a small one: that of a figure of so many. It is the last resort."""


def cost(exact: int) -> int:
    """The information lost by suppressing a count: what it counts, and something for every figure."""
    return 10 + abs(exact)


def count(exact: int, rules: DisclosureRules, *, owner: str | None = None, cost: int | None = None) -> Cell:
    """A count as rule 1 publishes it.

    With ``cost``, the reason of a small count may be hidden too; so a secondary status tells nothing of a count.
    """
    return _count(exact, rules, Range(0, CEILING), owner, cost)


def net_count(exact: int, rules: DisclosureRules, *, owner: str | None = None, cost: int | None = None) -> Cell:
    """A count that may be negative, such as the corrections of a balance (rule 7)."""
    return _count(exact, rules, Range(-CEILING, CEILING), owner, cost)


def _count(exact: int, rules: DisclosureRules, possible: Range, owner: str | None, cost: int | None) -> Cell:
    least, base = int(rules.suppress_below), rules.rounding_base
    published = rounding.count(Decimal(exact), rules)
    if published is None:
        small = clip((Range(1 - least, -1), Range(1, least - 1)), *possible)
        return Cell(exact, small, "primary", (possible,), owner, None if cost is None else REASON)
    if published == 0:
        shown: Domain = (Range(0, 0),)
    else:
        # Halves are rounded away from zero, so an even base reaches one further towards zero.
        size = abs(int(published))
        low, high = max(size - base // 2, least), size + (base - 1) // 2
        shown = (Range(low, high),) if exact > 0 else (Range(-high, -low),)
    return Cell(exact, shown, "shown", (possible,), owner, cost)


def most_fte_of_a_row() -> int:
    """The largest contract that a delivered row may have, in hundredths of fte."""
    (column,) = (column for column in contracts.load().datasets["staffing"].columns if column.name == "fte_contract")
    return int(Decimal(str(column.maximum)) * FTE_SCALE)


def fte(
    exact: Decimal,
    persons: Decimal | None,
    rules: DisclosureRules,
    *,
    days: int = 1,
    owner: str | None = None,
    cost: int | None = None,
    counted: bool = True,
) -> Cell:
    """Fte as rule 2 publishes it, given the published number of persons behind it; suppressed within 1.0 fte.

    Where it is published as the average of so many ``days``, ``exact`` is fte-days. ``counted``: whether the persons
    are counted, or follow from the fte.
    """
    scale = FTE_SCALE * days
    value = int(exact * FTE_SCALE)
    published = rounding.fte(exact / days, persons, rules)
    step = scale // 10**rules.decimals.fte
    if published is None:
        hidden = _too_few(rules, scale, step, counted=counted)
        shown = hidden if holds(hidden, value) else ANY
        return Cell(value, shown, "primary", owner=owner, width=scale, width_inside=scale, scale=scale)
    middle = int(published * scale)
    # No fte is that of nobody, and their number is published.
    shown = (Range(max(0, middle - step // 2), middle + (step - 1) // 2 if exact else 0),)
    return Cell(value, shown, "shown", ANY, owner, cost, scale, scale, scale)


def _too_few(rules: DisclosureRules, scale: int, step: int, *, counted: bool) -> Domain:
    """What suppressed fte can be: that of at least one person, and of fewer than would be shown."""
    persons = int(rules.fte_persons_below) - 1
    if counted:
        return (Range(1, persons * most_fte_of_a_row() * scale // FTE_SCALE),)
    most = rounding.most_fte_of(persons, rules)
    return (Range(step // 2, int(most * scale) + (step - 1) // 2),)
