"""From words to a plan: options and targets files, with all mistakes reported at once."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import yaml

from loadgen import words
from loadgen.errors import UsageError, likely
from loadgen.mix import most_malformed
from loadgen.plan import DEFAULT_PROFILE, PROFILES, Plan, Profile, Target, in_flight_for

T = TypeVar("T")

TRAFFIC = ("profile", "rate", "arrivals", "weights", "malformed", "think", "max_in_flight")
"""What can be said of each environment: keys of a targets file, and options of the command."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


@dataclass
class Mistakes:
    """What is wrong so far, so that nobody has to correct one mistake to see the next."""

    found: list[str] = field(default_factory=list)

    def read(self, where: str, parse: Callable[[object], T], value: object, default: T) -> T:
        """Return what `parse` makes of the value; None, and one that it refuses, is the default."""
        if value is None:
            return default
        try:
            return parse(value)
        except UsageError as error:
            self.found.append(f"{where}: {error}")
            return default

    def check(self) -> None:
        """Raise UsageError when there are any, a line for each."""
        if self.found:
            # What was said for several environments at once is wrong once.
            raise UsageError("\n".join(dict.fromkeys(self.found)))


def target_of(
    environment: str,
    said: Mapping[str, object],
    mistakes: Mistakes,
    place: Callable[[str], str],
) -> Target:
    """Return the target that was described by "url" and what TRAFFIC lists.

    `place` says for each of these words where it stands, for messages.
    """
    if not NAME.fullmatch(environment):
        mistakes.found.append(
            f"{place('url')}: an environment is named by letters, digits, '_', '.' and '-', "
            f"not {environment!r}"
        )
    profile = _profile(environment, said, mistakes, place)
    most = in_flight_for(profile.pace)
    return Target(
        environment=environment,
        url=mistakes.read(place("url"), words.address, said["url"], ""),
        profile=profile,
        max_in_flight=mistakes.read(
            place("max_in_flight"), words.whole_number, said.get("max_in_flight"), most
        ),
    )


def read_targets(path: Path, mistakes: Mistakes) -> list[Target]:
    """Return the targets that a YAML file describes, environment by environment."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or not content:
        raise UsageError(
            f"{path}: expected environments with their addresses",
            hint="such as: prod: {url: 'http://127.0.0.1:8081', rate: 50}",
        )
    return [
        _target_in_file(path, str(environment), said, mistakes)
        for environment, said in content.items()
    ]


def plan_of(
    targets: list[Target], run: Mapping[str, object], ca: Path | None, mistakes: Mistakes
) -> Plan:
    """Return the whole plan; `run` has duration, timeout and seed as words.

    Raises UsageError with all mistakes that were found until now.
    """
    seconds = mistakes.read("--duration", words.duration, run.get("duration"), None)
    timeout = mistakes.read("--timeout", words.period, run.get("timeout"), Fraction(10))
    seed = mistakes.read("--seed", words.seed_number, run.get("seed"), 1)
    if ca is not None:
        mistakes.found += _wrong_with(ca)
    names = [target.environment for target in targets]
    mistakes.found += [
        f"{name}: named twice" for name in sorted(set(names)) if names.count(name) > 1
    ]
    mistakes.check()
    return Plan(
        targets=tuple(targets),
        seconds=None if seconds is None else float(seconds),
        timeout=float(timeout),
        seed=seed,
        ca=ca,
    )


def _wrong_with(ca: Path) -> list[str]:
    try:
        ssl.create_default_context(cafile=ca)
    except ssl.SSLError:
        return [f"--ca: {ca} holds no certificate"]
    except OSError as error:
        return [f"--ca: {ca}: {error.strerror}"]
    return []


def _profile(
    environment: str,
    said: Mapping[str, object],
    mistakes: Mistakes,
    place: Callable[[str], str],
) -> Profile:
    def read(option: str, parse: Callable[[object], T], default: T) -> T:
        return mistakes.read(place(option), parse, said.get(option), default)

    own = environment if environment in PROFILES else DEFAULT_PROFILE
    base = read("profile", words.profile, PROFILES[own])
    mix = replace(
        base.mix,
        weights=read("weights", words.weights, base.mix.weights),
        malformed=read("malformed", words.percent, base.mix.malformed),
        think=read("think", words.think, base.mix.think),
    )
    if mix.malformed > (most := most_malformed(mix.weights)):
        mistakes.found.append(
            f"{place('malformed')}: with these weights at most {most}%, not {mix.malformed}%: "
            "nothing can be wrong with a health check"
        )
    return Profile(
        pace=read("rate", words.rate, base.pace),
        arrivals=read("arrivals", words.arrivals, base.arrivals),
        mix=mix,
    )


def _target_in_file(path: Path, environment: str, content: object, mistakes: Mistakes) -> Target:
    said = dict(content) if isinstance(content, dict) else {"url": content}
    known = ("url", *TRAFFIC)
    mistakes.found += [
        f"{path}: {environment}: no key {key!r}; {likely(str(key), known)}"
        for key in said
        if key not in known
    ]
    # An address that is missing is refused like a wrong one, in the same words.
    said["url"] = said.get("url") or ""
    return target_of(environment, said, mistakes, lambda key: f"{path}: {environment}: {key}")


class _StrictLoader(yaml.SafeLoader):
    """A loader that refuses a key which is there twice, where YAML's takes the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 - PyYAML's signature
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} is there twice", node.start_mark
                )
        return super().construct_mapping(node, deep)
