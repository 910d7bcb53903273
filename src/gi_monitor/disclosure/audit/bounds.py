"""Bounds by counting alone: what follows for each cell from one relation at a time, until nothing more follows."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gi_monitor.disclosure.audit.problem import Domain, Relation, clip, hull

_MOST_VISITS = 40
"""A relation that still narrows after this many visits converges slowly; the solver takes over, nothing is lost."""


def tighten(domains: Mapping[str, Domain], relations: Sequence[Relation]) -> dict[str, Domain]:
    """Narrower domains in which every feasible table still lies; ``domains`` must allow one."""
    found = dict(domains)
    of_cell = defaultdict(list)
    for number, relation in enumerate(relations):
        for name, _ in relation.terms:
            of_cell[name].append(number)
    waiting = deque(range(len(relations)))
    queued, visits = set(waiting), [0] * len(relations)
    while waiting:
        number = waiting.popleft()
        queued.discard(number)
        visits[number] += 1
        for name, domain in list(_implied(relations[number], found)):
            found[name] = domain
            again = [other for other in of_cell[name] if other not in queued and visits[other] < _MOST_VISITS]
            waiting.extend(again)
            queued.update(again)
    return found


def span(relation: Relation, domains: Mapping[str, Domain]) -> tuple[int, int]:
    """The smallest and largest sum that the domains allow."""
    ends = [(coefficient * domains[name][0].low, coefficient * domains[name][-1].high)
            for name, coefficient in relation.terms]  # fmt: skip
    return sum(min(pair) for pair in ends), sum(max(pair) for pair in ends)


def _implied(relation: Relation, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    least, most = span(relation, domains)
    if relation.low <= least and most <= relation.high:
        return
    for name, coefficient in relation.terms:
        low, high = hull(domains[name])
        ends = coefficient * low, coefficient * high
        # coefficient * value lies between what the other terms leave of either bound
        smallest = relation.low - (most - max(ends))
        largest = relation.high - (least - min(ends))
        if coefficient < 0:
            smallest, largest = -largest, -smallest
        size = abs(coefficient)
        new_low, new_high = -(-smallest // size), largest // size
        if new_low > low or new_high < high:
            yield name, clip(domains[name], new_low, new_high)


def live(relations: Iterable[Relation], domains: Mapping[str, Domain]) -> Iterator[Relation]:
    """The relations that still exclude something, without the cells that have one value only."""
    values = {name: low for name, domain in domains.items() for low, high in [hull(domain)] if low == high}
    free = domains.keys() - values.keys()
    for relation in relations:
        least, most = span(relation, domains)
        if least < relation.low or most > relation.high:
            yield relation.given(values, free)
