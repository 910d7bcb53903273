"""Who came and went, and how long they stay."""

from __future__ import annotations

import numpy as np
import pytest

from gi_monitor.scenario import cohorts
from gi_monitor.scenario.facts import Facts

ALL = np.ones([3, 1], dtype=np.bool_)


def test_a_cohort_gets_older_and_smaller() -> None:
    stock = np.array([[[4, 0, 0]], [[2, 3, 0]], [[1, 2, 2]]])
    came, left, exposed = cohorts.flows(stock, ALL)

    assert came.tolist() == [[[2, 0, 0]], [[1, 0, 0]]]
    assert left.tolist() == [[[0, 1, 0]], [[0, 0, 1]]]
    assert exposed.tolist() == [[[0, 4, 0]], [[0, 2, 3]]]


def test_the_last_age_is_that_or_more() -> None:
    assert cohorts.aged(np.array([1, 2, 3])).tolist() == [0, 1, 5]


def test_a_missing_month_is_no_exodus() -> None:
    stock = np.array([[[4, 0, 0]], [[0, 0, 0]], [[1, 2, 2]]])
    came, left, exposed = cohorts.flows(stock, np.array([[True], [False], [True]]))

    assert not came.any() and not left.any() and not exposed.any()


def test_begin_and_flows_make_end_at_every_institution(facts: Facts) -> None:
    came, left, _ = cohorts.flows(facts.running, facts.delivered)
    change = came.sum(axis=(2, 3)) - left.sum(axis=(2, 3))

    assert (facts.measures[:-1] + change == facts.measures[1:]).all()


def test_chances_are_kaplan_meiers() -> None:
    """Of 1,000 a fifth leaves at age 1 and half at age 2; those still there count for as long as they were."""
    left, exposed = np.zeros([2, 3, 1, 1, 4], dtype=np.int64)
    exposed[..., 1:3] = 1000
    left[..., 1], left[..., 2] = 200, 500
    hazard = cohorts.hazards(left, exposed)

    assert hazard.tolist() == [
        [
            pytest.approx(0.35, abs=0.01),
            pytest.approx(0.2, abs=0.01),
            pytest.approx(0.5, abs=0.01),
            pytest.approx(0.35, abs=0.01),
        ]
    ]


def test_a_type_that_nobody_left_is_not_left() -> None:
    exposed = np.full([3, 1, 1, 4], 10)

    assert cohorts.hazards(np.zeros_like(exposed), exposed).max() == 0


def test_the_mix_of_ages_moves_the_chance() -> None:
    """All at age 0, who leave at age 2 alone: nobody in the first month, half in the second, and fewer later."""
    hazard = np.array([[0.0, 0.0, 0.5, 0.0]])
    chances = cohorts.mean_chances(np.array([[[8, 0, 0, 0]]]), np.zeros([1, 1]), hazard, 3)

    assert chances[:, 0, 0].tolist() == [0.0, 0.5, 0.0]
