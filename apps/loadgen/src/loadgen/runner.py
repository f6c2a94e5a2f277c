"""Sends what is due when it is due, and never waits for answers to do so."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import uvloop

from loadgen.client import Answer, Client
from loadgen.clock import Clock
from loadgen.errors import UnreachableError
from loadgen.journeys import Journeys
from loadgen.mix import Request
from loadgen.plan import Plan, Target
from loadgen.schedule import SECOND
from loadgen.stats import Recorder

GRACE_SECONDS = 2.0
"""For how long a run that was stopped waits for the answers to what it has sent."""

SILENCE, SILENT_SHARE = 10, 0.1
"""A target is silent that answered none of the last requests: so many, and such a share of all."""


class Sender(Protocol):
    """What sends an environment's requests."""

    async def send(self, request: Request) -> Answer:
        """Send one and return how it ended; raises nothing."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        seconds: For how long requests were sent; the wait for the last answers is not in it.
            That is the plan's time, unless somebody stopped the run or it could not keep pace.
        interrupted: Whether somebody stopped it.
        silent: The environments that did not answer any more.
    """

    seconds: float
    interrupted: bool
    silent: tuple[str, ...]


@dataclass(slots=True)
class _Lane:
    """What there is to know of an environment during the run."""

    target: Target
    sender: Sender
    journeys: Journeys = field(default_factory=Journeys)
    in_flight: set[asyncio.Task[None]] = field(default_factory=set)
    sent: int = 0
    answered: int = 0
    """The number of the last request, in the order of sending, that has an answer."""

    @property
    def full(self) -> bool:
        return len(self.in_flight) >= self.target.max_in_flight

    @property
    def silent(self) -> bool:
        return self.sent - self.answered >= max(SILENCE, self.sent * SILENT_SHARE)


class Run:
    """One run of a plan; `recorder` takes note of everything."""

    def __init__(
        self, plan: Plan, senders: Mapping[str, Sender], recorder: Recorder, clock: Clock
    ) -> None:
        self._plan = plan
        self._lanes = [_Lane(one, senders[one.environment]) for one in plan.targets]
        self._recorder = recorder
        self._clock = clock
        self._schedules: list[asyncio.Task[None]] = []
        self._stopped_at: float | None = None
        self._last_began = 0.0

    async def drive(self, watch: Callable[[float], None], *, every: float) -> Ending:
        """Send until the time is over or `stop` is called, and wait for the last answers.

        `watch` is called with the seconds of the run, `every` so many of them. A target that
        dies does not end the run.
        """
        async with asyncio.TaskGroup() as outer:
            watching = outer.create_task(self._watch(watch, every))
            async with asyncio.TaskGroup() as group:
                self._schedules = [
                    group.create_task(self._keep_schedule(lane, group)) for lane in self._lanes
                ]
            watching.cancel()
        silent = tuple(lane.target.environment for lane in self._lanes if lane.silent)
        return Ending(
            seconds=self._sent_until(),
            interrupted=self._stopped_at is not None,
            silent=silent,
        )

    def _sent_until(self) -> float:
        ends = [end for end in (self._plan.seconds, self._stopped_at) if end is not None]
        return max(min(ends), self._last_began)

    def stop(self) -> None:
        """Send nothing more; called again, do not wait for answers either."""
        if self._stopped_at is not None:
            self._give_up()
            return
        self._stopped_at = self._clock.now()
        for schedule in self._schedules:
            schedule.cancel()
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        for lane in self._lanes:
            for task in lane.in_flight:
                task.cancel()

    async def _keep_schedule(self, lane: _Lane, group: asyncio.TaskGroup) -> None:
        end = self._plan.seconds
        for due_ns, request in self._plan.drawn(lane.target):
            due = due_ns / SECOND
            if end is not None and due >= end:
                await self._clock.reach(end)
                return
            await self._clock.reach(due)
            if lane.full:
                self._recorder.dropped(lane.target.environment, request.route, due=due)
                continue
            task = group.create_task(self._begin(lane, request, due))
            lane.in_flight.add(task)
            task.add_done_callback(lane.in_flight.discard)

    def _begin(self, lane: _Lane, request: Request, due: float) -> Coroutine[None, None, None]:
        if request.card and (order_id := lane.journeys.payable(due)):
            request = request.paying(order_id)
        lane.sent += 1
        began = self._last_began = self._clock.now()
        self._recorder.sent(lane.target.environment, request.route, due=due, began=began)
        return self._exchange(lane, request, lane.sent, due, began)

    async def _exchange(
        self, lane: _Lane, request: Request, number: int, due: float, began: float
    ) -> None:
        answer = await lane.sender.send(request)
        ended = self._clock.now()
        self._recorder.answered(
            lane.target.environment,
            request.route,
            answer.outcome,
            due=due,
            began=began,
            ended=ended,
        )
        if answer.outcome.status is not None:
            lane.answered = max(lane.answered, number)
        if answer.order_id is not None and request.think is not None:
            lane.journeys.ordered(answer.order_id, ready_at=ended + request.think)

    async def _watch(self, watch: Callable[[float], None], every: float) -> None:
        moment = every
        while True:
            await self._clock.reach(moment)
            watch(self._clock.now())
            moment += every


def run(
    plan: Plan,
    addresses: Mapping[str, Sequence[str]],
    recorder: Recorder,
    watch: Callable[[float], None],
    *,
    every: float,
) -> Ending:
    """Carry out a plan, and return when it is over or ^C or SIGTERM stopped it.

    It has to be called by the main thread. `addresses` are those of each environment; for
    `watch` and `every` see `Run.drive`. Raises UnreachableError when an environment does not
    answer at the start; then nothing but one health check was sent to each.
    """
    _allow_many_files()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        return loop.run(_run(plan, addresses, recorder, watch, every))


async def _run(
    plan: Plan,
    addresses: Mapping[str, Sequence[str]],
    recorder: Recorder,
    watch: Callable[[float], None],
    every: float,
) -> Ending:
    async with contextlib.AsyncExitStack() as stack:
        clients = {
            target.environment: await stack.enter_async_context(
                Client(target.url, addresses[target.environment], timeout=plan.timeout, ca=plan.ca)
            )
            for target in plan.targets
        }
        await _probe(clients)
        # What exists by now stays, so the collector need not look at it again and again.
        gc.freeze()
        run = Run(plan, clients, recorder, Clock())
        with _stopped_by_signals(run):
            return await run.drive(watch, every=every)


async def _probe(clients: Mapping[str, Client]) -> None:
    """Ask each target once. Raises UnreachableError with all that do not answer."""
    probes = (client.probe() for client in clients.values())
    results = await asyncio.gather(*probes, return_exceptions=True)
    silent = {}
    for environment, result in zip(clients, results, strict=True):
        if isinstance(result, UnreachableError):
            silent[environment] = result
        elif result is not None:
            raise result
    if silent:
        raise UnreachableError(
            "\n".join(f"{environment}: {error}" for environment, error in silent.items()),
            hint=next(iter(silent.values())).hint,
        )


def _allow_many_files() -> None:
    """Every request in flight has a connection; the soft limit is mostly 1024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextlib.contextmanager
def _stopped_by_signals(run: Run) -> Iterator[None]:
    """Let ^C and SIGTERM stop the run instead of the process."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, run.stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
