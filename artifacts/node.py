"""Web interfaces from sources that a Go module carries, built by a pinned Node and pnpm."""

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

from artifacts.licences import Package, files_about_rights
from artifacts.lock import Interface, Pnpm
from artifacts.store import DigestMismatchError
from toolkit.errors import UserError
from toolkit.process import run

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

    def _install_pnpm(self, pnpm: Pnpm) -> None:
        archive = self.workspace / f"pnpm-{pnpm.version}.tgz"
        self._npm("pack", f"--pack-destination={self.workspace}", f"pnpm@{pnpm.version}")
        digest = hashlib.sha512(archive.read_bytes()).digest()
        found = f"sha512-{base64.b64encode(digest).decode()}"
        if found != pnpm.integrity:
            raise DigestMismatchError(
                f"pnpm {pnpm.version} is not the one in the lock",
                wanted=pnpm.integrity,
                found=found,
                hint="somebody has replaced a published version, or the lock is wrong",
            )
        folder = self.workspace / "pnpm"
        self._npm("install", "--offline", "--ignore-scripts", f"--prefix={folder}", str(archive))
        program = folder / "node_modules" / "pnpm" / "bin" / "pnpm.mjs"
        command = self.workspace / "bin" / "pnpm"  # packages' own scripts call it by its name
        command.parent.mkdir()
        command.write_text(
            f'#!/bin/sh\nexec {shlex.join([str(self.executable), str(program)])} "$@"\n',
            encoding="utf-8",
        )
        command.chmod(0o755)

    def _npm(self, *words: str) -> None:
        # The wheel's own `npm` is a Python function; this is what that starts.
        npm = self.executable.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        settings = ["--loglevel=error", f"--cache={self.home / 'npm'}"]
        self._run([self.executable, npm, *settings, *words], self.workspace)

    def _pnpm(self, project: Path, *words: str) -> None:
        command = self.workspace / "bin" / "pnpm"
        # The age of a release is no question any more once its hash is in a lock file.
        settings = [f"--store-dir={self.home / 'pnpm'}", "--config.minimum-release-age=0"]
        self._run([command, *settings, *words], project)

    def _run(self, argv: Sequence[str | Path], cwd: Path) -> None:
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
        run(argv, cwd=cwd, env={**site, **ours})


def names_in(source_map: Path) -> set[str]:
    """Return the packages whose files went into a bundle, by the source map beside it."""
    sources = json.loads(source_map.read_text(encoding="utf-8"))["sources"]
    return {found[1] for source in sources if (found := INSTALLED.match(source))}


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
