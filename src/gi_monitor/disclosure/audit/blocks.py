"""Parts of a problem: blocks that do not depend on each other, and neighbourhoods inside a block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gi_monitor.disclosure.audit import bounds
from gi_monitor.disclosure.audit.problem import Domain, Relation


@dataclass(frozen=True)
class Block:
    """Cells with what is known of each, and relations between them."""

    domains: Mapping[str, Domain]
    relations: tuple[Relation, ...]

    def around(self, name: str, size: int) -> tuple[str, ...]:
        """A cell and those near it: whole relations, nearest first, until at least ``size`` cells are reached."""
        reached = {name: None}
        for number in self._reached(name):
            if len(reached) >= size:
                break
            reached.update((other, None) for other, _ in self.relations[number].terms)
        return tuple(reached)

    def frozen_around(self, names: Iterable[str], values: Mapping[str, int]) -> Block:
        """These cells while all others keep their value: fewer tables than are feasible."""
        chosen = dict.fromkeys(names)
        relations = tuple(self.relations[n].given(values, chosen) for n in self._touching(chosen))
        return Block({name: self.domains[name] for name in chosen}, relations)

    @cached_property
    def _of_cell(self) -> Mapping[str, list[int]]:
        found = defaultdict(list)
        for number, relation in enumerate(self.relations):
            for name, _ in relation.terms:
                found[name].append(number)
        return found

    def _touching(self, names: Iterable[str]) -> list[int]:
        return sorted({number for name in names for number in self._of_cell[name]})

    def _reached(self, start: str) -> Iterator[int]:
        """The relations that can be reached from a cell, nearest first."""
        names, seen = {start: None}, set[int]()
        while names:
            near = sorted({number for name in names for number in self._of_cell.get(name, ())} - seen)
            seen.update(near)
            yield from near
            names = dict.fromkeys(name for number in near for name, _ in self.relations[number].terms)

    def component(self, start: str) -> Block:
        """The cells that depend on one cell in however many steps; none when no relation holds it."""
        numbers = sorted(self._reached(start))
        names = sorted({name for number in numbers for name, _ in self.relations[number].terms})
        return Block({name: self.domains[name] for name in names}, tuple(self.relations[n] for n in numbers))


def split(domains: Mapping[str, Domain], relations: Sequence[Relation], targets: Iterable[str]) -> Iterator[Block]:
    """The blocks that hold a target; a target that no relation narrows any further is in none."""
    left = Block(domains, tuple(bounds.live(relations, domains)))
    done: set[str] = set()
    for target in targets:
        if target not in done:
            block = left.component(target)
            done.update(block.domains)
            if block.relations:
                yield block
