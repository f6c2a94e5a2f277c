"""The deployed product as scenarios see it: two addresses to ask, and hosts to put faults into."""

from __future__ import annotations

import contextlib
import json
import math
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from lab.lab import Lab
from tests.scenarios.model import Called, Quiet, Value
from tests.scenarios.signals import SIGNALS
from toolkit.errors import UserError
from toolkit.promql import Sample, get, query

DECIMALS = {"": 0, "s": 3, "/s": 1}

STEP = 10
"""Seconds between the values of a range, as between evaluations of rules."""

PORTS = {"prometheus": 9090, "query": 9091, "alertmanager": 9093}
"""Who is asked, by the ports of the operator's loopback that the lab's topology forwards."""

UP = 'group by (environment, instance) (up{job=~"dataplane-.+"})'


@dataclass(frozen=True)
class Seen:
    """Whether a condition was true, and what was seen, in words."""

    true: bool
    text: str


@dataclass(frozen=True)
class Site:
    """Addresses, the hosts of each environment, and a door into them.

    `run` executes a shell command as root on a host and returns what it said.
    """

    prometheus: str
    alertmanager: str
    query: str
    data_planes: Mapping[str, Sequence[str]]
    run: Callable[[str, str], str]

    @classmethod
    def of(cls, lab: Lab) -> Site:
        """Find out about a lab on which the product is deployed.

        Raises UserError when nothing of it answers.
        """
        behind = {forward.port: forward for forward in lab.topology.forwards}
        try:
            prometheus, thanos, alertmanager = (
                f"http://{lab.hosts[behind[port].host].address}:{behind[port].host_port}"
                for port in PORTS.values()
            )
        except KeyError:
            raise UserError(
                f"lab {lab.claim.name} has other hosts than those of the demo"
            ) from None
        names = {host.address: name for name, host in lab.hosts.items()}
        try:
            found = query(prometheus, UP)
        except UserError as error:
            raise UserError(f"Prometheus does not answer: {error}", hint="make demo") from None
        if not found:
            raise UserError("Prometheus knows of no data plane", hint="make demo")
        data_planes: dict[str, set[str]] = {}
        for sample in found:
            address = sample.labels["instance"].partition(":")[0]
            data_planes.setdefault(sample.labels["environment"], set()).add(names[address])
        return cls(
            prometheus, alertmanager, thanos,
            {environment: sorted(hosts) for environment, hosts in data_planes.items()},
            lambda host, command: lab.hosts[host].run(command).stdout,
        )  # fmt: skip

    @property
    def pages(self) -> dict[str, str]:
        """Where people look."""
        return {
            "Prometheus": self.prometheus,
            "Thanos": self.query,
            "Alerts": self.alertmanager,
        }

    def now(self, condition: Value | Called) -> Seen:
        """Look at a condition once; who does not answer lets it be false."""
        try:
            if isinstance(condition, Called):
                return self._called(condition)
            return self._value(condition)
        except UserError as error:
            return Seen(true=False, text=str(error))

    def over(self, condition: Value | Quiet, start: float, end: float) -> Seen:
        """Look at a condition at every step from `start` to `end`, in seconds since 1970.

        A step without a value counts as one at which it was false.
        """
        try:
            if isinstance(condition, Quiet):
                return self._quiet(condition, start, end)
            return self._values(condition, start, end)
        except UserError as error:
            return Seen(true=False, text=str(error))

    def usual(self, signal: str, start: float, end: float) -> dict[str, float]:
        """Return each environment's median of a golden signal over some time."""
        series = _by_environment(self._range(SIGNALS[signal].rule, start, end))
        return {name: median(s.value for s in samples) for name, samples in series.items()}

    def ask(self, expression: str) -> dict[str, float]:
        """Return the value of an expression for each environment."""
        samples = self._query(expression)
        return {sample.labels.get("environment", ""): sample.value for sample in samples}

    def _value(self, condition: Value) -> Seen:
        found = self.ask(condition.promql)
        values = {name: found.get(name, math.nan) for name in condition.environments}
        return Seen(all(map(condition.holds, values.values())), shown(values, condition.unit))

    def _values(self, condition: Value, start: float, end: float) -> Seen:
        series = _by_environment(self._range(condition.promql, start, end))
        steps = int(end // STEP) - int(-(-start // STEP)) + 1
        good, texts = True, []
        for name in condition.environments:
            samples = series.get(name, [])
            wrong = [sample for sample in samples if not condition.holds(sample.value)]
            if len(samples) < steps:
                good = False
                texts.append(f"{name} has {len(samples)} of {steps} values")
            elif wrong:
                good = False
                worst = number(wrong[0].value, condition.unit)
                texts.append(f"{name} {worst} at {len(wrong)} of {steps} steps")
            else:
                low, high = (
                    number(pick(sample.value for sample in samples), condition.unit)
                    for pick in (min, max)
                )
                texts.append(f"{name} {low}" if low == high else f"{name} {low} to {high}")
        return Seen(good, ", ".join(texts))

    def _called(self, condition: Called) -> Seen:
        labels = {"alertname": condition.alert, **dict(condition.labels)}
        words = urllib.parse.urlencode([("filter", f'{k}="{v}"') for k, v in labels.items()])
        alerts = json.loads(get(f"{self.alertmanager}/api/v2/alerts?{words}"))
        told = [alert["startsAt"][:19] + "Z" for alert in alerts]
        text = f"fires since {min(told)}" if told else "does not fire"
        return Seen(bool(told) == condition.wanted, text)

    def _quiet(self, condition: Quiet, start: float, end: float) -> Seen:
        names = "|".join(condition.environments)
        fired = self._range(
            f'ALERTS{{alertname=~"{condition.alerts}", alertstate="firing",'
            f' severity="critical", environment=~"{names}"}}',
            start,
            end,
        )
        who = {f"{s.labels['alertname']} of {s.labels['environment']}" for s in fired}
        return Seen(not who, ", ".join(sorted(who)) + " fired" if who else "nothing fired")

    def _range(self, expression: str, start: float, end: float) -> list[Sample]:
        """Evaluate at every multiple of STEP from `start` to `end`."""
        # A subquery leaves out its left end, and what is exactly there belongs to us.
        length = math.ceil(end - start) + 1
        samples = self._query(f"({expression})[{length}s:{STEP}s] @ {end:.3f}")
        return [sample for sample in samples if start <= sample.time <= end]

    def _query(self, expression: str) -> list[Sample]:
        """Ask again if there is no answer: a busy machine may miss a deadline of five seconds."""
        for _ in range(2):
            with contextlib.suppress(UserError):
                return query(self.prometheus, expression)
        return query(self.prometheus, expression)


def number(value: float, unit: str) -> str:
    """Return a value as people read it."""
    if math.isnan(value):
        return "nothing"
    if unit == "%":
        return f"{100 * value:.1f} %"
    return f"{value:.{DECIMALS[unit]}f} {unit}".rstrip()


def shown(values: Mapping[str, float], unit: str) -> str:
    """Return the values of environments in one line."""
    return ", ".join(f"{name} {number(value, unit)}" for name, value in values.items())


def _by_environment(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.labels.get("environment", ""), []).append(sample)
    return found
