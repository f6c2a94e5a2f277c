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
from dataclasses import dataclass
from pathlib import Path

from artifacts.store import Label, Store
from toolkit.errors import UserError
from toolkit.files import sha256_of, write_atomically
from toolkit.process import run

FORMAT = 1
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
class PythonRelease:
    """The recipe of one app for one of PYTHONS.

    Its digest is in no lock, because its source is this repository: it is recorded beside the
    store under a fingerprint of everything that goes in.
    """

    app: App
    tag: str

    @property
    def label(self) -> Label:
        """What comes out."""
        return Label(self.app.name, self.app.version, f"linux_amd64-{self.tag}", self.app.licence)

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

    def build(self, _store: Store, workspace: Path) -> Path:
        """Fill a virtual environment with wheels by pip, and add the app's own files."""
        python = PYTHONS[self.tag]
        tree = workspace / "tree"
        packages = tree / "lib" / f"python{python}" / "site-packages"
        install(self.app.requirements, packages, python=python, tag=self.tag)
        for name, path in self.app.sources().items():
            target = packages / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        (tree / "pyvenv.cfg").write_text(
            "home = /usr/bin\ninclude-system-site-packages = false\n", encoding="utf-8"
        )
        (tree / "bin").mkdir()
        (tree / "bin" / "python").symlink_to(f"/usr/bin/python{python}")
        return tree

    def record(self, store: Store) -> Path:
        """Return where the digest stands; the name is a hash of everything that goes in."""
        sources = [(name, sha256_of(path)) for name, path in self.app.sources().items()]
        inputs = [FORMAT, self.tag, sha256_of(self.app.requirements), sources]
        fingerprint = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()
        return store.root / "recorded" / fingerprint


def install(requirements: Path, packages: Path, *, python: str, tag: str) -> None:
    """Unpack the wheels of a hash lock for another Python into the directory `packages`.

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
    choices = ["--implementation=cp", f"--python-version={python}"]
    choices += [f"--abi={abi}" for abi in (tag, "abi3", "none")]
    choices += [f"--platform={platform}" for platform in LIBRARIES]
    site = {name: os.environ[name] for name in SITE_SETTINGS if name in os.environ}
    run(
        [
            sys.executable, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--no-input", "--no-deps", "--no-compile", "--only-binary=:all:", "--require-hashes",
            *choices, "--target", packages, "-r", requirements,
        ],
        env=site,
    )  # fmt: skip
    shutil.rmtree(packages / "bin", ignore_errors=True)  # scripts that name this machine's Python
    for name in PIPS_OWN:
        for path in packages.glob(f"*.dist-info/{name}"):
            path.unlink()


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
