"""What the API is told from outside: one value, read from a mapping and checked once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

SAMPLERS = (
    "always_on|always_off|traceidratio"
    "|parentbased_always_on|parentbased_always_off|parentbased_traceidratio"
)

GREATEST_LATENCY_MS = 30_000
"""Of a request that is made slow on purpose, jitter included."""

ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})")


class SettingsError(Exception):
    """A variable is missing or wrong: one line with its name, its value and what is accepted."""


@dataclass(frozen=True)
class Otlp:
    """Where one signal goes; over HTTP the endpoint includes the path."""

    protocol: str
    endpoint: str
    timeout_seconds: float


@dataclass(frozen=True)
class Settings:
    """Everything the API can be told; README.md describes the variables.

    `bind` holds "host:port". `runtime_directory` is systemd's; without one there is no file of
    faults. `slot` numbers the workers that live at the same time; gunicorn_conf gives it.
    """

    environment: str
    data_plane_id: str
    database: Path
    products: int
    orders: int
    query_seconds: float
    bind: tuple[str, ...]
    workers: int
    threads: int
    slot: int
    error_rate: float
    latency_ms: float
    latency_jitter_ms: float
    dependency_latency_ms: float
    runtime_directory: Path | None
    metrics: Otlp
    export_interval_ms: float
    export_timeout_ms: float
    traces: Otlp
    traces_sampler: str
    traces_sampler_ratio: float

    @classmethod
    def from_mapping(cls, variables: Mapping[str, str]) -> Self:
        """Read the settings from environment variables; an empty one counts as unset.

        Where OpenTelemetry has a standard name, it wins over ours.
        Raises SettingsError for the first variable that is missing or wrong.
        """
        _read(
            variables, "OTEL_RESOURCE_ATTRIBUTES", parse=_resource_attributes, default="",
            accepted="name=value,… without service.instance.id (each worker has its own)",
        )  # fmt: skip
        latency_ms = _number(variables, "LATENCY_MS", 0, GREATEST_LATENCY_MS, default=0)
        most_jitter = min(latency_ms, GREATEST_LATENCY_MS - latency_ms)
        return cls(
            environment=_read(
                variables, "ENV", parse=_matching("[a-z0-9][a-z0-9_-]{0,62}"),
                accepted="a name such as prod: a-z, 0-9, _ and -",
            ),
            data_plane_id=_read(
                variables, "DATA_PLANE_ID", parse=_matching("[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
                accepted="a name such as dp-prod-01: letters, digits, . _ and -",
            ),
            database=_read(
                variables, "API_DATABASE", parse=_absolute_path,
                accepted="the absolute path of the database file",
            ),
            bind=_read(
                variables, "API_BIND", parse=_addresses, default="127.0.0.1:8080",
                accepted="host:port or [IPv6]:port, several separated by commas",
            ),
            products=_whole(variables, "API_PRODUCTS", 1, 100_000, default=10_000),
            orders=_whole(variables, "API_ORDERS", 30, 600_000, default=20_000),
            query_seconds=_number(variables, "API_QUERY_SECONDS", 0.1, 60, default=5),
            workers=_whole(variables, "API_WORKERS", 1, 64, default=2),
            threads=_whole(variables, "API_THREADS", 1, 512, default=32),
            slot=_whole(variables, "API_SLOT", 0, 9999, default=0),
            error_rate=_number(variables, "ERROR_RATE", 0, 1, default=0),
            latency_ms=latency_ms,
            latency_jitter_ms=_number(variables, "LATENCY_JITTER_MS", 0, most_jitter, default=0),
            dependency_latency_ms=_number(variables, "DEPENDENCY_LATENCY_MS", 0.1, 500, default=15),
            runtime_directory=_read(
                variables, "RUNTIME_DIRECTORY", parse=_optional_path, default="",
                accepted="one absolute path",
            ),
            metrics=_otlp(variables, "metrics"),
            export_interval_ms=_number(
                variables, "OTEL_METRIC_EXPORT_INTERVAL", 100, 600_000, default=5000
            ),
            export_timeout_ms=_number(
                variables, "OTEL_METRIC_EXPORT_TIMEOUT", 100, 600_000, default=3000
            ),
            traces=_otlp(variables, "traces"),
            traces_sampler=_read(
                variables, "OTEL_TRACES_SAMPLER", parse=_matching(SAMPLERS),
                accepted=SAMPLERS.replace("|", ", "), default="always_off",
            ),
            traces_sampler_ratio=_number(variables, "OTEL_TRACES_SAMPLER_ARG", 0, 1, default=1),
        )  # fmt: skip


def _read(
    variables: Mapping[str, str],
    *names: str,
    parse: Callable[[str], T],
    accepted: str,
    default: str | None = None,
) -> T:
    """Parse the first of `names` that is set; `parse` raises ValueError for what it refuses."""
    for name in names:
        if value := variables.get(name, "").strip():
            try:
                return parse(value)
            except ValueError:
                raise SettingsError(f"{name}={value!r}: expected {accepted}") from None
    if default is None:
        raise SettingsError(f"{names[-1]} is not set: expected {accepted}")
    return parse(default)


def _whole(
    variables: Mapping[str, str], name: str, lowest: int, highest: int, *, default: int
) -> int:
    def parse(value: str) -> int:
        if not lowest <= (number := int(value)) <= highest:
            raise ValueError
        return number

    accepted = f"a whole number from {lowest} to {highest}"
    return _read(variables, name, parse=parse, accepted=accepted, default=str(default))


def _number(
    variables: Mapping[str, str], name: str, lowest: float, highest: float, *, default: float
) -> float:
    accepted = f"a number from {lowest} to {highest}"
    parse = _between(lowest, highest)
    return _read(variables, name, parse=parse, accepted=accepted, default=str(default))


def _otlp(variables: Mapping[str, str], signal: str) -> Otlp:
    """Return where a signal goes: only its own variable names a complete HTTP address."""
    own = f"OTEL_EXPORTER_OTLP_{signal.upper()}"
    protocol = _read(
        variables, f"{own}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL",
        parse=_matching("http/protobuf|grpc"), accepted="http/protobuf or grpc",
        default="http/protobuf",
    )  # fmt: skip
    port, path = (4317, "") if protocol == "grpc" else (4318, f"/v1/{signal}")
    accepted = f"a URL such as http://127.0.0.1:{port}"
    base = _read(
        variables, "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_ENDPOINT",
        parse=_url, accepted=accepted, default=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    return Otlp(
        protocol=protocol,
        endpoint=_read(
            variables, f"{own}_ENDPOINT",
            parse=_url, accepted=accepted + path, default=base.rstrip("/") + path,
        ),
        timeout_seconds=_read(
            variables, f"{own}_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT",
            parse=_between(0.1, 60), accepted="seconds from 0.1 to 60", default="2",
        ),
    )  # fmt: skip


def _matching(pattern: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return parse


def _between(lowest: float, highest: float) -> Callable[[str], float]:
    def parse(value: str) -> float:
        if not lowest <= (number := float(value)) <= highest:  # also refuses "nan"
            raise ValueError
        return number

    return parse


def _absolute_path(value: str) -> Path:
    if not (path := Path(value)).is_absolute():
        raise ValueError
    return path


def _optional_path(value: str) -> Path | None:
    return _absolute_path(value) if value else None


def _addresses(value: str) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in value.split(","))
    for address in addresses:
        found = ADDRESS.fullmatch(address)
        if not found or not 1 <= int(found[1]) <= 65535:
            raise ValueError
    return addresses


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    if "@" in parts.netloc:
        # Not repeated: addresses are logged, and what stands in this one must not be.
        raise SettingsError(
            "the collector's address holds credentials: expected them in OTEL_EXPORTER_OTLP_HEADERS"
        )
    return value


def _resource_attributes(value: str) -> None:
    # One fixed instance for all workers makes their counters overwrite each other.
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if any(not sign or name.strip() == "service.instance.id" for name, sign, _ in pairs):
        raise ValueError
