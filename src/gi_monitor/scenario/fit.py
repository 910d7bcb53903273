"""The parameters of a scenario, with their uncertainty, from the facts up to the month it starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gi_monitor import parameters
from gi_monitor.month import Month
from gi_monitor.scenario import rates, wander
from gi_monitor.scenario.cohorts import WINDOW, flows, hazards
from gi_monitor.scenario.facts import AT_WORK, Facts, FactsError, Flags, Floats, Ints
from gi_monitor.scenario.rates import Rate
from gi_monitor.scenario.wander import Steady

_RARE = 0.01
_BELIEF = 20.0
"""An institution's mix of types is the country's as if seen on so many of its measures."""


@dataclass(frozen=True)
class Measures:
    """Stock by institution, type and age; rare types are taken together. ``type_events``: how many ends say so."""

    stock: Ints
    inflow: Rate
    mix: Floats
    hazard: Floats
    type_events: Floats
    ending: Rate


@dataclass(frozen=True)
class Staff:
    """Persons at work and in training, by institution and months; ``strength`` is fte per person, new and settled.

    ``replaced``: the share of leavers whom somebody follows in the same month, as part of who is hired.
    """

    workers: Ints
    trainees: Ints
    hiring: Rate
    leaving: Rate
    replaced: float
    starting: Rate
    hazard: Floats
    qualifying: float
    strength: Floats
    own_strength: Steady


@dataclass(frozen=True)
class Fitted:
    """All that is drawn from, at the end of ``origin``; ``baseline`` is each institution's workload at the accord."""

    institutions: tuple[str, ...]
    origin: Month
    measures: Measures
    staff: Staff
    fte: Floats
    waiting: Ints
    waiting_changes: Floats
    baseline: Floats

    def path(self, month: Month) -> Floats:
        """What each institution agreed to carry at most at the end of a month, in measures per fte (spec 2.2, C6)."""
        day = month.reference_date
        agreed: Floats = np.maximum(parameters.norm(day), self.baseline - parameters.path_reduction(day))
        return agreed


def fit(facts: Facts, origin: Month) -> Fitted:
    """Parameters as they could be known at the end of ``origin``. Raises FactsError when a year is not there."""
    known = facts.until(origin)
    if len(known.months) <= WINDOW:
        first = facts.months[0] + WINDOW
        raise FactsError(f"origin: {origin} has no year of facts before it: name {first} or later")
    return Fitted(
        institutions=known.institutions,
        origin=origin,
        measures=_measures(known),
        staff=_staff(known),
        fte=known.total_fte[-1],
        waiting=known.waiting[-1],
        waiting_changes=wander.changes(_carried(known.waiting.astype(np.float64) + 0.5, known.delivered)),
        baseline=known.baseline_workload(),
    )


def _measures(known: Facts) -> Measures:
    running = _rare_together(known.running)
    came, left, exposed = flows(running, known.delivered)
    arrived, hazard = came.sum(axis=3), hazards(left, exposed)
    mix = arrived[-WINDOW:].sum(axis=0).astype(np.float64)
    mix += _BELIEF * (mix.sum(axis=0) + 1e-9) / (mix + 1e-9).sum()
    ended = left.sum(axis=(2, 3))
    ending = rates.fit(ended, (exposed * hazard).sum(axis=(2, 3)))
    here = known.delivered[1:] & known.delivered[:-1]
    return Measures(
        stock=running[-1],
        inflow=rates.fit(arrived.sum(axis=2), np.where(here, running[-1].sum(axis=(1, 2)), 0.0)),
        mix=mix / mix.sum(axis=1, keepdims=True),
        hazard=hazard,
        type_events=left[-WINDOW:].sum(axis=(0, 1, 3)) / ending.dispersion,
        ending=ending,
    )


def _rare_together(running: Ints) -> Ints:
    stock = running[-1].sum(axis=(0, 2))
    rare = stock < _RARE * stock.sum()
    return np.concatenate([running[:, :, ~rare], running[:, :, rare].sum(axis=2, keepdims=True)], axis=2)


def _staff(known: Facts) -> Staff:
    here = known.delivered[1:] & known.delivered[:-1]
    joined, left, exposed = flows(known.workers, known.delivered)
    started, stopped, trained = flows(known.trainees, known.delivered)
    done = stopped.sum(axis=2)
    qualified = np.minimum(known.qualified[1:] * here, done)
    persons = known.workers[-1].sum(axis=1)
    levels = np.stack([known.workers[..., :-1].sum(axis=2), known.workers[..., -1]], axis=2)
    strength = known.fte[-WINDOW:].sum(axis=(0, 1)) / np.maximum(levels[-WINDOW:].sum(axis=(0, 1)), 1)
    relative = _carried((known.total_fte + 1e-3) / (levels @ strength + 1e-3), known.delivered)
    return Staff(
        workers=known.workers[-1],
        trainees=known.trainees[-1],
        hiring=rates.fit(joined.sum(axis=2) - qualified, np.where(here, persons, 0.0)),
        leaving=rates.fit(left.sum(axis=2), exposed[..., AT_WORK - 1].astype(np.float64)),
        replaced=_replaced(joined.sum(axis=2), left.sum(axis=2), known.workers[:-1].sum(axis=2)),
        starting=rates.fit(started.sum(axis=2), np.where(here, persons, 0.0)),
        hazard=hazards(stopped, trained),
        qualifying=float(qualified[-WINDOW:].sum() / max(done[-WINDOW:].sum(), 1)),
        strength=strength,
        own_strength=Steady.of(relative),
    )


def _carried(level: Floats, delivered: Flags) -> Floats:
    """A month that was not delivered is as the one before it; before the first delivery it is as that one."""
    month = np.where(delivered, np.arange(len(level))[:, None], -1)
    last = np.maximum.accumulate(month, axis=0)
    return np.take_along_axis(level, np.where(last < 0, delivered.argmax(axis=0), last), axis=0)


def _replaced(joined: Ints, left: Ints, persons: Ints) -> float:
    """From how much less the net change of institutions varies than if coming and going knew nothing of each other."""
    share = persons[-WINDOW:] / np.maximum(persons[-WINDOW:].sum(axis=1, keepdims=True), 1)
    net, both = (joined - left)[-WINDOW:], (joined + left)[-WINDOW:]
    variance = ((net - net.sum(axis=1, keepdims=True) * share) ** 2).sum()
    independent = (both.sum(axis=1, keepdims=True) * share * (1 - share)).sum()
    missing = 1 - variance / max(independent, 1e-9)
    return float(np.clip(missing * both.sum() / max(2 * left[-WINDOW:].sum(), 1), 0.0, 1.0))
