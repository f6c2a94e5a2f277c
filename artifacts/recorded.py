"""Results whose source is this repository: no lock has their digest, so it is noted when made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from artifacts.store import Label, Store
from toolkit.files import sha256_of, write_atomically


class Recorded(ABC):
    """What recipes of our own apps have in common.

    The digest of a result is recorded beside the store, under a fingerprint of everything that
    goes in.
    """

    @property
    @abstractmethod
    def label(self) -> Label:
        """What comes out."""

    @abstractmethod
    def record(self, store: Store) -> Path:
        """Return where the digest stands; the name is a hash of everything that goes in."""

    def expected(self, store: Store) -> str | None:
        """Return the digest that the same inputs gave before."""
        record = self.record(store)
        return record.read_text(encoding="utf-8") if record.exists() else None

    def admit(self, store: Store, staged: Path) -> Path:
        """Keep the result, and remember what it was made from."""
        digest = sha256_of(staged)
        path = store.admit(self.label, staged, digest)
        write_atomically(self.record(store), digest)
        return path
