"""Faults on purpose: slow or failing requests, lost dependencies and caches, for a limited time.

One file for all workers of a host says which: `faults.json` in the service's runtime directory,
written by `api-faults`. Each worker tells in a file beside it which content it goes by.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import random
import stat
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, cast, get_args

import msgspec
from msgspec import Meta

from shopapi.settings import GREATEST_LATENCY_MS
from shopapi.worker_reports import Report, open_safely

FILE_NAME = "faults.json"
MAX_BYTES = 64 * 1024
MAX_LASTING = timedelta(minutes=30)
"""A login that is lost during an incident must not leave the service slow for longer."""
POLL_SECONDS = 0.2

NOTHING, REFUSED = "none", "refused"
"""What a worker reports instead of a version: there is no file, or it is not valid."""

LOG = logging.getLogger(__name__)

Kind = Literal["latency", "error", "dependency_down", "cache_bypass"]
DependencyName = Literal["stock", "fraud", "gateway"]
Reason = Literal[
    "not_a_file", "unreadable", "too_large", "not_json", "not_valid", "unknown_route", "expiry"
]

Milliseconds = Annotated[float, Meta(le=GREATEST_LATENCY_MS)]


class Fault(
    msgspec.Struct,
    kw_only=True,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
):
    """What all kinds have in common.

    Without `routes` a fault hits every route under /api/, and others only when it names them.
    `fraction` is the share of the requests it hits; a `seed` makes the sequence of these
    decisions the same in every worker and every run. `expires_at` is None only for the faults
    that the settings describe: they last as long as the process.
    """

    routes: tuple[str, ...] = ()
    fraction: Annotated[float, Meta(gt=0, le=1)] = 1
    seed: int | None = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None

    @property
    def kind(self) -> Kind:
        """The name of the kind, as in the file."""
        return cast(Kind, self.__struct_config__.tag)

    def concerns(self, route: str | None) -> bool:
        """Say whether requests to `route` are hit; None is a request without a known route."""
        if self.routes:
            return route in self.routes
        return route is None or route.startswith("/api/")

    def lasts(self, now: datetime) -> bool:
        """Say whether the fault is in force. One that lies too far ahead means a changed clock."""
        return self.expires_at is None or now < self.expires_at <= now + MAX_LASTING


class Latency(Fault, frozen=True, tag="latency"):
    """Requests take longer, evenly spread by up to the jitter in both directions."""

    milliseconds: Annotated[Milliseconds, Meta(gt=0)]
    jitter_milliseconds: Annotated[Milliseconds, Meta(ge=0)] = 0

    def __post_init__(self) -> None:
        if self.jitter_milliseconds > self.milliseconds:
            raise ValueError("jitter must not be larger than the latency itself")
        if self.milliseconds + self.jitter_milliseconds > GREATEST_LATENCY_MS:
            raise ValueError(f"latency and jitter exceed {GREATEST_LATENCY_MS} ms together")


class Error(Fault, frozen=True, tag="error"):
    """Requests are answered with an error instead of being served."""

    status: Literal[500, 503]


class DependencyDown(Fault, frozen=True, tag="dependency_down"):
    """A dependency cannot be reached."""

    dependency: DependencyName


class CacheBypass(Fault, frozen=True, tag="cache_bypass"):
    """Nothing is taken from the caches."""


AnyFault = Latency | Error | DependencyDown | CacheBypass


class FaultFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole content of the file; an empty list means that there shall be no faults."""

    faults: Annotated[tuple[AnyFault, ...], Meta(max_length=32)]


