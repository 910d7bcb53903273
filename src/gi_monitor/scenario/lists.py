"""Who gets a worker and who waits: three rules, each in whole measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gi_monitor.scenario.facts import Floats, Ints


@dataclass(frozen=True)
class Change:
    """What a month brings, by path and institution.

    ``came``: measures that begin. ``ended`` and ``ended_waiting``: measures that end, with a worker and without.
    ``lost``: the share of workers that left, whose measures are without one. ``fte``: at the end of the month,
    ``stayed``: of it, who was there before. ``path``: measures per fte that were agreed to be the most.
    """

    came: Ints
    ended: Ints
    ended_waiting: Ints
    lost: Floats
    fte: Floats
    stayed: Floats
    path: Floats


@dataclass(frozen=True)
class Lists:
    """Measures with a worker (``assigned``) and without, together the stock.

    This month: who ``joined`` the list, who was ``given`` a worker, and what ``ended`` while it had one.
    """

    assigned: Ints
    waiting: Ints
    joined: Ints
    given: Ints
    ended: Ints

    @classmethod
    def begin(cls, assigned: Ints, waiting: Ints) -> Lists:
        """At the origin, where nothing has happened yet."""
        nothing = np.zeros_like(waiting)
        return cls(assigned, waiting, nothing, nothing, nothing)

    def after(self, change: Change, rng: np.random.Generator) -> Lists:
        """A month later, before anybody is given a worker."""
        kept = self.assigned - change.ended
        orphaned = rng.binomial(kept, change.lost)
        joined = change.came + orphaned
        waiting = self.waiting - change.ended_waiting + joined
        return Lists(kept - orphaned, waiting, joined, np.zeros_like(joined), change.ended)

    def give(self, places: Ints) -> Lists:
        """Give so many who wait a worker; never more than wait, never fewer than none."""
        given = np.clip(places, 0, self.waiting)
        return Lists(self.assigned + given, self.waiting - given, self.joined, given, self.ended)


def as_observed(now: Lists, target: Floats) -> Ints:
    """Places that bring the list to its target."""
    return now.waiting - np.rint(target).astype(np.int64)


def hold_path(now: Lists, change: Change) -> Ints:
    """Places up to what the fte may carry on the path."""
    return np.floor(change.fte * change.path).astype(np.int64) - now.assigned


def two_closed_one_new(now: Lists, change: Change) -> Ints:
    """While workers carry more than the path, one new for two that ended; who is new at work starts on the path."""
    newcomers = np.floor((change.fte - change.stayed) * change.path).astype(np.int64)
    above = now.assigned > change.stayed * change.path
    room = hold_path(now, change)
    return np.where(above, np.maximum(now.ended // 2 + newcomers, room), room)
