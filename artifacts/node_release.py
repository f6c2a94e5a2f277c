"""An app's pages: built here, for browsers, from its sources and its lock of packages.

The host needs no Node: its web server sends the files as they are, or the `.gz` beside them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from artifacts.archive import pack
from artifacts.licences import Policy, collect
from artifacts.lock import Lock
from artifacts.mirror import REFILL, Mirror
from artifacts.node import Node
from artifacts.recorded import Recorded
from artifacts.store import Label, Store
from toolkit.console import step
from toolkit.errors import UserError
from toolkit.files import sha256_of

FORMAT = 1
"""Part of every fingerprint: raise it when the same inputs shall give other pages."""

NEEDED = ("package.json", "pnpm-lock.yaml")
COMPRESS = Path(__file__).with_name("compress.mjs")
LEFT_OUT = {"bench", "dist", "node_modules", "test"}


@dataclass(frozen=True)
class App:
    """An app for browsers: `package.json`, `pnpm-lock.yaml`, and all that Vite builds from."""

    name: str
    version: str
    licence: str
    directory: Path

    def sources(self) -> dict[str, Path]:
        """Return the files of a build by their name, sorted, without tests and hidden ones."""
        root = self.directory
        entries = sorted(entry for entry in root.iterdir() if entry.name not in LEFT_OUT)
        files = [path for entry in entries for path in (entry, *sorted(entry.rglob("*")))]
        named = ((path.relative_to(root), path) for path in files if path.is_file())
        return {
            name.as_posix(): path
            for name, path in named
            if not any(part.startswith(".") for part in name.parts)
            and ".test." not in name.name
            and name.suffix != ".md"
        }


def read_app(name: str, directory: Path) -> App:
    """Read an app's description. Raises UserError when a needed file or key is not there."""
    for file in NEEDED:
        if not (directory / file).is_file():
            raise UserError(f"{name}: {directory / file} is missing")
    about = json.loads((directory / "package.json").read_text(encoding="utf-8"))
    try:
        return App(name, about["version"], about["license"], directory)
    except KeyError as error:
        raise UserError(f"{name}: package.json has no {error.args[0]}") from None


@dataclass(frozen=True)
class NodeRelease(Recorded):
    """The recipe of one app's pages, the same for every platform."""

    app: App
    lock: Lock
    mirror: Mirror | None = None

    @property
    def label(self) -> Label:
        """What comes out."""
        return Label(self.app.name, self.app.version, "any", self.app.licence)

    def make(self, store: Store, workspace: Path) -> Path:
        """Build the pages, compress them, and add the words of all who wrote what is in them.

        A mirror has them finished. Which bytes these inputs give, it alone can tell.
        """
        if self.mirror:
            return self._fetch(self.mirror, store, workspace)
        with step(f"building {self.label}"):
            project = workspace / "app"
            for name, path in self.app.sources().items():
                target = project / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            node = Node.of(self.lock, store.root.parent, workspace)
            pages = project / "dist"
            packages = node.build_app(project, self.lock.pnpm)
            node.run_script(COMPRESS, str(pages))
            tree = workspace / "tree"
            tree.mkdir()
            pages.rename(tree / "pages")
            third_party = collect(packages, self.lock.policy)
            (tree / "THIRD-PARTY.txt").write_text(third_party, encoding="utf-8")
            return pack(tree, workspace / self.label.file)

    def _fetch(self, mirror: Mirror, store: Store, workspace: Path) -> Path:
        record = self.record(store).relative_to(store.root).as_posix()
        with step(f"fetching {self.label} from {mirror.address}"):
            sha256 = mirror.read(record)
            if not re.fullmatch("[0-9a-f]{64}", sha256):
                raise UserError(f"{mirror.address}/{record} is no sha256", hint=REFILL)
            return mirror.fetch(sha256, self.label.file, workspace)

    def record(self, store: Store) -> Path:
        """Return where the digest stands; the name is a hash of everything that goes in."""
        sources = [(name, sha256_of(path)) for name, path in self.app.sources().items()]
        tools = [self.lock.node, self.lock.pnpm.integrity, sha256_of(COMPRESS)]
        inputs = [FORMAT, self.app.name, tools, sources, _licences(self.lock.policy)]
        fingerprint = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()
        return store.root / "recorded" / fingerprint


def _licences(policy: Policy) -> list[object]:
    reviews = {**policy.reviewed, **policy.without_file}
    found = sorted((name, review.licence) for name, review in reviews.items())
    return [sorted(policy.accepted), found]
