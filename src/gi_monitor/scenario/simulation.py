"""A scenario in paths: measures, staff and lists of every institution, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gi_monitor.month import Month
from gi_monitor.scenario import lists, stocks, wander
from gi_monitor.scenario.facts import FactsError, Floats, Ints
from gi_monitor.scenario.fit import Fitted
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.lists import Change, Lists
from gi_monitor.scenario.stocks import Caseload, Team

_STREAMS = 3


@dataclass(frozen=True)
class Paths:
    """What could happen, by path, month and institution.

    ``waiting``: measures without a worker at the end of the month. During it, ``joined`` counts who needed a worker,
    ``given`` who was given one (some at once), and ``ended`` what ended while it had one.
    """

    institutions: tuple[str, ...]
    months: tuple[Month, ...]
    caseload: Caseload
    team: Team
    waiting: Ints
    joined: Ints
    given: Ints
    ended: Ints

    @property
    def assigned(self) -> Ints:
        """Measures with a worker."""
        assigned: Ints = self.caseload.stock - self.waiting
        return assigned


class Simulation:
    """Scenarios from one fit and one seed: what a lever does not touch is drawn the same in each."""

    def __init__(self, fitted: Fitted, *, seed: int, paths: int, months: int) -> None:
        self._fitted, self._paths = fitted, paths
        self._months = tuple(fitted.origin + n for n in range(1, months + 1))
        self._seeds = np.random.SeedSequence(seed).spawn(_STREAMS)
        self._without = self._caseload(Levers()), self._team(Levers())

    def run(self, levers: Levers) -> Paths:
        """One scenario. Raises FactsError when its rule needs a path that an institution does not have."""
        caseload = self._caseload(levers) if levers.inflow else self._without[0]
        team = self._team(levers)
        return self._share_out(caseload, team, levers)

    def _caseload(self, levers: Levers) -> Caseload:
        return stocks.caseload(self._fitted.measures, levers, self._rng(0), self._paths, len(self._months))

    def _team(self, levers: Levers) -> Team:
        return stocks.team(self._fitted.staff, levers, self._rng(1), self._paths, len(self._months))

    def _rng(self, stream: int) -> np.random.Generator:
        return np.random.default_rng(self._seeds[stream])

    def _share_out(self, caseload: Caseload, team: Team, levers: Levers) -> Paths:
        rng, fitted = self._rng(2), self._fitted
        target = self._target(caseload, team, rng)
        size = [self._paths, len(fitted.institutions)]
        waiting = np.broadcast_to(fitted.waiting, size)
        now, fte = Lists.begin(caseload.begin - waiting, waiting), np.broadcast_to(fitted.fte, size)
        seen = []
        for number, path in enumerate(self._path(levers)):
            stayed = np.minimum(fte * (1 - team.leaving[:, number]), team.fte[:, number])
            fte = team.fte[:, number]
            left = caseload.left[:, number]
            # A measure ends as soon whether it waits or not.
            ended = rng.hypergeometric(now.assigned, now.waiting, left)
            change = Change(caseload.came[:, number], ended, left - ended, team.leaving[:, number], fte, stayed, path)
            now = now.after(change, rng)
            if levers.rule == "as_observed":
                places = lists.as_observed(now, target[:, number])
            elif levers.rule == "hold_path":
                places = lists.hold_path(now, change)
            else:
                places = lists.two_closed_one_new(now, change)
            now = now.give(places)
            seen.append(now)
        parts = ("waiting", "joined", "given", "ended")
        listed = (np.stack([getattr(month, part) for month in seen], axis=1) for part in parts)
        return Paths(fitted.institutions, self._months, caseload, team, *listed)

    def _path(self, levers: Levers) -> Floats:
        if levers.rule == "as_observed":
            return np.full([len(self._months), len(self._fitted.institutions)], np.nan)
        path = np.array([self._fitted.path(month) for month in self._months])
        without = [gi for gi, known in zip(self._fitted.institutions, ~np.isnan(path[0]), strict=True) if not known]
        if without:
            raise FactsError(
                f"levers.rule: {levers.rule} needs the path, and the marts have no workload at the baseline of "
                f"{', '.join(without)}; let them deliver that month, or use as_observed"
            )
        return path

    def _target(self, caseload: Caseload, team: Team, rng: np.random.Generator) -> Floats:
        """The list that institutions would keep: as long as before, less what levers leave room for.

        A worker carries what he would carry without the levers; so fewer measures, or more fte, leave room, and who
        waits gets it first.
        """
        usual = wander.draw(self._fitted.waiting_changes, rng, self._paths, len(self._months)) * self._fitted.waiting
        without_caseload, without_team = self._without
        fewer = _mean(caseload.stock) / _mean(without_caseload.stock)
        more = _mean(team.fte) / _mean(without_team.fte)
        target: Floats = caseload.stock - (caseload.stock / fewer - usual) * more
        return target


def _mean(values: Ints | Floats) -> Floats:
    mean: Floats = np.maximum(values.mean(axis=0), 1e-9)
    return mean
