"""An app's release: a virtual environment made here for the Python of another machine.

The host needs neither pip nor a compiler nor the network: it unpacks the tree, compiles the
bytecode, and runs `bin/python -m …` with Debian's own interpreter.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from artifacts.archive import pack
from artifacts.licences import Package, Policy, collect, files_about_rights
from artifacts.mirror import REFILL, Mirror
from artifacts.recorded import Recorded
from artifacts.store import Label, Store
from toolkit.console import step
from toolkit.errors import UserError
from toolkit.files import sha256_of, write_atomically
from toolkit.process import run

FORMAT = 2
"""Part of every fingerprint: raise it when the same inputs shall give another tree."""

PYTHONS = {"cp311": "3.11", "cp313": "3.13"}
"""Interpreters of Debian 12 and 13, by wheel tag."""

LIBRARIES = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
"""Wheel platforms that both Debian releases can run."""

SITE_SETTINGS = (
    "PIP_CONFIG_FILE", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_NO_INDEX",
    "PIP_TRUSTED_HOST", "XDG_CONFIG_HOME",
)  # fmt: skip
"""What the caller decides: where packages come from. The lock file says which bytes they are."""

PIPS_OWN = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")
"""Bookkeeping for an uninstall that never happens; it depends on pip's version and on paths."""


@dataclass(frozen=True)
class App:
    """A Python app: `pyproject.toml`, `requirements.txt` (with hashes) and `src/<package>/`."""

    name: str
    version: str
    licence: str
    directory: Path

    @property
    def requirements(self) -> Path:
        """The lock of what it needs."""
        return self.directory / "requirements.txt"

    def locked(self) -> dict[str, set[str]]:
        """Return the hashes of each requirement that applies here, as pip would judge it."""
        found = {}
        lines = self.requirements.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        for line in lines:
            text, *hashes = re.split(r"\s+--hash=sha256:", line.rstrip())
            if hashes:
                wanted = Requirement(text)
                if wanted.marker is None or wanted.marker.evaluate():
                    found[str(wanted)] = set(hashes)
        return found

    def sources(self) -> dict[str, Path]:
        """Return the app's own files by their name below `src`, sorted, without tests."""
        root = self.directory / "src"
        files = (path for path in sorted(root.rglob("*")) if path.is_file())
        named = ((path.relative_to(root), path) for path in files)
        return {name.as_posix(): path for name, path in named if not _left_out(name)}


def read_app(name: str, directory: Path) -> App:
    """Read an app's description. Raises UserError when a needed file or key is not there."""
    for file in ("pyproject.toml", "requirements.txt"):
        if not (directory / file).is_file():
            raise UserError(f"{name}: {directory / file} is missing")
    project = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    project = _own_version(directory) | project
    try:
        return App(name, project["version"], project["license"], directory)
    except KeyError as error:
        raise UserError(f"{name}: pyproject.toml has no project.{error.args[0]}") from None


