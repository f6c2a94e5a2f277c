from __future__ import annotations

import asyncio
import gc
import resource
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import virtual_time
from loadgen.client import Answer
from loadgen.clock import Clock
from loadgen.plan import PROFILES, Plan, Target
from loadgen.runner import GRACE_SECONDS, Run
from loadgen.stats import Outcome, Recorder
from loadgen.words import rate

OK = Answer(Outcome(200))


class Shop:
    """Answers after so many seconds, and remembers what it was asked and when."""

    def __init__(self, answer=lambda _request, _now: (0.01, OK)):
        self.answer = answer
        self.asked = []

    async def send(self, request):
        now = asyncio.get_running_loop().time()
        self.asked.append((now, request))
        seconds, answer = self.answer(request, now)
        await asyncio.sleep(seconds)
        return answer


def target(per_second=50, *, max_in_flight=1000, environment="prod", **changes):
    profile = replace(PROFILES["prod"], pace=rate(per_second), **changes)
    return Target(environment, "http://shop", profile, max_in_flight)


def drive(shop, *targets, seconds=10.0, watch=None, every=1.0, meanwhile=None):
    """Run in virtual time; return how it ended and what was recorded."""
    plan = Plan(targets, seconds, timeout=10, seed=1, ca=None)
    recorder = Recorder([one.environment for one in targets])

    async def body():
        loop = asyncio.get_running_loop()
        clock = Clock(loop.time)
        run = Run(plan, {one.environment: shop for one in targets}, recorder, clock)
        for moment, act in meanwhile or ():
            loop.call_later(moment, act, run)
        return await run.drive(watch or (lambda _now: None), every=every)

    ending = virtual_time.run(body())
    return ending, recorder.snapshot(ending.seconds)


def test_requests_are_sent_when_they_are_due_whatever_the_answers_do():
    shop = Shop(lambda _request, now: (3 if 2 <= now < 5 else 0.001, OK))
    ending, snapshot = drive(shop, target(50))
    assert [round(now, 6) for now, _ in shop.asked] == [number / 50 for number in range(500)]
    assert ending.seconds == 10
    assert not ending.interrupted
    total = snapshot.environment("prod").total
    assert (total.sent, total.ended, total.dropped) == (500, 500, 0)


def drive_asleep(*, at):
    """Run for ten seconds with a sender that is held up for two seconds `at` a moment."""
    lag = 0.0
    plan = Plan((target(50),), 10.0, timeout=10, seed=1, ca=None)
    recorder = Recorder(["prod"])

    async def body():
        loop = asyncio.get_running_loop()
        clock = Clock(lambda: loop.time() + lag)

        def fall_asleep():
            nonlocal lag
            lag += 2.0

        loop.call_later(at, fall_asleep)
        return await Run(plan, {"prod": Shop()}, recorder, clock).drive(lambda _now: None, every=60)

    ending = virtual_time.run(body())
    return ending, recorder.snapshot(ending.seconds).environment("prod").total


def test_latency_counts_from_when_a_request_was_due_though_the_sender_was_late():
    ending, total = drive_asleep(at=4)
    assert (total.sent, ending.seconds) == (500, 10)
    assert total.intended.quantile(0.99) == pytest.approx(1.9, rel=0.02)
    assert total.lateness.quantile(0.99) == pytest.approx(1.9, rel=0.02)
    assert total.service.quantile(0.99) == pytest.approx(0.01, rel=0.02)


def test_a_sender_that_does_not_keep_pace_does_not_claim_the_rate():
    ending, total = drive_asleep(at=9.5)
    assert total.sent == 500
    assert ending.seconds == pytest.approx(11.5, abs=0.05)


def test_what_is_due_while_too_many_wait_is_dropped_and_counted():
    shop = Shop(lambda _request, now: (2.0 if 4 <= now < 4.01 else 0.001, OK))
    stuck = Shop(lambda _request, now: (max(0.001, 5.99 - now) if now >= 4 else 0.001, OK))
    _, calm = drive(shop, target(50, max_in_flight=10))
    _, snapshot = drive(stuck, target(50, max_in_flight=10))
    assert calm.environment("prod").total.dropped == 0
    total = snapshot.environment("prod").total
    # From 4 s to 6 s a hundred are due, of which ten wait and ninety are dropped.
    assert (total.sent, total.dropped, total.ended) == (410, 90, 410)


def test_what_is_dropped_does_not_change_what_comes_later():
    stuck = Shop(lambda _request, now: (max(0.001, 5.99 - now) if now >= 4 else 0.001, OK))
    free = Shop()
    drive(stuck, target(50, max_in_flight=10))
    drive(free, target(50))
    late = [request for now, request in stuck.asked if now > 7]
    assert late == [request for now, request in free.asked if now > 7]


