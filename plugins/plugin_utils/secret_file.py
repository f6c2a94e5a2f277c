"""The file that holds a deployment's secrets, plain or encrypted; used on the controller."""

from __future__ import annotations

import getpass
import re
import secrets
import socket
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib, is_encrypted, match_encrypt_secret

from ..module_utils.deploy.files import locked, write
from ..module_utils.deploy.model import DeployError

ALPHABET = string.ascii_letters + string.digits
FITTING = re.compile(r"[A-Za-z0-9._-]*")
"""What breaks no address, no shell, no environment file and no YAML that it is put in."""
HOW_TO_OPEN = "add --ask-vault-pass or --vault-password-file=<file>"

Secrets = dict[str, str]
"""Names and their values."""
Identity = tuple[str, Any]
"""A vault id and its password."""


@dataclass(frozen=True)
class Kept:
    """What the file holds, and what it is encrypted with, if it is."""

    values: Secrets = field(default_factory=dict, repr=False)
    identity: Identity | None = None


class SecretFile:
    """Names and secrets in YAML; `name` is how the file is called in messages."""

    def __init__(self, path: Path, name: str, vault: VaultLib) -> None:
        self._path = path
        self._name = name
        self._vault = vault

    def complete(
        self, wanted: Mapping[str, int], *, only_pretend: bool = False
    ) -> tuple[Kept, list[str]]:
        """Add what is missing; return what the file holds then, and the names that were added.

        `wanted` says how many characters each value has at least. What is there never changes.
        With `only_pretend` nothing is written.

        Raises DeployError for a file that is not as it should be, OSError for one out of reach.
        """
        kept = self._read(wanted)
        if only_pretend or kept.values.keys() >= wanted.keys():
            return _completed(kept, wanted)
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._path.with_name(f".{self._path.name}.lock")
        with locked(lock, f"{getpass.getuser()}@{socket.gethostname()}"):
            # Another run may have added them in the meantime.
            kept, missing = _completed(self._read(wanted), wanted)
            if missing:
                self._write(kept)
        return kept, missing

    def _read(self, wanted: Mapping[str, int]) -> Kept:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            content = b""
        if not content:
            return Kept(identity=self._first_identity())
        kept = self._opened(content)
        if mistakes := " and ".join(_mistakes(kept.values, wanted)):
            raise self._error(mistakes, "correct it, or delete its line to have another one made")
        return kept

    def _first_identity(self) -> Identity | None:
        """Return what a new file is encrypted with: what ansible-vault itself would take."""
        if not self._vault.secrets:
            return None
        wished = constants.DEFAULT_VAULT_ENCRYPT_IDENTITY
        identity: Identity = match_encrypt_secret(self._vault.secrets, wished)
        return identity

    def _opened(self, content: bytes) -> Kept:
        if is_encrypted(content):
            if not self._vault.secrets:
                raise self._error("is encrypted", HOW_TO_OPEN)
            try:
                content, *identity = self._vault.decrypt_and_get_vault_id(content)
            except AnsibleError:
                raise self._error("opens with no vault password of this run", HOW_TO_OPEN) from None
            return Kept(self._parsed(content), (identity[0], identity[1]))
        if self._path.stat().st_mode & 0o077:
            raise self._error("is open to others than its owner", f"chmod 600 {self._name}")
        return Kept(self._parsed(content))

    def _parsed(self, content: bytes) -> Secrets:
        hint = "write one `name: value` a line"
        try:
            # Makes nothing but text, so that a secret of digits stays what it is.
            found = yaml.load(content.decode(), Loader=yaml.BaseLoader) or {}  # noqa: S506
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            # The parser's own words would quote a line of the file.
            mark = getattr(error, "problem_mark", None)
            where = f" (line {mark.line + 1})" if mark else ""
            raise self._error(f"is no YAML{where}", hint) from None
        texts = [*found, *found.values()] if isinstance(found, dict) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise self._error("is no mapping of names to texts", hint)
        return dict(found)

    def _write(self, kept: Kept) -> None:
        text = yaml.safe_dump(kept.values, sort_keys=False)
        if kept.identity:
            vault_id, password = kept.identity
            text = self._vault.encrypt(text, password, vault_id).decode("ascii")
        write(self._path, text)

    def _error(self, detail: str, hint: str) -> DeployError:
        return DeployError("secrets", f"{self._name} {detail}", hint)


def _generated(wanted: Mapping[str, int]) -> Secrets:
    return {
        name: "".join(secrets.choice(ALPHABET) for _ in range(length))
        for name, length in wanted.items()
    }


def _completed(kept: Kept, wanted: Mapping[str, int]) -> tuple[Kept, list[str]]:
    missing = {name: wanted[name] for name in wanted if name not in kept.values}
    return replace(kept, values={**kept.values, **_generated(missing)}), list(missing)


def _mistakes(values: Secrets, wanted: Mapping[str, int]) -> list[str]:
    found = []
    for name, length in wanted.items():
        value = values.get(name)
        if value is None:
            continue
        if not FITTING.fullmatch(value):
            found.append(f"has other characters than letters, digits and . _ - in {name}")
        elif len(value) < length:
            found.append(f"has {len(value)} characters in {name}, which needs {length}")
    return found