class FaultFileError(Exception):
    """The file is not valid: one line, and a `reason` that is short enough for a label."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__("".join(c if c.isprintable() else " " for c in message[:300]))
        self.reason: Reason = reason


class Reading(NamedTuple):
    """A valid file; `version` names its content."""

    version: str
    faults: tuple[AnyFault, ...]


def parse(
    content: bytes,
    routes: Collection[str],
    now: datetime,
    *,
    written_at: datetime | None = None,
    until: datetime | None = None,
) -> tuple[AnyFault, ...]:
    """Return the faults that `content` describes.

    A fault must not have expired when the file was written (default: `now`), so that a file
    stays valid once its time is over. `until` is given to faults that do not say when they
    expire; without it they are refused. Raises FaultFileError, and nothing else.
    """
    if len(content) > MAX_BYTES:
        raise FaultFileError("too_large", f"more than {MAX_BYTES // 1024} KiB")
    faults = [
        msgspec.structs.replace(fault, expires_at=fault.expires_at or until)
        for fault in _decoded(content)
    ]
    for number, fault in enumerate(faults):
        for route in fault.routes:
            if route not in routes:
                raise FaultFileError(
                    "unknown_route",
                    f"no route {route!r} - at `$.faults[{number}].routes`; "
                    f"there are {', '.join(routes)}",
                )
        if wrong := _wrong_expiry(fault.expires_at, now, written_at or now):
            raise FaultFileError("expiry", f"{wrong} - at `$.faults[{number}].expires_at`")
    return tuple(faults)


def read(path: Path, routes: Collection[str], now: datetime) -> Reading | None:
    """Read the file at `path`; None when there is none.

    Only a regular file is read, and nothing else can make the caller wait.
    Raises FaultFileError.
    """
    try:
        content, modified = _content(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FaultFileError("unreadable", os.strerror(error.errno or 0)) from error
    # Files can be dated back and forth at will; what was written in the future is written now.
    written_at = datetime.fromtimestamp(min(max(0, modified), now.timestamp()), UTC)
    return Reading(version_of(content), parse(content, routes, now, written_at=written_at))


def version_of(content: bytes) -> str:
    """Return the name of a file's content that workers report."""
    return hashlib.sha256(content).hexdigest()[:12]


