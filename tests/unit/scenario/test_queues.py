"""The queue's rules of thumb, held to published numbers (research, section 6)."""

from __future__ import annotations

import pytest

from gi_monitor.scenario import queues


def test_the_published_numbers_come_out() -> None:
    target = queues.target_queue(demand=30, target_weeks=52)

    assert target == 390
    assert round(queues.relief_capacity(demand=30, queue=1200, target=target), 2) == 61.15
    assert round(queues.pressure(mean_wait=63, target_weeks=52), 2) == 2.42


def test_relief_is_for_a_queue_of_more_than_twice_its_target() -> None:
    assert queues.needs_relief(queue=781, target=390)
    assert not queues.needs_relief(queue=780, target=390)


def test_a_queue_at_its_target_needs_a_little_more_than_demand() -> None:
    # (1² + 1²) / 2 × 4 / 52 for Poisson demand and capacity.
    assert queues.target_capacity(demand=30, target_weeks=52) == pytest.approx(30 + 4 / 52)
    assert queues.target_capacity(demand=30, target_weeks=52, variation=0) == 30


def test_load_above_one_grows_without_bound() -> None:
    assert queues.load(demand=30, capacity=24) == 1.25
