"""Mirrors: `<sha256>/<file>` below a directory or a web address.

The cache has the same layout, so that a copy of it is a mirror. What is wanted, and whether that
is what came, the checkout alone decides; but of pages that are built from the checkout itself it
knows no digest, and takes the mirror's.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from artifacts.store import DigestMismatchError, Label, Recipe, Store
from toolkit.console import say, step
from toolkit.errors import UserError
from toolkit.files import sha256_of

REFILL = "fill the mirror from this checkout: `python -m artifacts mirror DIRECTORY`"
CHUNK = 1 << 20
FAILURES = (
    urllib.error.URLError, ssl.SSLError, TimeoutError, ConnectionError, ValueError,
    http.client.HTTPException,
)  # fmt: skip
"""What a web server can do to us; a full disk, an OSError as well, is not among it."""

NEWS = 5.0
"""Seconds between two words on a long transfer."""


@dataclass(frozen=True)
class Mirror:
    """A mirror at an address; a web server may stay silent for `patience` seconds."""

    address: str
    patience: float = 30.0

    def fetch(self, sha256: str, file: str, into: Path) -> Path:
        """Copy one file into a directory and return it.

        Raises DigestMismatchError when the mirror has other bytes, UserError when it has none.
        """
        copy = into / file
        with self._open(f"{sha256}/{file}") as (stream, size), copy.open("wb") as target:
            done, said = 0, time.monotonic()
            while chunk := stream.read(CHUNK):
                done += target.write(chunk)
                if time.monotonic() - said > NEWS:
                    said = time.monotonic()
                    say(f"  {file}: {done / 1e6:.0f} of {size / 1e6:.0f} MB")
        if done < size:
            raise UserError(
                f"mirror {self.address} ended {file} after {done} of {size} bytes",
                hint="run this again; if that does not help, look at the mirror's own disk",
            )
        found = sha256_of(copy)
        if found != sha256:
            raise DigestMismatchError(
                f"mirror {self.address} has other bytes for {file}; nothing of it was kept",
                wanted=sha256,
                found=found,
                hint=REFILL,
            )
        return copy

    def read(self, name: str) -> str:
        """Return a small text file. Raises UserError when the mirror has none."""
        with self._open(name) as (stream, _):
            return stream.read(CHUNK).decode("utf-8", errors="replace")

    def _open(self, name: str) -> AbstractContextManager[tuple[BinaryIO, int]]:
        """Open a file of the mirror, and tell how many bytes it has."""
        return self._answer(name) if "://" in self.address else self._file(name)

    @contextlib.contextmanager
    def _file(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        path = Path(self.address, name)
        if not Path(self.address).is_dir():
            raise UserError(
                f"mirror {self.address} is no directory",
                hint="artifact_source is `build`, a directory, or an http(s) address",
            )
        if not path.is_file():
            raise self._lacks(name)
        with path.open("rb") as stream:
            yield stream, path.stat().st_size

    @contextlib.contextmanager
    def _answer(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        address = f"{self.address.rstrip('/')}/{quote(name)}"
        request = urllib.request.Request(address)  # noqa: S310 - named by the operator, not trusted
        try:
            with self._client().open(request, timeout=self.patience) as answer:
                yield answer, int(answer.headers.get("Content-Length", 0))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == http.HTTPStatus.NOT_FOUND:
                raise self._lacks(name) from None
            raise UserError(
                f"mirror {self.address} answered {error.code} for {name}",
                hint="look at the mirror's own log",
            ) from None
        except FAILURES as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            silent = isinstance(reason, TimeoutError)
            said = f"said nothing for {self.patience:g} s" if silent else f"fails: {reason}"
            raise UserError(
                f"mirror {self.address} {said}",
                hint="check artifact_source, the network and http_proxy, then run this again",
            ) from None

    def _client(self) -> urllib.request.OpenerDirector:
        """Return a client that goes through the caller's proxy, but never to this machine."""
        host = urlsplit(self.address).hostname or ""
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(host).is_loopback:
                host = "localhost"
        if host == "localhost":
            return urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return urllib.request.build_opener()

    def _lacks(self, name: str) -> UserError:
        return UserError(f"mirror {self.address} does not have {name}", hint=REFILL)


@dataclass(frozen=True)
class Mirrored:
    """The recipe of something that is fetched instead of made."""

    original: Recipe
    mirror: Mirror

    @property
    def label(self) -> Label:
        """What comes out."""
        return self.original.label

    def expected(self, store: Store) -> str | None:
        """Return what the lock says."""
        return self.original.expected(store)

    def make(self, store: Store, workspace: Path) -> Path:
        """Fetch the file that has the lock's digest."""
        sha256 = self.expected(store)
        if sha256 is None:
            raise UserError(
                f"{self.label}: the lock knows no digest, so no mirror can be trusted with it",
                hint=f"python -m artifacts build {self.label.component}",
            )
        with step(f"fetching {self.label} from {self.mirror.address}"):
            return self.mirror.fetch(sha256, self.label.file, workspace)

    def admit(self, store: Store, staged: Path) -> Path:
        """Keep what was checked on arrival."""
        return store.keep(staged)
