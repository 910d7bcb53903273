"""Rates and their uncertainty."""

from __future__ import annotations

import numpy as np
import pytest

from gi_monitor.scenario import rates
from gi_monitor.scenario.wander import Steady, changes, draw

RNG = np.random.default_rng(11)
EXPOSURE = np.full([36, 4], 100.0)


def test_a_steady_rate_is_found_with_the_uncertainty_of_its_events() -> None:
    found = rates.fit(RNG.poisson(EXPOSURE * 0.2), EXPOSURE)
    drawn = found.draw(np.random.default_rng(1), 20_000, 1).mean(axis=2)[:, 0]

    # 80 a month over three years: a rate of 0.2, known within a few percent.
    assert drawn.mean() == pytest.approx(0.2, rel=0.05)
    assert 0.015 < drawn.std() / drawn.mean() < 0.12


def test_a_rate_that_changed_is_what_it_is_now() -> None:
    levels = np.repeat([0.1, 0.4], 18)[:, None]
    found = rates.fit(RNG.poisson(EXPOSURE * levels), EXPOSURE)

    assert found.draw(np.random.default_rng(1), 5_000, 1).mean() == pytest.approx(0.4, rel=0.1)


def test_a_rate_that_wandered_goes_on_wandering() -> None:
    wandered = 0.3 * np.exp(np.cumsum(RNG.normal(0, 0.2, 36)))[:, None]
    spread = [
        rates.fit(RNG.poisson(EXPOSURE * level), EXPOSURE).draw(np.random.default_rng(1), 5_000, 12)
        for level in (wandered, 0.3)
    ]
    wide, narrow = (drawn[:, -1].mean(axis=1).std() / drawn[:, -1].mean() for drawn in spread)

    assert wide > 2 * narrow


def test_months_that_vary_more_than_poisson_are_seen_to() -> None:
    noisy = rates.fit(RNG.poisson(RNG.gamma(80 / 4, 4, [36, 1]) / 4 * np.ones([1, 4])), EXPOSURE)

    assert noisy.dispersion > 2


def test_an_institution_has_a_pace_of_its_own() -> None:
    found = rates.fit(RNG.poisson(EXPOSURE * [0.1, 0.2, 0.2, 0.3]), EXPOSURE)

    assert found.mean == pytest.approx([0.1, 0.2, 0.2, 0.3], rel=0.2)


def test_what_never_happened_is_rare_and_possible() -> None:
    found = rates.fit(np.zeros([24, 4], dtype=np.int64), EXPOSURE[:24])

    assert 0 < found.mean.max() < 1e-3


def test_what_moved_one_way_may_move_either() -> None:
    falling = 100 * 0.98 ** np.arange(24)[:, None] * np.ones([1, 3])
    factors = draw(changes(falling), np.random.default_rng(1), 4_000, 12)

    assert np.median(factors[:, -1]) == pytest.approx(1.0, abs=0.05)
    assert np.quantile(factors[:, -1], 0.9) == pytest.approx(0.98**-12, rel=0.02)
    assert (factors[:, :, 0] == factors[:, :, 2]).all()


def test_what_is_steady_comes_back() -> None:
    level = np.exp(RNG.normal(0, 0.02, [24, 5]))
    level[-1] = 1.2
    drawn = Steady.of(level).draw(np.random.default_rng(1), 2_000, 24)

    assert drawn[:, -1].mean() == pytest.approx(1.02, abs=0.03)
