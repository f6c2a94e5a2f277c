"""Runs for the tests of reports, made without a clock."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from loadgen.results import Aim, Result
from loadgen.stats import Outcome
from loadgen.thresholds import evaluate, parse

ROUTES = ("/health", "/api/products", "/api/orders")
OK = Outcome(200)


def request(recorder, due, *, environment="prod", route="/health", took=0.01, late=0.0, outcome=OK):
    """Record a request that left `late` and then took `took` seconds."""
    began = due + late
    recorder.sent(environment, route, due=due, began=began)
    recorder.answered(environment, route, outcome, due=due, began=began, ended=began + took)


def traffic(recorder, environments, *, seconds, rate, seed=1):
    """Record steady traffic on all routes, with an error now and then."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for number in range(seconds * rate):
        for environment in environments:
            request(
                recorder,
                number / rate,
                environment=environment,
                route=chance.choice(ROUTES),
                took=chance.lognormvariate(-4, 1),
                outcome=chance.choices(
                    [OK, Outcome(503), Outcome(402), Outcome(None, "timeout")], [95, 2, 2, 1]
                )[0],
            )


def result(recorder, *, seconds, thresholds=(), interrupted=False, cpu_seconds=1.0):
    snapshot = recorder.snapshot(seconds)
    names = [one.name for one in snapshot.environments]
    return Result(
        begun=datetime(2026, 11, 23, 5, 30, tzinfo=UTC),
        aims={name: Aim(f"http://{name}.invalid:8080", "50/s") for name in names},
        settings={"seed": "1"},
        snapshot=snapshot,
        verdicts=evaluate(parse(thresholds, names, ROUTES), snapshot),
        interrupted=interrupted,
        cpu_seconds=cpu_seconds,
    )
