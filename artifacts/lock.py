"""The lock file: which components there are, what they are built from, what has to come out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from toolkit.errors import UserError

LOCK_FILE = Path(__file__).with_name("lock.yml")
DEFAULT_PLATFORM = "linux_amd64"
"""Built for every component; other platforms are built where the lock names them."""


@dataclass(frozen=True)
class Source:
    """A Go module at one version, and the `h1:` checksum of its files."""

    module: str
    version: str
    sum: str


@dataclass(frozen=True)
class Build:
    """How a module becomes programs.

    `packages` are main packages relative to the module. `variables` are Go string variables set
    at link time. With `manifest`, the module is the collector's generator and the program is what
    it writes from that file.
    """

    packages: tuple[str, ...]
    tags: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    manifest: Path | None = None


@dataclass(frozen=True)
class Component:
    """One component of the lock; `result` is the artifact's SHA-256 per platform, None if new."""

    name: str
    version: str
    licence: str
    source: Source
    build: Build
    result: Mapping[str, str | None]


@dataclass(frozen=True)
class Lock:
    """The whole lock: compiler version, licences that may be shipped, components by name."""

    go: str
    accepted_licences: frozenset[str]
    components: Mapping[str, Component]


def read_lock(path: Path = LOCK_FILE) -> Lock:
    """Read a lock file. Raises UserError, naming the place, for anything that is not as agreed."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"{path.name} is not valid YAML: {error}") from None
    top = _fields(content, path.name, required=("go", "accepted_licences", "components"))
    licences = frozenset(_texts(top["accepted_licences"], f"{path.name}: accepted_licences"))
    components = _mapping(top["components"], f"{path.name}: components")
    return Lock(
        go=_text(top["go"], f"{path.name}: go"),
        accepted_licences=licences,
        components={
            name: _component(name, value, path, licences)
            for name, value in sorted(components.items())
        },
    )


def check_licence(licence: str, accepted: Collection[str], *, where: str) -> str:
    """Return a licence that may be shipped. Raises UserError for any other."""
    if licence not in accepted:
        raise UserError(
            f"{where}: licence {licence} is not accepted",
            hint=f"accepted_licences in artifacts/lock.yml: {', '.join(sorted(accepted))}",
        )
    return licence


def _component(name: str, value: object, path: Path, licences: frozenset[str]) -> Component:
    where = f"{path.name}: {name}"
    fields = _fields(value, where, required=("version", "licence", "source", "build", "result"))
    licence = _text(fields["licence"], f"{where}.licence")
    return Component(
        name=_text(name, where, r"[a-z][a-z0-9-]*"),
        version=_text(fields["version"], f"{where}.version", r"[0-9][0-9A-Za-z.+]*"),
        licence=check_licence(licence, licences, where=where),
        source=_source(fields["source"], f"{where}.source"),
        build=_build(fields["build"], f"{where}.build", path.parent),
        result=_result(fields["result"], f"{where}.result"),
    )


def _source(value: object, where: str) -> Source:
    fields = _fields(value, where, required=("module", "version", "sum"))
    return Source(
        module=_text(fields["module"], f"{where}.module"),
        version=_text(fields["version"], f"{where}.version", r"v.+"),
        sum=_text(fields["sum"], f"{where}.sum", r"h1:[0-9A-Za-z+/]{43}="),
    )


def _build(value: object, where: str, folder: Path) -> Build:
    fields = _fields(
        value, where, required=("packages",), optional=("tags", "variables", "manifest")
    )
    variables = _mapping(fields.get("variables", {}), f"{where}.variables")
    manifest = fields.get("manifest")
    return Build(
        packages=_texts(fields["packages"], f"{where}.packages"),
        tags=_texts(fields.get("tags", []), f"{where}.tags"),
        variables={
            name: _text(text, f"{where}.variables.{name}", r"\S+")
            for name, text in variables.items()
        },
        manifest=folder / _text(manifest, f"{where}.manifest") if manifest is not None else None,
    )


def _result(value: object, where: str) -> dict[str, str | None]:
    digests = {DEFAULT_PLATFORM: None} | _mapping(value, where)
    return {
        _text(platform, where, r"linux_(amd64|arm64)"): digest
        if digest is None
        else _text(digest, f"{where}.{platform}", r"[0-9a-f]{64}")
        for platform, digest in sorted(digests.items())
    }


def _fields(
    value: object, where: str, *, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, Any]:
    """Return a mapping that has all required keys and no unknown ones."""
    fields = _mapping(value, where)
    known = (*required, *optional)
    for key in fields:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known keys: {', '.join(known)}"
            raise UserError(f'{where}: unknown key "{key}"', hint=hint)
    for key in required:
        if key not in fields:
            raise UserError(f'{where}: key "{key}" is missing')
    return fields


def _mapping(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise UserError(f"{where} has to be a mapping with text keys, found {value!r}")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UserError(f"{where} has to be a list, found {value!r}")
    return tuple(_text(item, where) for item in value)


def _text(value: object, where: str, pattern: str = r".+") -> str:
    if not isinstance(value, str):
        raise UserError(f"{where} has to be text, found {value!r}", hint="put it in quotes")
    if not re.fullmatch(pattern, value):
        raise UserError(f"{where}: {value!r} does not look right", hint=f"expected: {pattern}")
    return value
