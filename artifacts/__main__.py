"""The command line: `python -m artifacts build | verify | list`."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from artifacts.go_release import GoRelease
from artifacts.lock import check_licence, read_lock
from artifacts.python_release import PYTHONS, PythonRelease, read_app
from artifacts.store import Artifact, DigestMismatchError, Recipe, Store, obtain
from toolkit.console import OK, main, say, table
from toolkit.errors import UserError

REPOSITORY = Path(__file__).resolve().parent.parent

EPILOG = """\
artifacts/lock.yml says what third-party programs are built from and which sha256 the result has;
the API's release is made from apps/api. Finished files are kept, under their own sha256, in
~/.cache/sightline/artifacts, or below XDG_CACHE_HOME. Nothing is used unhashed.

The first build needs the Go module proxy and the Python package index; GOPROXY, GOSUMDB,
PIP_INDEX_URL and their relatives are honoured. Later ones need no network.
"""


def recipes(names: Sequence[str] = ()) -> list[Recipe]:
    """Return the recipes of the named components, of all by default.

    Raises UserError for an unknown name and for a lock or an app that is not as agreed.
    """
    lock = read_lock()
    apps = {"api": REPOSITORY / "apps" / "api"}
    known = sorted([*lock.components, *apps])
    for name in names:
        if name not in known:
            raise UserError(f"there is no component {name}", hint=f"known: {', '.join(known)}")
    chosen: list[Recipe] = []
    for name in known:
        if names and name not in names:
            continue
        if name in apps:
            app = read_app(name, apps[name])
            check_licence(app.licence, lock.accepted_licences, where=name)
            chosen += [PythonRelease(app, tag) for tag in PYTHONS]
        else:
            component = lock.components[name]
            chosen += [GoRelease(component, platform, lock.go) for platform in component.result]
    return chosen


def build(names: Sequence[str], *, as_json: bool) -> int:
    """Build what is missing, check what is there, report both."""
    store = Store.default()
    built = [obtain(store, recipe) for recipe in recipes(names)]
    if as_json:
        print(json.dumps(described(built), indent=2))
    else:
        rows = [
            (one.label.component, one.name, one.label.platform, f"{size_of(one.path):.1f}")
            for one in built
        ]
        print(table(("COMPONENT", "RELEASE", "PLATFORM", "MB"), rows))
    return OK


def size_of(path: Path) -> float:
    """Return a file's size in megabytes."""
    return path.stat().st_size / 1e6


def described(built: Sequence[Artifact]) -> dict[str, dict[str, dict[str, str]]]:
    """Return artifacts as component → platform → what a deployment needs to know."""
    result: dict[str, dict[str, dict[str, str]]] = {}
    for one in built:
        result.setdefault(one.label.component, {})[one.label.platform] = {
            "component": one.label.component,
            "sha256": one.sha256,
            "name": one.name,
            "path": str(one.path),
        }
    return result


def show(*, as_json: bool) -> int:
    """Print what belongs to the product and whether it is cached; nothing is hashed or built."""
    store = Store.default()
    entries = []
    for recipe in recipes():
        label, sha256 = recipe.label, recipe.expected(store)
        cached = sha256 is not None and (store.root / sha256 / label.file).exists()
        entries.append((label, sha256, cached))
    if as_json:
        print(json.dumps([vars(a) | {"sha256": b, "cached": c} for a, b, c in entries], indent=2))
    else:
        rows = [
            (a.component, a.version, a.platform, a.licence, (b or "-")[:12], "yes" if c else "no")
            for a, b, c in entries
        ]
        print(table(("COMPONENT", "VERSION", "PLATFORM", "LICENCE", "SHA256", "CACHED"), rows))
    return OK


def verify() -> int:
    """Hash every file of the cache. Raises UserError naming all that are damaged."""
    store = Store.default()
    damaged = []
    for path in store.files():
        try:
            store.check(path)
            print(f"{path.parent.name}  {path.name}")
        except DigestMismatchError as error:
            say(f"error: {error}")
            damaged.append(path)
    if damaged:
        folders = shlex.join(str(path.parent) for path in damaged)
        raise UserError(
            f"damaged files: {len(damaged)}", hint=f"rm -r {folders} && python -m artifacts build"
        )
    return OK


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    top = argparse.ArgumentParser(
        prog="python -m artifacts",
        description="Build, check and list the artifacts that deployments install.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("build", help="build what is missing and check everything")
    one.add_argument("components", nargs="*", metavar="COMPONENT", help="default: all")
    two = commands.add_parser("list", help="show the lock's content and what is cached")
    for command in (one, two):
        command.add_argument("--json", action="store_true", help="for programs, on stdout")
    commands.add_parser("verify", help="hash every cached file again")
    return top


def cli(argv: Sequence[str]) -> int:
    """Run one command."""
    args = parser().parse_args(argv)
    if args.command == "build":
        return build(args.components, as_json=args.json)
    if args.command == "list":
        return show(as_json=args.json)
    return verify()


if __name__ == "__main__":
    sys.exit(main(cli))
