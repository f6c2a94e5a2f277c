"""The dashboard's /config.json and /templates, made of what lies in its tree; and the check of it.

`merge TREE DIRECTORY` writes what the pages read: the environments, of one file for each, and the
site's own templates of dashboards with the list of all. A file that is wrong is told in one line,
and what was merged before stays; from it environments keep their places in the palette. `start`
does the same, but what was merged before is enough for it where nothing can be written. `check
TREE` judges a tree before it is put in force: its environments, its templates, and its nginx.conf
by nginx itself, which needs no port and no directory of the service for that. Runs as the
dashboard's user, with Python's own library alone.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

THRESHOLDS = ("error_ratio", "p95_seconds", "freshness_seconds")
MOST_BYTES = 1_000_000
"""Of a template; pages open no larger one."""
NAME = re.compile(r"[a-zA-Z0-9_.-]{1,75}")
LIST = "index"
"""The list of all templates lies beside them, under this name."""
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
LISTEN = re.compile(r"(?m)^( *listen) [^ ;]+")
SAID = re.compile(r"(?m)^.*\[emerg\] [0-9#]+: (.*)$")

Environment = dict[str, Any]


class WrongFileError(Exception):
    """What is wrong, and in which file."""


class UnwritableError(Exception):
    """Which file cannot be written, and why: the disk is full, as a rule."""


def merged(tree: Path, places: Mapping[str, int]) -> dict[str, Any]:
    """Return what the pages are told. Raises WrongFileError for a file that is not as agreed.

    Args:
        tree: the configuration.
        places: where environments have been in the palette so far, by name.
    """
    base = _read(tree / "config.json")
    interval = base.pop("scrape_interval")
    del base["pages"]
    for link in base["links"]:
        if not re.match(r"https?://.", link["url"]):
            raise WrongFileError(f"config.json: link {link['url']} is no web address")
    environments = [_environment(path) for path in sorted((tree / "config.d").glob("*.json"))]
    return {
        **base,
        "scrape_interval_seconds": seconds(interval),
        "environments": arranged(environments, places),
    }


def seconds(duration: str) -> float:
    """Return a duration of Prometheus, such as 1m30s, in seconds; raises WrongFileError."""
    if not re.fullmatch(r"([0-9]+(ms|s|m|h))+", duration):
        raise WrongFileError(f"config.json: {duration} is no duration such as 10s")
    parts = re.findall(r"([0-9]+)(ms|s|m|h)", duration)
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def arranged(environments: Iterable[Environment], places: Mapping[str, int]) -> list[Environment]:
    """Return environments in the order in which they are shown, each with its place in the palette.

    Who asks for a place has it, all others stay where they have been; newcomers take the first free
    places by their names. So nobody's colour changes because another one comes or goes. Raises
    WrongFileError for a place that two ask for.
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
    asking = set(taken.values())
    for one in by_name:
        if one["name"] not in asking and (slot := places.get(one["name"])):
            taken.setdefault(slot, one["name"])
    slots = {name: slot for slot, name in taken.items()}
    free = (slot for slot in itertools.count(1) if slot not in taken)
    placed = [{**one, "slot": slots.get(one["name"]) or next(free)} for one in by_name]
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


def places_in(merged_before: Path) -> dict[str, int]:
    """Return the places of those environments that were merged last."""
    try:
        found = json.loads(merged_before.read_text(encoding="utf-8"))
        return {one["name"]: one["slot"] for one in found["environments"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # the first time; and a file that a disk has spoilt costs colours, not the start


def templates(tree: Path) -> dict[str, tuple[bytes, dict[str, str]]]:
    """Return the site's own templates by name: as they came, and as the list has them.

    Raises WrongFileError for one that no page could open.
    """
    found: dict[str, tuple[bytes, dict[str, str]]] = {}
    for path in sorted((tree / "templates").glob("*.json")):
        where = f"templates/{path.name}"
        content = path.read_bytes()
        if len(content) > MOST_BYTES:
            raise WrongFileError(f"{where}: {len(content)} bytes, and {MOST_BYTES} are the most")
        entry = _entry(where, content)
        if entry["name"] in found:
            raise WrongFileError(f"{where}: the name {entry['name']} is taken by another file")
        found[entry["name"]] = (content, entry)
    return found


def _entry(where: str, content: bytes) -> dict[str, str]:
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except RecursionError:
        raise WrongFileError(f"{where}: it is nested too deeply") from None
    except ValueError as error:
        raise WrongFileError(f"{where}: {error}") from None
    kind = document.get("kind") if isinstance(document, dict) else None
    if kind != "Dashboard":
        raise WrongFileError(f"{where}: it is no template of a dashboard, whose kind is Dashboard")
    name = _text(document, "metadata", "name")
    if not NAME.fullmatch(name) or name == LIST:
        raise WrongFileError(
            f"{where}: metadata.name {name!r} is no name of at most 75 letters, digits, _ . and -"
        )
    title = _text(document, "spec", "display", "name") or name
    description = _text(document, "spec", "display", "description")
    return {"name": name, "title": title, "description": description, "from": "yours"}


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _text(document: object, *path: str) -> str:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, str) else ""


def merge(tree: Path, target: Path) -> None:
    """Write what the pages are told; a name of the site goes before the same one shipped."""
    pages = Path(_read(tree / "config.json")["pages"])
    at = target / "config.json"
    configuration, own = merged(tree, places_in(at)), templates(tree)
    listed = {one["name"]: one for one in _read(pages / f"templates/{LIST}.json")["templates"]}
    listed |= {name: entry for name, (_, entry) in own.items()}
    place = target / "templates"
    place.mkdir(exist_ok=True)
    for name, (content, _) in own.items():
        _write(place / f"{name}.json", content)
    _write(place / f"{LIST}.json", json.dumps({"templates": [*listed.values()]}).encode())
    for path in place.glob("*.json"):
        if path.stem not in {*own, LIST}:
            path.unlink()
    _write(at, json.dumps(configuration).encode())


def _write(path: Path, content: bytes) -> None:
    """Put a file in place in one step. Raises UnwritableError."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        raise UnwritableError(f"{path.name}: {error.strerror}") from None


def check(tree: Path) -> None:
    """Judge a tree. Raises WrongFileError with nginx' own words."""
    merged(tree, {})
    templates(tree)
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
        if command == "check":
            check(Path(tree))
        else:
            merge(Path(tree), Path(*rest))
    except WrongFileError as error:
        return str(error)
    except UnwritableError as error:
        if command != "start" or not Path(*rest, "config.json").exists():
            return str(error)
        print(f"{error}; what was merged before stays", file=sys.stderr)
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
