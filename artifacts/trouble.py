"""What the machine lacks while something is built: told in one line, whoever found out."""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from artifacts.store import Store
from toolkit.errors import UserError
from toolkit.process import ProcessError

FULL = ("no space left on device", "enospc", "disk quota exceeded")
"""What programs say of a full disk."""

UNREACHED = (
    "connection refused", "dial tcp", "eai_again", "econnrefused", "econnreset", "enetunreach",
    "enotfound", "etimedout", "failed to establish a new connection", "i/o timeout",
    "name resolution", "network is unreachable", "no route to host", "tls handshake timeout",
)  # fmt: skip
"""What Go, pip, npm and pnpm say when the place that packages come from does not answer."""


@contextlib.contextmanager
def explained(store: Store) -> Iterator[None]:
    """Raise UserError where a store's disk is full or closed, or packages do not arrive."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(store) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise UserError(
                f"{error.filename}: {error.strerror}",
                hint="set XDG_CACHE_HOME to a folder that you may write to, then run this again",
            ) from None
        raise
    except ProcessError as error:
        said = error.output.lower()
        if any(words in said for words in FULL):
            raise _full(store) from None
        if any(words in said for words in UNREACHED):
            raise _unreached(error.output) from None
        raise


def _full(store: Store) -> UserError:
    return UserError(
        f"the disk of {store.root} is full; nothing half-made was kept",
        hint="free some 10 GB there, `python -m artifacts prune --unused-for 30` may help, or set "
        "XDG_CACHE_HOME to another disk; then run this again",
    )


def _unreached(said: str) -> UserError:
    lines = [line for line in said.splitlines() if any(w in line.lower() for w in UNREACHED)]
    # The name alone: an address may hold a password.
    named = re.search(r"https?://[^\s\"'\\]+", " ".join(lines))
    whom = named and urlsplit(named[0]).hostname
    return UserError(
        f"no connection to {whom or 'a package registry'}; nothing half-made was kept",
        hint="check the network and the settings that `python -m artifacts --help` names, or give "
        "a mirror with --from; then run this again",
    )
