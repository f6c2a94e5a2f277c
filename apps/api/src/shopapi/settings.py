"""What the API is told from outside: one value, read from a mapping and checked once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})")


class SettingsError(Exception):
    """A variable is missing or wrong: one line with its name, its value and what is accepted."""


@dataclass(frozen=True)
class Settings:
    """Everything the API can be told; README.md describes the variables.

    `otlp_endpoint` is complete: over HTTP it includes the path. `bind` holds "host:port".
    """

    environment: str
    data_plane_id: str
    database: Path
    bind: tuple[str, ...]
    workers: int
    threads: int
    otlp_protocol: str
    otlp_endpoint: str
    otlp_timeout_seconds: float
    export_interval_ms: float
    export_timeout_ms: float
    semantic_conventions: str

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
        protocol = _read(
            variables, "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL",
            parse=_matching("http/protobuf|grpc"), accepted="http/protobuf or grpc",
            default="http/protobuf",
        )  # fmt: skip
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
            workers=_whole(variables, "API_WORKERS", 1, 64, default=2),
            threads=_whole(variables, "API_THREADS", 1, 512, default=32),
            otlp_protocol=protocol,
            otlp_endpoint=_endpoint(variables, protocol),
            otlp_timeout_seconds=_read(
                variables, "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT",
                parse=_between(0.1, 60), accepted="seconds from 0.1 to 60", default="2",
            ),
            export_interval_ms=_milliseconds(variables, "OTEL_METRIC_EXPORT_INTERVAL", 5000),
            export_timeout_ms=_milliseconds(variables, "OTEL_METRIC_EXPORT_TIMEOUT", 3000),
            semantic_conventions=_read(
                variables, "OTEL_SEMCONV_STABILITY_OPT_IN", parse=_stable_http, default="http",
                accepted="a list with http and without http/dup",
            ),
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


def _milliseconds(variables: Mapping[str, str], name: str, default: int) -> float:
    accepted = "milliseconds from 100 to 600000"
    return _read(
        variables, name, parse=_between(100, 600_000), accepted=accepted, default=str(default)
    )


def _endpoint(variables: Mapping[str, str], protocol: str) -> str:
    """Return where metrics go: only the signal's own variable names a complete HTTP address."""
    port, path = (4317, "") if protocol == "grpc" else (4318, "/v1/metrics")
    accepted = f"a URL such as http://127.0.0.1:{port}"
    base = _read(
        variables, "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_ENDPOINT",
        parse=_url, accepted=accepted, default=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    return _read(
        variables, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        parse=_url, accepted=accepted + path, default=base.rstrip("/") + path,
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
    return value


def _stable_http(value: str) -> str:
    # Without "http", and beside it with "http/dup", the client's Host header becomes a label.
    wanted = {word.strip() for word in value.split(",")}
    if "http" not in wanted or "http/dup" in wanted:
        raise ValueError
    return value


def _resource_attributes(value: str) -> None:
    # One fixed instance for all workers makes their counters overwrite each other.
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if any(not sign or name.strip() == "service.instance.id" for name, sign, _ in pairs):
        raise ValueError
