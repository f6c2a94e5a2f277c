import gzip
import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from artifacts.licences import TEMPLATES
from artifacts.lock import Pnpm, read_lock
from artifacts.mirror import Mirror
from artifacts.node_release import NodeRelease, read_app
from artifacts.store import DigestMismatchError, Store, obtain
from artifacts.tests.pnpm import VERSION, integrity, packed
from toolkit.errors import UserError

PNPM = """
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
function write(path, text) {
  mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  writeFileSync(path, text);
}
if (process.argv.includes("install")) {
  for (const name of ["pot", "cup", "saucer"]) {
    const about = { name: name, version: "2.0.0", license: "MIT" };
    write("node_modules/" + name + "/package.json", JSON.stringify(about));
    cpSync("MIT.txt", "node_modules/" + name + "/LICENSE");
  }
} else {
  const sources = ["../../node_modules/cup/index.js", "../../src/tea.txt"];
  write("dist/index.html", "<p>" + readFileSync("src/tea.txt") + "</p>");
  write("dist/assets/tea-1234.js", "tea();".repeat(100));
  write("dist/assets/tea-1234.js.map", JSON.stringify({ sources }));
  write("dist/assets/font-5678.woff2", "a font");
}
"""


@pytest.fixture(scope="module")
def archive():
    """A package called pnpm that installs three packages and bundles one of them."""
    return packed(PNPM)


@pytest.fixture
def app(tmp_path):
    """A small app that names one package, which needs another."""
    directory = tmp_path / "app"
    (directory / "src").mkdir(parents=True)
    (directory / "src" / "tea.txt").write_text("tea")
    (directory / "src" / "tea.test.ts").write_text("tests")
    (directory / "README.md").write_text("words")
    (directory / ".env").write_text("VITE_ADDRESS=elsewhere")
    for name in ("dist", "node_modules"):
        (directory / name).mkdir()
        (directory / name / "left.js").write_text("left over")
    shutil.copy(TEMPLATES / "MIT.txt", directory)
    about = {"version": "0.1.0", "license": "MIT", "dependencies": {"pot": "2.0.0"}}
    (directory / "package.json").write_text(json.dumps(about))
    (directory / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n")
    return directory


@pytest.fixture
def release(app, archive, registry):
    """The recipe of the app as it is at that moment."""
    assert registry
    lock = replace(read_lock(), pnpm=Pnpm(VERSION, integrity(archive)))
    return lambda: NodeRelease(read_app("dashboard", app), lock)


def test_a_release_holds_the_pages_and_each_text_compressed_beside_itself(release, store):
    artifact = obtain(store, release())
    assert artifact.path.name == "dashboard-0.1.0-any.tar"
    with tarfile.open(artifact.path) as tar:
        content = {entry.name: tar.extractfile(entry).read() for entry in tar if not entry.isdir()}
    assert sorted(content) == [
        "THIRD-PARTY.txt",
        "pages/assets/font-5678.woff2",
        "pages/assets/tea-1234.js",
        "pages/assets/tea-1234.js.gz",
        "pages/index.html",
        "pages/index.html.gz",
    ]
    small = content["pages/assets/tea-1234.js.gz"]
    assert gzip.decompress(small) == content["pages/assets/tea-1234.js"]
    assert small[4:8] + small[9:10] == b"\0\0\0\0\xff"  # neither time nor operating system


def test_whose_work_is_in_the_pages_is_listed_and_nobody_elses(release, store):
    with tarfile.open(obtain(store, release()).path) as tar:
        listed = tar.extractfile("THIRD-PARTY.txt").read().decode().splitlines()
    assert listed[2:4] == ["cup 2.0.0: MIT [1]", "pot 2.0.0: MIT [1]"]
    assert not any(line.startswith("saucer") for line in listed)


def test_the_same_sources_give_the_same_release_and_others_another(app, release, store):
    first = obtain(store, release())
    release().record(store).unlink()
    assert obtain(store, release()).sha256 == first.sha256
    (app / "README.md").write_text("other words")
    (app / "src" / "tea.test.ts").write_text("other tests")
    assert release().expected(store) == first.sha256
    (app / "src" / "tea.txt").write_text("coffee")
    assert release().expected(store) is None
    assert obtain(store, release()).sha256 != first.sha256


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the pages are kept once they are built."""
    return tmp_path_factory.mktemp("kept") / "artifacts"


@pytest.fixture
def mirror(release, kept, tmp_path):
    """A mirror with the pages, built for the first who asks."""
    if not kept.exists():
        obtain(Store(kept), release())
    shutil.copytree(kept, tmp_path / "mirror")
    return Mirror(str(tmp_path / "mirror"))


@pytest.fixture
def far_away(mirror, tmp_path, monkeypatch):
    """An empty store where no package registry answers."""
    assert mirror
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9")
    return Store(tmp_path / "far" / "artifacts")


def test_a_mirror_gives_the_same_pages_without_a_registry(release, kept, mirror, far_away):
    made = obtain(far_away, replace(release(), mirror=mirror))
    assert made.sha256 == obtain(Store(kept), release()).sha256
    assert obtain(far_away, release()) == made


def test_pages_of_other_sources_are_not_taken_from_a_mirror(app, release, mirror, far_away):
    (app / "src" / "tea.txt").write_text("coffee")
    with pytest.raises(UserError, match=r"does not have recorded/\w+") as caught:
        obtain(far_away, replace(release(), mirror=mirror))
    assert "fill the mirror from this checkout" in caught.value.hint
    assert far_away.files() == []


def test_pages_that_are_not_those_of_the_record_are_refused(release, mirror, far_away):
    there = Store(Path(mirror.address))
    obtain(there, release()).path.write_bytes(b"evil")
    with pytest.raises(
        DigestMismatchError, match=r"has other bytes for dashboard-0\.1\.0-any\.tar"
    ):
        obtain(far_away, replace(release(), mirror=mirror))
    assert far_away.files() == []


def test_a_record_cannot_name_another_place(release, mirror, far_away):
    record = release().record(Store(Path(mirror.address)))
    record.write_text("../../etc")
    with pytest.raises(UserError, match=r"recorded/\w+ is no sha256"):
        obtain(far_away, replace(release(), mirror=mirror))


@pytest.mark.parametrize("file", ["package.json", "pnpm-lock.yaml"])
def test_an_app_without_a_needed_file_is_refused(app, file):
    (app / file).unlink()
    with pytest.raises(UserError, match=f"dashboard: .*{file} is missing"):
        read_app("dashboard", app)


def test_an_app_that_does_not_say_its_licence_is_refused(app):
    (app / "package.json").write_text('{"version": "1.0.0"}')
    with pytest.raises(UserError, match=r"dashboard: package\.json has no license"):
        read_app("dashboard", app)
