"""The command line: `python -m artifacts build | mirror | list | verify | prune | pnpm`."""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from artifacts.go_release import GoRelease
from artifacts.licences import check_licence
from artifacts.lock import Lock, read_lock
from artifacts.mirror import Mirror, Mirrored
from artifacts.node import Node
from artifacts.node_release import NodeRelease
from artifacts.node_release import read_app as read_node_app
from artifacts.python_release import PYTHONS, PythonRelease, read_app
from artifacts.store import Artifact, DigestMismatchError, Recipe, Store, obtain
from artifacts.trouble import explained
from toolkit.console import OK, main, say, table
from toolkit.errors import UserError
from toolkit.files import write_atomically

REPOSITORY = Path(__file__).resolve().parent.parent

EPILOG = """\
artifacts/lock.yml says what third-party programs are built from and which sha256 the result has;
the API's release is made from apps/api, the dashboard's pages from apps/dashboard. Finished files
are kept, under their own sha256, in ~/.cache/sightline/artifacts, or below XDG_CACHE_HOME. Nothing
is used unhashed.

The first build needs the Go module proxy and the package registries of Python and npm; GOPROXY,
GOSUMDB, PIP_INDEX_URL, ~/.npmrc and their relatives are honoured. Later ones need no network.
A mirror replaces all of them: a directory or a web server that holds <sha256>/<file>. `mirror`
fills one, and a copy of the cache is one as well. http_proxy and its relatives are honoured.
The dashboard's pages come from it as they were built from the same inputs.
"""

APPS = ("api", "dashboard")
"""What is made from sources of this repository."""


def recipes(names: Sequence[str] = (), source: str = "build") -> list[Recipe]:
    """Return the recipes of the named components, of all by default.

    `source` is `build` or a mirror's address. Raises UserError for an unknown name, and for a
    lock or an app that is not as agreed.
    """
    lock = read_lock()
    known = sorted([*lock.components, *APPS])
    for name in names:
        if name not in known:
            raise UserError(f"there is no component {name}", hint=f"known: {', '.join(known)}")
    mirror = None if source == "build" else Mirror(source)
    chosen: list[Recipe] = []
    for name in known:
        if names and name not in names:
            continue
        if name in APPS:
            chosen += _releases(name, lock, mirror)
        else:
            component = lock.components[name]
            built = [GoRelease(component, platform, lock) for platform in component.result]
            chosen += [Mirrored(one, mirror) for one in built] if mirror else built
    return chosen


def _releases(name: str, lock: Lock, mirror: Mirror | None) -> list[Recipe]:
    """Return the recipes of an app of ours."""
    folder = REPOSITORY / "apps" / name
    if name == "dashboard":
        pages = NodeRelease(read_node_app(name, folder), lock, mirror)
        check_licence(pages.app.licence, lock.policy.accepted, where=name)
        return [pages]
    app = read_app(name, folder)
    check_licence(app.licence, lock.policy.accepted, where=name)
    return [PythonRelease(app, tag, lock.policy, mirror) for tag in PYTHONS]


def build(names: Sequence[str], *, source: str, as_json: bool) -> int:
    """Build or fetch what is missing, check what is there, report both."""
    store = Store.default()
    built = [obtain(store, recipe) for recipe in recipes(names, source)]
    if as_json:
        print(json.dumps(described(built), indent=2))
    else:
        rows = [
            (one.label.component, one.name, one.label.platform, f"{size_of(one.path):.1f}")
            for one in built
        ]
        print(table(("COMPONENT", "RELEASE", "PLATFORM", "MB"), rows))
    return OK


def mirror(directory: Path, *, source: str) -> int:
    """Fill a directory with all that another machine needs to obtain the same artifacts.

    What is there and undamaged stays, so that a run goes on where another one was interrupted.
    """
    if directory.exists() and not directory.is_dir():
        raise UserError(f"{directory} is no directory", hint="give one that may be filled")
    store, target = Store.default(), Store(directory.resolve())
    for recipe in recipes(source=source):
        record = ""
        if isinstance(recipe, PythonRelease):
            record = recipe.record_of_wheels
            with store.workspace(recipe.label) as workspace:
                files = recipe.wheels(store, workspace)
        else:
            files = [obtain(store, recipe).path]
            if isinstance(recipe, NodeRelease):
                record = recipe.record(Store(Path())).as_posix()
        with explained(target), target.workspace(recipe.label) as workspace:
            for path in files:
                if target.find(path.parent.name, path.name) is None:
                    target.keep(Path(shutil.copy(path, workspace)))
            if record:
                write_atomically(target.root / record, (store.root / record).read_text("utf-8"))
        say(f"{directory} has {recipe.label}")
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


def prune(days: int) -> int:
    """Remove what no checkout of this user has used for some days."""
    for folder in Store.default().unused(days=days):
        print(f"{folder.name}  {' '.join(sorted(path.name for path in folder.iterdir()))}")
        shutil.rmtree(folder)
    return OK


def pnpm(words: Sequence[str]) -> NoReturn:
    """Go on as the lock's pnpm, with the lock's Node, in the dashboard's project."""
    lock, caches = read_lock(), Store.default().root.parent
    node = Node.of(lock, caches, caches / "node" / "work")
    node.become_pnpm(REPOSITORY / "apps" / "dashboard", lock.pnpm, words)


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
    three = commands.add_parser("mirror", help="fill a directory from which others can fetch")
    three.add_argument("directory", type=Path, metavar="DIRECTORY")
    for command in (one, three):
        command.add_argument(
            "--from",
            dest="source",
            default="build",
            metavar="SOURCE",
            help="`build` (default), or a mirror: a directory or an http(s) address",
        )
    for command in (one, two):
        command.add_argument("--json", action="store_true", help="for programs, on stdout")
    commands.add_parser("verify", help="hash every cached file again")
    four = commands.add_parser("prune", help="remove cached files that nobody has used for long")
    four.add_argument("--unused-for", dest="days", type=int, required=True, metavar="DAYS")
    five = commands.add_parser("pnpm", help="run pnpm in apps/dashboard, as releases are built")
    five.add_argument("words", nargs=argparse.REMAINDER, metavar="WORD", help="its arguments")
    return top


def cli(argv: Sequence[str]) -> int:
    """Run one command."""
    args = parser().parse_args(argv)
    with explained(Store.default()):
        if args.command == "build":
            return build(args.components, source=args.source, as_json=args.json)
        if args.command == "mirror":
            return mirror(args.directory, source=args.source)
        if args.command == "list":
            return show(as_json=args.json)
        if args.command == "prune":
            return prune(args.days)
        if args.command == "pnpm":
            pnpm(args.words)
        return verify()


if __name__ == "__main__":
    sys.exit(main(cli))