def test_a_payment_is_for_an_order_of_this_run_once_its_customer_has_thought():
    made = {}

    def answer(request, now):
        if request.kind == "orders":
            made[len(made) + 1_000_000] = now + 0.01 + request.think
            return 0.01, Answer(Outcome(201), order_id=max(made))
        return 0.01, OK

    shop = Shop(answer)
    drive(shop, target(50), seconds=60)
    paid = [
        (now, order_id)
        for now, request in shop.asked
        if request.kind == "payments"
        and (order_id := int(request.body.split(":")[1].split(",")[0])) >= 1_000_000
    ]
    payments = sum(request.kind == "payments" for _, request in shop.asked)
    assert payments == 150
    assert len(paid) > 120  # all but those before the first customers have thought
    assert len({order_id for _, order_id in paid}) == len(paid)
    assert all(made[order_id] <= now + 1e-6 for now, order_id in paid)


def test_environments_do_not_wait_for_each_other():
    shop = Shop()
    _, snapshot = drive(
        shop, target(50), target(10, environment="qa"), target("5-20", environment="dev")
    )
    sent = {one.name: one.total.sent for one in snapshot.environments}
    assert (sent["prod"], sent["qa"]) == (500, 100)
    assert 50 <= sent["dev"] <= 200


def test_a_run_that_is_stopped_sends_nothing_more_and_waits_for_answers():
    shop = Shop(lambda _request, _now: (1.0, OK))
    ending, snapshot = drive(shop, target(50), seconds=None, meanwhile=[(4, Run.stop)])
    assert ending.interrupted
    assert ending.seconds == 4
    total = snapshot.environment("prod").total
    assert total.sent in {200, 201}
    assert total.in_flight == 0


def test_a_run_that_is_stopped_waits_no_longer_than_its_grace():
    shop = Shop(lambda _request, _now: (60, OK))
    moments = []
    ending, snapshot = drive(
        shop,
        target(50),
        seconds=None,
        watch=moments.append,
        every=0.1,
        meanwhile=[(4, Run.stop)],
    )
    assert ending.interrupted
    assert moments[-1] == pytest.approx(4 + GRACE_SECONDS, abs=0.11)
    total = snapshot.environment("prod").total
    assert total.in_flight == total.sent  # neither answered nor forgotten


def test_a_run_that_is_stopped_twice_does_not_wait():
    shop = Shop(lambda _request, _now: (60, OK))
    moments = []
    drive(
        shop,
        target(50),
        seconds=None,
        watch=moments.append,
        every=0.1,
        meanwhile=[(4, Run.stop), (4.5, Run.stop)],
    )
    assert moments[-1] < 4.7


def test_what_was_sent_near_the_end_is_awaited_and_not_counted_as_time_of_the_run():
    shop = Shop(lambda _request, _now: (5, OK))
    ending, snapshot = drive(shop, target(50))
    assert ending.seconds == 10
    assert snapshot.environment("prod").total.ended == 500


def test_a_target_that_dies_half_way_is_silent_at_the_end_and_its_errors_count():
    def answer(_request, now):
        return (0.01, OK) if now < 5 else (0.01, Answer(Outcome(None, "refused")))

    ending, snapshot = drive(Shop(answer), target(50))
    assert ending.silent == ("prod",)
    total = snapshot.environment("prod").total
    assert total.sent == 500
    assert total.errors == {"refused": 250}


def test_a_target_that_comes_back_is_not_silent():
    def answer(_request, now):
        return (0.01, Answer(Outcome(None, "refused"))) if 2 < now < 8 else (0.01, OK)

    ending, _ = drive(Shop(answer), target(50))
    assert ending.silent == ()


def test_a_target_that_leaves_some_routes_hanging_is_not_silent():
    def answer(request, _now):
        return (0.01, OK) if request.kind == "health" else (10, Answer(Outcome(None, "timeout")))

    ending, snapshot = drive(Shop(answer), target(50))
    assert ending.silent == ()
    assert snapshot.environment("prod").total.errors == {"timeout": 300}


def test_who_watches_is_called_at_even_times():
    moments = []
    drive(Shop(), target(50), watch=moments.append, every=2.5)
    assert moments == pytest.approx([2.5, 5, 7.5, 10])


def test_a_mistake_of_who_watches_ends_the_run():
    def fail(_now):
        raise RuntimeError("the terminal is gone")

    with pytest.raises(ExceptionGroup) as failed:
        drive(Shop(), target(50), seconds=None, watch=fail)
    assert failed.group_contains(RuntimeError, match="the terminal is gone")


def test_a_million_requests_take_no_more_memory_than_a_hundred_thousand():
    pages, counts = [], Counter()

    def look(_now):
        gc.collect()
        pages.append(int(Path("/proc/self/statm").read_text().split()[1]))

    class Quick:
        async def send(self, request):
            counts[request.kind] += 1
            return Answer(Outcome(201), order_id=counts["orders"])

    # From 600 s on the timeline has as many cells as it ever has.
    drive(Quick(), target(1000), seconds=1000, watch=look, every=100)
    assert counts.total() == 1_000_000
    assert counts["payments"] == 50_000
    assert (max(pages[6:]) - pages[0]) * resource.getpagesize() < 8_000_000
