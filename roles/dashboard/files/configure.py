"""The dashboard's /config.json, made of one file for each environment; and the check of it all.

`merge TREE FILE` writes what the pages read. A file that is wrong is told in one line, and what was
merged before stays. `check TREE` judges a tree before it is put in force: its environments, and its
nginx.conf by nginx itself, which needs no port and no directory of the service for that. Runs as
the dashboard's user, with Python's own library alone.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

THRESHOLDS = ("error_ratio", "p95_seconds", "freshness_seconds")
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
LISTEN = re.compile(r"(?m)^( *listen) [^ ;]+")
SAID = re.compile(r"(?m)^.*\[emerg\] [0-9#]+: (.*)$")

Environment = dict[str, Any]


class WrongFileError(Exception):
    """What is wrong, and in which file."""


def merged(tree: Path) -> dict[str, Any]:
    """Return what the pages are told. Raises WrongFileError for a file that is not as agreed."""
    base = _read(tree / "config.json")
    interval = base.pop("scrape_interval")
    for link in base["links"]:
        if not re.match(r"https?://.", link["url"]):
            raise WrongFileError(f"config.json: link {link['url']} is no web address")
    environments = [_environment(path) for path in sorted((tree / "config.d").glob("*.json"))]
    return {
        **base,
        "scrape_interval_seconds": seconds(interval),
        "environments": arranged(environments),
    }


def seconds(duration: str) -> float:
    """Return a duration of Prometheus, such as 1m30s, in seconds; raises WrongFileError."""
    if not re.fullmatch(r"([0-9]+(ms|s|m|h))+", duration):
        raise WrongFileError(f"config.json: {duration} is no duration such as 10s")
    parts = re.findall(r"([0-9]+)(ms|s|m|h)", duration)
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def arranged(environments: Iterable[Environment]) -> list[Environment]:
    """Return environments in the order in which they are shown, each with its place in the palette.

    Places that nobody has asked for go by name. Raises WrongFileError for one that two ask for.
    """
    by_name = sorted(environments, key=lambda one: str(one["name"]))
    taken: dict[int, str] = {}
    for one in by_name:
        if (slot := one["slot"]) is None:
            continue
        if slot in taken:
            name = one["name"]
            raise WrongFileError(f"config.d/{name}.json: slot {slot} is taken by {taken[slot]}")
        taken[slot] = one["name"]
    free = (slot for slot in range(1, len(by_name) + len(taken) + 1) if slot not in taken)
    placed = [{**one, "slot": one["slot"] or next(free)} for one in by_name]
    last = float("inf")
    placed.sort(key=lambda one: last if one["order"] is None else one["order"])
    return [{key: value for key, value in one.items() if key != "order"} for one in placed]


def _environment(path: Path) -> Environment:
    found = _read(path)
    if not isinstance(found["title"], str) or not found["title"]:
        raise WrongFileError(f"config.d/{path.name}: title {found['title']!r} is no text")
    for key in ("slot", "order"):
        value = found[key]
        if value is not None and (type(value) is not int or value < 1):
            raise WrongFileError(f"config.d/{path.name}: {key} {value!r} is no number from 1 up")
    for key, value in found["thresholds"].items():
        if key not in THRESHOLDS:
            raise WrongFileError(f"config.d/{path.name}: there is no threshold {key}")
        if type(value) not in (int, float) or value <= 0:
            raise WrongFileError(
                f"config.d/{path.name}: threshold {key} {value!r} is no number above 0"
            )
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongFileError(f"{path.name}: {error}") from None
    if not isinstance(found, dict):
        raise WrongFileError(f"{path.name}: {type(found).__name__} where an object belongs")
    return found


def merge(tree: Path, target: Path) -> None:
    """Write what the pages are told, in one step."""
    text = json.dumps(merged(tree))
    fresh = target.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(target)


def check(tree: Path) -> None:
    """Judge a tree. Raises WrongFileError with nginx' own words."""
    merged(tree)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for path in tree.iterdir():
            (place / path.name).symlink_to(path)
        config = place / "nginx.conf"
        config.unlink()
        # To open the real ones takes the service's own rights, and nobody else may have them open.
        text = (tree / "nginx.conf").read_text(encoding="utf-8")
        sockets = (f"unix:{place}/{number}" for number in itertools.count())
        text = LISTEN.sub(lambda found: f"{found[1]} {next(sockets)}", text)
        config.write_text(text, encoding="utf-8")
        argv = ["nginx", "-t", "-q", "-e", "stderr", "-p", name, "-c", str(config)]
        argv += ["-g", f"pid {place}/pid;"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = SAID.search(done.stderr)
            words = said[1] if said else done.stderr.strip()
            raise WrongFileError(words.replace(f"{place}/", ""))


def main(command: str, tree: str, *rest: str) -> str | None:
    """Do what is asked; return one line about what is wrong."""
    os.umask(0o027)
    try:
        if command == "merge":
            merge(Path(tree), Path(*rest))
        else:
            check(Path(tree))
    except WrongFileError as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