def _decoded(content: bytes) -> Sequence[AnyFault]:
    try:
        return _DECODER.decode(content).faults
    except msgspec.ValidationError as error:
        raise FaultFileError("not_valid", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FaultFileError("not_json", str(error)) from error
    except RecursionError as error:
        raise FaultFileError("not_json", "JSON is nested too deeply") from error


_DECODER = msgspec.json.Decoder(FaultFile)


def _wrong_expiry(expires_at: datetime | None, now: datetime, written_at: datetime) -> str:
    if expires_at is None:
        return "missing: every fault needs a time"
    if expires_at <= written_at:
        return "in the past"
    if expires_at > now + MAX_LASTING:
        return f"more than {MAX_LASTING.seconds // 60} minutes ahead"
    return ""


def _content(path: Path) -> tuple[bytes, float]:
    """Return up to one byte more than is allowed, and when the file was written."""
    try:
        descriptor = open_safely(path, os.O_RDONLY)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:  # a link; a socket
            raise FaultFileError("not_a_file", "not a regular file") from error
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise FaultFileError("not_a_file", "not a regular file")
        return os.read(descriptor, MAX_BYTES + 1), status.st_mtime
    finally:
        os.close(descriptor)


class _Armed:
    """A fault in force, with the sequence of its decisions."""

    def __init__(self, fault: AnyFault) -> None:
        self.fault = fault
        # Two sequences, so that parallel requests cannot mix up the one of the decisions.
        self._decisions = random.Random(fault.seed)  # noqa: S311 - nothing secret
        self._jitter = random.Random(self._decisions.random())  # noqa: S311 - as above

    def hits(self, route: str | None) -> bool:
        """Decide about one request."""
        return self.fault.concerns(route) and self._decisions.random() < self.fault.fraction

    def jitter(self) -> float:
        """Return the next number from -1 to 1."""
        return self._jitter.uniform(-1, 1)


class FaultBoard:
    """The faults that a worker goes by; create it after the fork.

    `directory` is the service's runtime directory; without one there are only the `initial`
    faults, those of the settings, and neither file nor thread. A valid file replaces them until
    all its faults have expired. One that is not valid means no faults at all: `on_error` is
    called with the Reason once for each change of the file, and must not raise.

    Questions about requests take no lock: they read one attribute that never changes inside.
    """

    def __init__(
        self,
        directory: Path | None,
        initial: Sequence[AnyFault],
        routes: Collection[str],
        *,
        slot: int,
        on_error: Callable[[Reason], None],
    ) -> None:
        self._initial = tuple(map(_Armed, initial))
        self._loaded: tuple[_Armed, ...] | None = None  # None: there is no file
        self._armed = self._initial
        self._routes = routes
        self._on_error = on_error
        self._known: tuple[int, ...] | None = None
        self._word = NOTHING
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        if directory is not None:
            self._path = directory / FILE_NAME
            self._report = Report(directory / f"worker-{slot}")
            self._look()
            self._thread = threading.Thread(target=self._watch, name="faults", daemon=True)
            self._thread.start()

    def latency(self, route: str) -> float:
        """Return how many seconds longer a request to `route` shall take; mostly 0."""
        seconds = 0.0
        for armed in self._armed:
            fault = armed.fault
            if isinstance(fault, Latency) and armed.hits(route):
                jitter = fault.jitter_milliseconds * armed.jitter()
                seconds += (fault.milliseconds + jitter) / 1000
        return seconds

    def error(self, route: str) -> int | None:
        """Return the status that a request to `route` shall be answered with; mostly None."""
        for armed in self._armed:
            if isinstance(armed.fault, Error) and armed.hits(route):
                return armed.fault.status
        return None

    def dependency_is_down(self, name: DependencyName, route: str | None = None) -> bool:
        """Say whether a call of dependency `name`, made for a request to `route`, shall fail."""
        for armed in self._armed:
            fault = armed.fault
            if isinstance(fault, DependencyDown) and fault.dependency == name and armed.hits(route):
                return True
        return False

    def bypasses_cache(self, route: str) -> bool:
        """Say whether a request to `route` shall be served without a cache."""
        for armed in self._armed:
            if isinstance(armed.fault, CacheBypass) and armed.hits(route):
                return True
        return False

    def active(self) -> Mapping[Kind, bool]:
        """Say of every kind whether there is a fault of it."""
        present = {armed.fault.kind for armed in self._armed}
        return {kind: kind in present for kind in get_args(Kind)}

    def close(self) -> None:
        """Stop to watch the file; the worker then counts as dead."""
        if self._thread:
            self._stopped.set()
            self._thread.join()
            self._report.close()

    def _watch(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            try:
                self._look()
            except Exception:  # without this thread no fault would ever end
                LOG.exception("looking for faults failed")

    def _look(self) -> None:
        # The report's lock comes first: whoever replaces the file and then sees no lock knows
        # that this worker has yet to read it.
        self._report.hold()
        now = datetime.now(UTC)
        if (found := _signature(self._path)) != self._known:
            self._known = found
            self._load(now)
        self._armed = self._in_force(now)
        self._report.tell(self._word)

    def _load(self, now: datetime) -> None:
        try:
            reading = read(self._path, self._routes, now)
        except FaultFileError as error:
            self._loaded, self._word = (), REFUSED
            LOG.error("%s is refused, so there are no faults: %s", self._path, error)  # noqa: TRY400 - one line
            self._on_error(error.reason)
        else:
            self._loaded = tuple(map(_Armed, reading.faults)) if reading else None
            self._word = reading.version if reading else NOTHING

    def _in_force(self, now: datetime) -> tuple[_Armed, ...]:
        if self._loaded == ():
            return ()
        lasting = tuple(armed for armed in self._loaded or () if armed.fault.lasts(now))
        return lasting or self._initial


def _signature(path: Path) -> tuple[int, ...] | None:
    """Return what changes with a file's content or permissions; None when there is no file."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return (error.errno or 0,)
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
