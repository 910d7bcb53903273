"""Cases that can be solved by hand, and theory where there is one."""

from __future__ import annotations

from dataclasses import replace
from math import exp, factorial

import numpy as np
import pytest

from gi_monitor.month import Month
from gi_monitor.scenario import lists
from gi_monitor.scenario.facts import AGES, AT_WORK, IN_TRAINING, Facts
from gi_monitor.scenario.fit import Fitted, Measures, Staff, fit
from gi_monitor.scenario.levers import Levers
from gi_monitor.scenario.lists import Change, Lists
from gi_monitor.scenario.rates import Rate
from gi_monitor.scenario.simulation import Simulation
from gi_monitor.scenario.wander import Steady

STOCK, FTE, ENDING = 600, 50.0, 0.05


def known(events_a_month: float) -> Rate:
    """A rate without any uncertainty."""
    sure = 1e12
    one, each = np.ones(1), np.full(1, sure)
    return Rate(one, one * max(events_a_month, 1e-12) * sure, one * sure, np.zeros(1), 1.0, each, each)


def one_institution(*, inflow: float, fte: float = FTE, stock: int = STOCK, waiting: int = 100) -> Fitted:
    """One type whose chance to end is the same at every age; a team that stays as it is, one fte each."""
    at_age_5 = np.zeros([1, 1, AGES], dtype=np.int64)
    at_age_5[0, 0, 5] = stock
    workers = np.zeros([1, AT_WORK], dtype=np.int64)
    workers[0, -1] = round(fte)
    measures = Measures(
        at_age_5, known(inflow / stock), np.ones([1, 1]), np.full([1, AGES], ENDING), np.full(1, 1e12), known(1.0)
    )
    staff = Staff(
        workers,
        np.zeros([1, IN_TRAINING], dtype=np.int64),
        *(known(0.0), known(0.0), 0.0, known(0.0)),
        np.zeros(IN_TRAINING),
        0.0,
        np.ones(2),
        Steady(np.zeros(1), np.zeros(1), 0.0, np.zeros(1)),
    )
    still = np.zeros([12, 1])
    baseline = np.full(1, 12.0)
    origin = Month(2024, 12)
    return Fitted(("x",), origin, measures, staff, np.array([fte]), np.array([waiting]), still, baseline)


def run(fitted: Fitted, months: int, paths: int = 2_000, **levers: object):  # type: ignore[no-untyped-def]
    return Simulation(fitted, seed=5, paths=paths, months=months).run(Levers.model_validate(levers))


def test_without_inflow_the_stock_dies_out_as_it_should() -> None:
    stock = run(one_institution(inflow=0), 60).caseload.stock[..., 0]
    left = (1 - ENDING) ** np.arange(1, 61)

    # Binomial(600, 0.95^n): mean within four standard errors of 2,000 paths, in every month.
    error = np.sqrt(STOCK * left * (1 - left) / len(stock))
    assert (np.abs(stock.mean(axis=0) - STOCK * left) < 4 * error).all()


def test_without_workers_everybody_who_comes_waits() -> None:
    paths = run(one_institution(inflow=30, fte=0, waiting=STOCK), 24, rule="hold_path")

    assert (paths.given == 0).all()
    assert (paths.waiting == paths.caseload.stock).all()
    assert (paths.assigned == 0).all()


def test_with_room_for_all_nobody_waits() -> None:
    paths = run(one_institution(inflow=30, fte=500), 6, rule="hold_path")

    assert (paths.waiting == 0).all()


def test_the_list_is_what_theory_says_when_who_waits_ends_as_soon() -> None:
    """In the long run the stock is Poisson(inflow ÷ chance to end) (M/M/∞), and the list what exceeds the places."""
    fitted = one_institution(inflow=30, fte=50)
    paths = run(fitted, 120, paths=4_000, rule="hold_path")
    # What comes in a month is there at its end, so it ends from the next month on: the mean is inflow ÷ chance.
    drawn = np.random.default_rng(1).poisson(30 / ENDING, 1_000_000)

    places = FTE * fitted.path(Month(2030, 1))[0]
    assert places == STOCK
    assert paths.caseload.stock[:, -1, 0].mean() == pytest.approx(STOCK, rel=0.01)
    assert paths.waiting[:, -1, 0].mean() == pytest.approx(np.maximum(drawn - places, 0).mean(), rel=0.08)


def erlang_c(servers: int, offered: float) -> float:
    """The chance to wait in M/M/c (Erlang 1917)."""
    busy = offered**servers / factorial(servers) * servers / (servers - offered)
    return busy / (sum(offered**n / factorial(n) for n in range(servers)) + busy)


def test_the_list_is_that_of_m_m_c_when_who_waits_stays() -> None:
    servers, offered, ending = 20, 16.0, 0.0025
    rng, paths = np.random.default_rng(3), 400
    now = Lists.begin(np.full([paths, 1], 16), np.zeros([paths, 1], dtype=np.int64))
    none, no_fte = np.zeros([paths, 1], dtype=np.int64), np.zeros([paths, 1])
    waiting = []
    for _ in range(12_000):
        came = rng.poisson(offered * ending, [paths, 1])
        ended = rng.binomial(now.assigned, 1 - exp(-ending))
        change = Change(came, ended, none, no_fte, no_fte + servers, no_fte, np.ones(1))
        now = now.after(change, rng)
        now = now.give(lists.hold_path(now, change))
        waiting.append(now.waiting.mean())
    expected = erlang_c(servers, offered) * offered / (servers - offered)

    assert np.mean(waiting[4_000:]) == pytest.approx(expected, rel=0.05)


def test_every_path_adds_up_exactly(facts: Facts) -> None:
    fitted = fit(facts, facts.months[-1])
    for rule in ("as_observed", "hold_path", "two_closed_one_new"):
        paths = Simulation(fitted, seed=1, paths=200, months=24).run(Levers(rule=rule, inflow=0.1, hires=5))
        each = paths.caseload
        begin = np.concatenate([np.broadcast_to(each.begin, [200, 1, 13]), each.stock[:, :-1]], axis=1)
        queue = np.concatenate([np.broadcast_to(fitted.waiting, [200, 1, 13]), paths.waiting[:, :-1]], axis=1)
        ended_waiting = each.left - paths.ended

        assert (begin + each.came - each.left == each.stock).all()
        assert (queue + paths.joined - ended_waiting - paths.given == paths.waiting).all()
        assert (paths.assigned + paths.waiting == each.stock).all()
        for counts in (each.stock, each.came, each.left, paths.waiting, paths.assigned, paths.given, ended_waiting):
            assert counts.dtype == np.int64
            assert (counts >= 0).all()


def test_above_the_path_one_follows_two_that_ended() -> None:
    now = Lists.begin(np.array([[700, 500]]), np.array([[90, 90]]))
    fte = np.full([1, 2], 50.0)
    nothing = np.zeros([1, 2], dtype=np.int64)
    change = Change(nothing, np.array([[31, 31]]), nothing, nothing * 0.0, fte, fte, np.full(2, 12.0))
    now = now.after(change, np.random.default_rng(1))

    # 669 is above 50 × 12, so half of 31; 469 is below it, so up to 600.
    assert lists.two_closed_one_new(now, change).tolist() == [[15, 131]]
    newcomers = replace(change, stayed=fte - 2)
    assert lists.two_closed_one_new(now, newcomers).tolist() == [[15 + 24, 131]]
