"""Measures and staff in paths: what comes, what goes, what is left, in whole numbers, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gi_monitor.scenario.cohorts import aged, mean_chances
from gi_monitor.scenario.facts import AT_WORK, Floats, Ints
from gi_monitor.scenario.fit import Measures, Staff
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.rates import Rate


@dataclass(frozen=True)
class Caseload:
    """Measures by path, month and institution; begin (the stock before) + came − left = stock, in each."""

    begin: Ints
    came: Ints
    left: Ints
    stock: Ints


@dataclass(frozen=True)
class Team:
    """fte that carries measures at the end of each month, and the share of workers that left in it."""

    persons: Ints
    trainees: Ints
    fte: Floats
    leaving: Floats


def caseload(fitted: Measures, levers: Levers, rng: np.random.Generator, paths: int, months: int) -> Caseload:
    """Measures to come. Arrivals are Poisson–Gamma, ends binomial by type and by time since the ruling."""
    institutions, types = fitted.mix.shape
    size, share = fitted.stock.sum(axis=(1, 2)), 1 + levers.inflow
    arriving = _events(fitted.inflow, rng, paths, months, size * share)
    expected = (fitted.inflow.mean * size * share)[:, None] * fitted.mix
    chance = mean_chances(fitted.stock, expected, fitted.hazard, months)
    known = np.maximum(fitted.type_events, 1)
    pace = fitted.ending.draw(rng, paths, months)[..., None] * rng.gamma(known, 1 / known, [paths, 1, 1, types])
    stock = np.broadcast_to(fitted.stock.sum(axis=2), [paths, institutions, types])
    came, left, level = (np.empty([paths, months, institutions], dtype=np.int64) for _ in range(3))
    for month in range(months):
        ends = rng.binomial(stock, np.minimum(chance[month] * pace[:, month], 1.0))
        new = rng.poisson(arriving[:, month, :, None] * fitted.mix)
        stock = stock - ends + new
        came[:, month], left[:, month], level[:, month] = new.sum(axis=2), ends.sum(axis=2), stock.sum(axis=2)
    return Caseload(size, came, left, level)


def team(fitted: Staff, levers: Levers, rng: np.random.Generator, paths: int, months: int) -> Team:
    """Workers to come: hired or qualified after training, new for three months, leaving at the turnover."""
    size = fitted.workers.sum(axis=1)
    share = size / max(size.sum(), 1)
    hiring = _events(fitted.hiring, rng, paths, months, size)
    starting = _events(fitted.starting, rng, paths, months, size)
    leaving = np.minimum(fitted.leaving.draw(rng, paths, months) * (1 + levers.turnover), 1.0)
    stopping = _trainees_stop(fitted, size, levers.training, months)
    wandering = fitted.own_strength.draw(rng, paths, months)
    workers = np.broadcast_to(fitted.workers, [paths, *fitted.workers.shape]).copy()
    trainees = np.broadcast_to(fitted.trainees.sum(axis=1), [paths, len(size)])
    persons, learning = (np.empty([paths, months, len(size)], dtype=np.int64) for _ in range(2))
    fte, gone = (np.empty([paths, months, len(size)]) for _ in range(2))
    for month in range(months):
        workers = aged(workers)
        before, settled = workers.sum(axis=2), workers[..., AT_WORK - 1]
        leavers = rng.binomial(settled, leaving[:, month])
        stop = rng.binomial(trainees, stopping[month])
        hired_more = levers.hired_more(month) / fitted.strength[1] * share
        qualified = rng.binomial(stop, fitted.qualifying)
        wanted = np.maximum(hiring[:, month] + hired_more, 0.0)
        workers[..., 0] = _hired(fitted, rng, wanted, settled * leaving[:, month], leavers) + qualified
        workers[..., AT_WORK - 1] = settled - leavers
        trainees = trainees - stop + rng.poisson(starting[:, month])
        new, old = workers[..., :-1].sum(axis=2), workers[..., -1]
        persons[:, month], learning[:, month] = new + old, trainees
        fte[:, month] = (new * fitted.strength[0] + old * fitted.strength[1]) * wandering[:, month]
        gone[:, month] = leavers / np.maximum(before, 1)
    return Team(persons, learning, fte, gone)


def _hired(fitted: Staff, rng: np.random.Generator, hiring: Floats, leaving: NDArray[Any], leavers: Ints) -> Ints:
    """As many as are hired on average; part of them come because, and when, somebody leaves."""
    replaced = np.minimum(fitted.replaced, hiring / np.maximum(leaving, 1e-9))
    hired: Ints = rng.binomial(leavers, replaced) + rng.poisson(np.maximum(hiring - replaced * leaving, 0.0))
    return hired


def _trainees_stop(fitted: Staff, size: Ints, longer: int, months: int) -> Floats:
    """The chance that a trainee qualifies or stops; ``longer`` moves that to a later month of the training."""
    hazard = np.roll(fitted.hazard, longer)
    if longer > 0:
        hazard[:longer] = 0.0
    elif longer < 0:
        hazard[longer:] = fitted.hazard[-1]
    chances: Floats = mean_chances(fitted.trainees, fitted.starting.mean * size, hazard, months)
    return chances


def _events(rate: Rate, rng: np.random.Generator, paths: int, months: int, exposure: Ints | Floats) -> Floats:
    """Expected events by path, month and institution; a single month varies as much more than Poisson as it did."""
    expected: Floats = rate.draw(rng, paths, months) * exposure
    if rate.dispersion > 1:
        more = rate.dispersion - 1
        expected = rng.gamma(np.maximum(expected, 1e-12) / more, more)
    return expected
