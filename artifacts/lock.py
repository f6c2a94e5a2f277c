"""The lock file: which components there are, what they are built from, what has to come out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from artifacts.licences import Policy, Review, check_licence
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
class Interface:
    """A web interface that the module has as sources only; paths are relative to `directory`.

    `packages` are built in this order; the last one's `output` moves to `embedded`, from where
    the compiler takes it.
    """

    directory: str
    packages: tuple[str, ...]
    output: str
    embedded: str


@dataclass(frozen=True)
class Build:
    """How a module becomes programs.

    `packages` are main packages relative to the module. `variables` are Go string variables set
    at link time. With `manifest`, the module is the collector's generator and the program is what
    it writes from that file. `interface` is built before the programs. `carried` are the licences
    of other people's work in embedded pages, by its name, as far as nothing is installed for it.
    """

    packages: tuple[str, ...]
    tags: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    manifest: Path | None = None
    interface: Interface | None = None
    carried: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Component:
    """One component of the lock; `result` is the artifact's SHA-256 per platform, None if new.

    `policy` is the lock's, and what this component alone may contain besides.
    """

    name: str
    version: str
    licence: str
    policy: Policy
    source: Source
    build: Build
    result: Mapping[str, str | None]


@dataclass(frozen=True)
class Pnpm:
    """The package manager of web interfaces, and the npm integrity of its archive."""

    version: str
    integrity: str


@dataclass(frozen=True)
class Lock:
    """The whole lock: versions of the tools, what may be shipped, components by name."""

    go: str
    node: str
    pnpm: Pnpm
    policy: Policy
    components: Mapping[str, Component]


def read_lock(path: Path = LOCK_FILE) -> Lock:
    """Read a lock file. Raises UserError, naming the place, for anything that is not as agreed."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"{path.name} is not valid YAML: {error}") from None
    keys = (
        "go", "node", "pnpm", "accepted_licences", "reviewed_licences", "licences_without_file",
        "components",
    )  # fmt: skip
    top = _fields(content, path.name, required=keys)
    policy = _policy(top, path.name)
    components = {
        name: _component(name, value, path, policy)
        for name, value in sorted(_mapping(top["components"], f"{path.name}: components").items())
    }
    anywhere = policy.accepted.union(*(one.policy.accepted for one in components.values()))
    for name, review in {**policy.reviewed, **policy.without_file}.items():
        check_licence(review.licence, anywhere, where=f"{path.name}: {name}")
    return Lock(
        go=_text(top["go"], f"{path.name}: go"),
        node=_text(top["node"], f"{path.name}: node"),
        pnpm=_pnpm(top["pnpm"], f"{path.name}: pnpm"),
        policy=policy,
        components=components,
    )


def _policy(top: Mapping[str, Any], file: str) -> Policy:
    accepted = _texts(top["accepted_licences"], f"{file}: accepted_licences")
    return Policy(
        accepted=frozenset(accepted),
        reviewed=_reviews(top, "reviewed_licences", r"[0-9a-f]{64}", file),
        without_file=_reviews(top, "licences_without_file", r"\S+@v\S+", file),
    )


def _reviews(top: Mapping[str, Any], key: str, pattern: str, file: str) -> dict[str, Review]:
    reviews = {}
    for name, value in _mapping(top[key], f"{file}: {key}").items():
        where = f"{file}: {key}.{_text(name, f'{file}: {key}', pattern)}"
        fields = _fields(value, where, required=("licence", "reason"))
        licence, reason = (_text(fields[one], f"{where}.{one}") for one in ("licence", "reason"))
        reviews[name] = Review(licence, reason)
    return reviews


def _pnpm(value: object, where: str) -> Pnpm:
    fields = _fields(value, where, required=("version", "integrity"))
    return Pnpm(
        version=_text(fields["version"], f"{where}.version", r"[0-9]+\.[0-9]+\.[0-9]+"),
        integrity=_text(fields["integrity"], f"{where}.integrity", r"sha512-[0-9A-Za-z+/]{86}=="),
    )


def _component(name: str, value: object, path: Path, policy: Policy) -> Component:
    where = f"{path.name}: {name}"
    fields = _fields(
        value,
        where,
        required=("version", "licence", "source", "build", "result"),
        optional=("also_accepted",),
    )
    also = _texts(fields.get("also_accepted", []), f"{where}.also_accepted")
    policy = replace(policy, accepted=policy.accepted.union(also))
    licence = _text(fields["licence"], f"{where}.licence")
    return Component(
        name=_text(name, where, r"[a-z][a-z0-9-]*"),
        version=_text(fields["version"], f"{where}.version", r"[0-9][0-9A-Za-z.+]*"),
        licence=check_licence(licence, policy.accepted, where=where),
        policy=policy,
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
        value,
        where,
        required=("packages",),
        optional=("tags", "variables", "manifest", "interface", "carried"),
    )
    variables = _mapping(fields.get("variables", {}), f"{where}.variables")
    manifest, interface = fields.get("manifest"), fields.get("interface")
    return Build(
        packages=_texts(fields["packages"], f"{where}.packages"),
        tags=_texts(fields.get("tags", []), f"{where}.tags"),
        variables={
            name: _text(text, f"{where}.variables.{name}", r"\S+")
            for name, text in variables.items()
        },
        manifest=folder / _text(manifest, f"{where}.manifest") if manifest is not None else None,
        interface=_interface(interface, f"{where}.interface") if interface is not None else None,
        carried=_carried(fields.get("carried", {}), f"{where}.carried"),
    )


def _interface(value: object, where: str) -> Interface:
    keys = ("directory", "packages", "output", "embedded")
    fields = _fields(value, where, required=keys)
    return Interface(
        directory=_text(fields["directory"], f"{where}.directory"),
        packages=_texts(fields["packages"], f"{where}.packages"),
        output=_text(fields["output"], f"{where}.output"),
        embedded=_text(fields["embedded"], f"{where}.embedded"),
    )


def _carried(value: object, where: str) -> dict[str, str]:
    carried: dict[str, str] = {}
    for licence, names in _mapping(value, where).items():
        for name in _texts(names, f"{where}.{licence}"):
            if name in carried:
                raise UserError(f"{where}: {name} has two licences, {carried[name]} and {licence}")
            carried[name] = licence
    return carried


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
