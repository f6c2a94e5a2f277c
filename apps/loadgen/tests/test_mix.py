from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loadgen.journeys import MOST, Journeys
from loadgen.mix import DECK, KINDS, MALFORMED, Chances, Mix, most_malformed, requests
from loadgen.plan import MIX, PROFILES, Plan, Target
from loadgen.schedule import Steady

seeds = st.integers(min_value=0)


@st.composite
def weights(draw):
    """Draw any weights that add up to a hundred."""
    cuts = sorted(draw(st.lists(st.integers(0, DECK), min_size=5, max_size=5)))
    parts = [after - before for before, after in itertools.pairwise([0, *cuts, DECK])]
    return {kind: part for kind, part in zip(KINDS, parts, strict=True) if part}


def hundreds(mix, seed):
    cards = dealt(300, mix, seed)
    return [cards[at : at + DECK] for at in range(0, len(cards), DECK)]


def dealt(count, mix=MIX, seed=1):
    return list(itertools.islice(requests(mix, Chances(*map(random.Random, [seed] * 4))), count))


@given(weights=weights(), seed=seeds)
def test_every_hundred_requests_hold_each_kind_as_often_as_the_weights_say(weights, seed):
    mix = replace(MIX, weights=weights)
    for hundred in hundreds(mix, seed):
        assert Counter(request.kind for request in hundred) == weights


@given(weights=weights(), share=st.integers(0, DECK), seed=seeds)
def test_every_hundred_requests_hold_as_many_malformed_ones_as_asked_for(weights, share, seed):
    share = min(share, most_malformed(weights))
    mix = replace(MIX, weights=weights, malformed=share)
    for hundred in hundreds(mix, seed):
        assert Counter(request.kind for request in hundred) == weights
        assert sum(request.malformed for request in hundred) == share
        assert all(request.kind in MALFORMED for request in hundred if request.malformed)


def test_malformed_requests_are_counted_apart_and_make_no_journeys():
    spoilt = [one for one in dealt(1000, replace(MIX, malformed=60)) if one.malformed]
    assert {one.route for one in spoilt} == {
        "/api/products malformed",
        "/api/orders malformed",
        "/api/reports malformed",
        "/api/payments malformed",
    }
    assert not any(one.think or one.card for one in spoilt)


def test_orders_and_payments_have_the_fields_that_the_api_knows():
    for request in dealt(1000):
        if request.kind == "orders":
            (lines,) = json.loads(request.body).values()
            assert all(line.keys() == {"product_id", "quantity"} for line in lines)
            assert 2 <= request.think <= 15
        elif request.kind == "payments":
            assert json.loads(request.body).keys() == {"order_id", "card"}
        else:
            assert not request.body


def test_a_payment_of_an_order_of_this_run_differs_in_nothing_else():
    payment = next(one for one in dealt(100) if one.kind == "payments")
    paid = payment.paying(4711)
    assert json.loads(paid.body) == {"order_id": 4711, "card": payment.card}
    assert replace(paid, body=payment.body) == payment


def plan(*environments, seed=1, **changes):
    targets = tuple(
        Target(one, "http://127.0.0.1", replace(PROFILES["prod"], **changes), 100)
        for one in environments
    )
    return Plan(targets, seconds=None, timeout=10, seed=seed, ca=None)


def sequence(plan, environment, count=500):
    (target,) = (one for one in plan.targets if one.environment == environment)
    return list(itertools.islice(plan.drawn(target), count))


@given(seed=seeds)
def test_the_same_seed_gives_the_same_requests_at_the_same_times(seed):
    some = plan("prod", seed=seed, arrivals="poisson")
    assert sequence(some, "prod") == sequence(some, "prod")
    assert sequence(some, "prod") != sequence(replace(some, seed=seed + 1), "prod")


def test_another_environment_changes_nothing_for_the_first_one():
    alone, together = plan("prod"), plan("dev", "prod")
    assert sequence(alone, "prod") == sequence(together, "prod")
    assert sequence(together, "dev") != sequence(together, "prod")


def test_another_rate_or_think_time_sends_the_same_requests():
    def kinds(some):
        return [(one.kind, one.query, one.body) for _, one in sequence(some, "prod")]

    faster = plan("prod", pace=Steady(Fraction(500)))
    slower = plan("prod", mix=Mix(MIX.weights, 0, (60, 90)))
    assert kinds(plan("prod")) == kinds(faster) == kinds(slower)


def test_a_payment_takes_the_order_whose_think_time_passed_last():
    journeys = Journeys()
    journeys.ordered(1, ready_at=10)
    journeys.ordered(2, ready_at=5)
    journeys.ordered(3, ready_at=20)
    assert journeys.payable(4.9) is None
    assert [journeys.payable(10), journeys.payable(10), journeys.payable(10)] == [1, 2, None]
    assert journeys.payable(20) == 3


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 30)), max_size=200))
def test_no_order_is_paid_before_its_time_or_twice(steps):
    journeys, ready, paid, now = Journeys(), {}, [], 0.0
    for number, (orders, seconds) in enumerate(steps):
        now += seconds / 10
        if orders:
            ready[number] = now + seconds
            journeys.ordered(number, ready_at=ready[number])
        elif (order_id := journeys.payable(now)) is not None:
            assert ready[order_id] <= now
            paid.append(order_id)
    assert len(paid) == len(set(paid))


def test_orders_that_nobody_pays_are_forgotten():
    journeys = Journeys()
    for number in range(10 * MOST):
        journeys.ordered(number, ready_at=number / 1000)
        if not number % 100:
            journeys.payable(number / 1000)
    paid = 0
    while journeys.payable(1e9) is not None:
        paid += 1
    assert paid <= MOST