@dataclass(frozen=True)
class PythonRelease(Recorded):
    """The recipe of one app for one of PYTHONS."""

    app: App
    tag: str
    policy: Policy
    mirror: Mirror | None = None

    @property
    def label(self) -> Label:
        """What comes out."""
        return Label(self.app.name, self.app.version, f"linux_amd64-{self.tag}", self.app.licence)

    def make(self, store: Store, workspace: Path) -> Path:
        """Fill a virtual environment with wheels by pip, and add the app's own files."""
        wheels = self.wheels(store, workspace)
        with step(f"building {self.label}"):
            python = PYTHONS[self.tag]
            tree = workspace / "tree"
            packages = tree / "lib" / f"python{python}" / "site-packages"
            install(self.app.requirements, packages, tag=self.tag, wheels=wheels)
            (tree / "THIRD-PARTY.txt").write_text(
                collect(_distributions(packages), self.policy), encoding="utf-8"
            )
            for name, path in self.app.sources().items():
                target = packages / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
            (tree / "pyvenv.cfg").write_text(
                "home = /usr/bin\ninclude-system-site-packages = false\n", encoding="utf-8"
            )
            (tree / "bin").mkdir()
            (tree / "bin" / "python").symlink_to(f"/usr/bin/python{python}")
            return pack(tree, workspace / self.label.file)

    def wheels(self, store: Store, workspace: Path) -> list[Path]:
        """Return the wheels of the store that go in, fetched first where they are missing.

        Which of the locked wheels that are is recorded beside the store, and travels with a
        mirror: only names come from there, the hashes stand in the app's requirements.
        """
        record = store.root / self.record_of_wheels
        if record.exists():
            wanted = self._read(record.read_text(encoding="utf-8"), where=str(store.root))
        elif self.mirror:
            text = self.mirror.read(self.record_of_wheels)
            wanted = self._read(text, where=self.mirror.address)
        else:
            wanted = []
        found = [store.find(sha256, file) for sha256, file in wanted]
        if not wanted or None in found:
            with step(f"fetching wheels for {self.label}"):
                if self.mirror:
                    self._fetch(self.mirror, wanted, store, workspace)
                else:
                    wanted = self._download(store, workspace)
        lines = "".join(f"{sha256}  {file}\n" for sha256, file in wanted)
        write_atomically(record, lines)
        return [store.root / sha256 / file for sha256, file in wanted]

    def _fetch(
        self, mirror: Mirror, wanted: Sequence[tuple[str, str]], store: Store, workspace: Path
    ) -> None:
        for sha256, file in wanted:
            if store.find(sha256, file) is None:
                store.keep(mirror.fetch(sha256, file, workspace))

    def _download(self, store: Store, workspace: Path) -> list[tuple[str, str]]:
        folder = workspace / "wheels"
        pip("download", self.app.requirements, f"--dest={folder}", tag=self.tag)
        kept = [store.keep(path) for path in sorted(folder.iterdir())]
        return [(path.parent.name, path.name) for path in kept]

    def _read(self, text: str, *, where: str) -> list[tuple[str, str]]:
        """Read a record. Raises UserError unless it is of locked wheels alone, and of all."""
        lines = re.findall(r"^([0-9a-f]{64})  ([\w.+!-]+\.whl)$", text, re.MULTILINE)
        named = {sha256 for sha256, _ in lines}
        locked = self.app.locked()
        unknown = named.difference(*locked.values()) or len(lines) != len(text.splitlines())
        absent = [name for name, digests in locked.items() if not named & digests]
        if unknown or absent:
            what = f"names no wheel of {', '.join(absent)}" if absent else "names unlocked wheels"
            raise UserError(f"{where}/{self.record_of_wheels} {what}", hint=REFILL)
        return lines

    @property
    def record_of_wheels(self) -> str:
        """Where the wheels' names stand, relative to a store or a mirror."""
        inputs = [self.tag, sha256_of(self.app.requirements)]
        return f"recorded/{_fingerprint(inputs)}.wheels"

    def record(self, store: Store) -> Path:
        """Return where the digest stands; the name is a hash of everything that goes in."""
        sources = [(name, sha256_of(path)) for name, path in self.app.sources().items()]
        reviews = {**self.policy.reviewed, **self.policy.without_file}
        licences = [
            sorted(self.policy.accepted),
            sorted((name, review.licence) for name, review in reviews.items()),
        ]
        inputs = [FORMAT, self.tag, sha256_of(self.app.requirements), sources, licences]
        return store.root / "recorded" / _fingerprint(inputs)


def install(requirements: Path, packages: Path, *, tag: str, wheels: Sequence[Path]) -> None:
    """Unpack the wheels of a hash lock for another Python into the directory `packages`."""
    folders = [f"--find-links={path.parent}" for path in wheels]
    target = ["--no-compile", f"--target={packages}"]
    pip("install", requirements, *target, "--no-index", *folders, tag=tag)
    shutil.rmtree(packages / "bin", ignore_errors=True)  # scripts that name this machine's Python
    for name in PIPS_OWN:
        for path in packages.glob(f"*.dist-info/{name}"):
            path.unlink()


def pip(command: str, requirements: Path, *options: str, tag: str) -> None:
    """Run pip on the wheels of a hash lock for another Python.

    Raises UserError for a lock whose packages depend on the Python version: pip would judge that
    by the Python it runs with.
    """
    locked = requirements.read_text(encoding="utf-8")
    marker = re.search(r"^(\S+) *;.*\bpython_", locked, re.MULTILINE)
    if marker:
        raise UserError(
            f"{requirements}: {marker[1]} is only for some Pythons, but one lock serves all",
            hint="choose versions that need no such condition",
        )
    choices = ["--implementation=cp", f"--python-version={PYTHONS[tag]}"]
    choices += [f"--abi={abi}" for abi in (tag, "abi3", "none")]
    choices += [f"--platform={platform}" for platform in LIBRARIES]
    site = {name: os.environ[name] for name in SITE_SETTINGS if name in os.environ}
    run(
        [
            sys.executable, "-I", "-m", "pip", command, "--quiet", "--disable-pip-version-check",
            "--no-input", "--no-deps", "--only-binary=:all:", "--require-hashes", *choices,
            *options, f"--requirement={requirements}",
        ],
        env=site,
    )  # fmt: skip


def _distributions(packages: Path) -> Iterator[Package]:
    """Read what wheels say of themselves; their texts lie beside that or in folders below."""
    for folder in sorted(packages.glob("*.dist-info")):
        said = metadata.PathDistribution(folder).metadata
        folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        texts = sorted(text for below in folders for text in files_about_rights(below))
        declared = str(said.json.get("license_expression", ""))
        yield Package(said["Name"], said["Version"], declared, tuple(texts))


def _fingerprint(inputs: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def _own_version(directory: Path) -> dict[str, str]:
    """Return the `__version__` of the app's package, for apps that keep it only there."""
    for path in sorted(directory.glob("src/*/__init__.py")):
        text = path.read_text(encoding="utf-8")
        if match := re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE):
            return {"version": match[1]}
    return {}


def _left_out(name: Path) -> bool:
    folders = {"__pycache__", "tests"}
    return bool(folders & set(name.parts)) or ".egg-info" in name.parts[0] or name.suffix == ".pyc"
