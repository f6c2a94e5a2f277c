import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from artifacts.archive import pack
from artifacts.store import DigestMismatchError, Label, Store, obtain
from toolkit.files import sha256_of
from toolkit.waiting import wait_for

REPOSITORY = Path(__file__).parents[2]
LABEL = Label("thing", "1.0", "linux_amd64", "MIT")


@dataclass
class Thing:
    """A recipe for one small file, as quick as a build can be."""

    wanted: str | None
    label = LABEL
    built = 0

    def expected(self, _store):
        return self.wanted

    def admit(self, store, staged):
        return store.admit(self.label, staged, self.wanted)

    def make(self, _store, workspace):
        self.built += 1
        tree = workspace / "tree"
        tree.mkdir()
        (tree / "program").write_text("one two three")
        return pack(tree, workspace / LABEL.file)


@pytest.fixture
def digest(tmp_path):
    """What Thing gives."""
    return sha256_of(Thing(None).make(None, tmp_path))


def test_the_same_files_give_the_same_archive_whoever_packs_them(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for tree, names in ((first, ("b", "a", "c-d")), (second, ("c-d", "a", "b"))):
        for name in names:
            (tree / "c").mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(name)
        (tree / "a").chmod(0o755 if tree is first else 0o700)
        (tree / "c" / "link").symlink_to("../a")
    os.utime(second / "a", (1, 1))
    os.link(second / "b", tmp_path / "same-inode")
    (second / "c").chmod(0o700)
    pack(first, tmp_path / "1.tar")
    pack(second, tmp_path / "2.tar")
    assert (tmp_path / "1.tar").read_bytes() == (tmp_path / "2.tar").read_bytes()


def test_an_archive_says_nothing_of_time_owner_or_umask(tmp_path):
    tree = tmp_path / "tree"
    (tree / "folder").mkdir(parents=True)
    (tree / "plain").touch(mode=0o600)
    (tree / "program").touch(mode=0o700)
    pack(tree, tmp_path / "x.tar")
    with tarfile.open(tmp_path / "x.tar") as archive:
        entries = archive.getmembers()
    assert [(entry.name, entry.mode) for entry in entries] == [
        ("folder", 0o755),
        ("plain", 0o644),
        ("program", 0o755),
    ]
    assert {(e.mtime, e.uid, e.gid, e.uname, e.gname) for e in entries} == {(0, 0, 0, "", "")}


def test_a_second_call_builds_nothing(store, digest):
    recipe = Thing(digest)
    first = obtain(store, recipe)
    assert obtain(store, recipe) == first
    assert recipe.built == 1
    assert first.path == store.root / digest / "thing-1.0-linux_amd64.tar"
    assert first.name == f"1.0-{digest[:12]}"


def test_other_bytes_than_the_lock_wants_are_refused_and_set_aside(store, digest):
    wanted = "0" * 64
    with pytest.raises(DigestMismatchError, match=r"thing 1\.0 for linux_amd64") as caught:
        obtain(store, Thing(wanted))
    kept = store.root / "refused" / digest / LABEL.file
    assert str(kept) in str(caught.value)
    assert f"expected sha256 {wanted}" in str(caught.value)
    assert f"found    sha256 {digest}" in str(caught.value)
    assert sha256_of(kept) == digest
    assert store.files() == []


def test_a_result_the_lock_does_not_know_is_refused_with_the_line_to_add(store, digest):
    with pytest.raises(DigestMismatchError) as caught:
        obtain(store, Thing(None))
    assert f"`linux_amd64: {digest}`" in caught.value.hint
    assert store.files() == []


def test_a_flipped_byte_is_refused_and_healed_as_the_error_says(store, digest):
    path = obtain(store, Thing(digest)).path
    content = bytearray(path.read_bytes())
    content[700] ^= 1
    path.write_bytes(content)
    with pytest.raises(DigestMismatchError, match=r"thing-1\.0-linux_amd64 is damaged") as caught:
        obtain(store, Thing(digest))
    assert (caught.value.wanted, caught.value.found) == (digest, sha256_of(path))
    command, _, _ = caught.value.hint.partition(" && ")
    subprocess.run(command.split(), check=True)
    assert sha256_of(obtain(store, Thing(digest)).path) == digest


BUILDER = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from test_store import Store, Thing, obtain, wait_for

class Slow(Thing):
    def make(self, store, workspace):
        with Path("started").open("a") as log:
            log.write("x")
        wait_for(Path("go").exists, within=20, what="permission", every=0.01)
        return super().make(store, workspace)

print(obtain(Store(Path(sys.argv[2])), Slow(sys.argv[3])).path)
"""


@pytest.fixture
def builder(tmp_path, store, digest):
    """Start processes that build Thing once the file `go` exists, and end them with the test."""
    started = []

    def start():
        with (tmp_path / f"stderr-{len(started)}").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", BUILDER, Path(__file__).parent, store.root, digest],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_two_builders_at_once_make_one_build(builder, tmp_path):
    first = builder()
    wait_for((tmp_path / "started").exists, within=20, what="the first builder", every=0.02)
    second = builder()
    wait_for(
        (tmp_path / "stderr-1").read_text,
        lambda text: "waiting for another run to finish" in text,
        within=20,
        what="the second builder",
        every=0.02,
    )
    (tmp_path / "go").touch()
    said = [process.communicate(timeout=20)[0] for process in (first, second)]
    assert said[0] == said[1] != ""
    assert (tmp_path / "started").read_text() == "x"


def test_a_builder_killed_at_work_leaves_nothing_that_the_next_one_does_not_heal(
    builder, tmp_path, store, digest
):
    killed = builder()
    wait_for((tmp_path / "started").exists, within=20, what="the builder", every=0.02)
    killed.kill()
    killed.wait()
    folder = store.root / "building" / LABEL.file
    assert list(folder.glob(".staging-*"))
    assert store.files() == []

    assert sha256_of(obtain(store, Thing(digest)).path) == digest
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_a_failing_build_leaves_nothing_behind(store, digest):
    class Broken(Thing):
        def make(self, store, workspace):
            super().make(store, workspace)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        obtain(store, Broken(digest))
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == ["lock"]
    assert Store(store.root).files() == []


def test_what_a_killed_builders_last_child_still_writes_is_removed_as_well(store, digest):
    class Late(Thing):
        def make(self, store, workspace):
            (workspace.parent / ".staging-killed" / "b001").mkdir(parents=True)
            return super().make(store, workspace)

    obtain(store, Late(digest))
    folder = store.root / "building" / LABEL.file
    assert [path.name for path in folder.iterdir()] == ["lock"]
