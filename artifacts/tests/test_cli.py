import hashlib
import json
import os
from pathlib import Path

import pytest

from artifacts.__main__ import cli, described
from artifacts.lock import read_lock
from artifacts.store import Artifact, Label, Store
from toolkit import console


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The store of a user who has built nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Store.default()


@pytest.fixture
def cached(store):
    """One finished artifact in it."""
    content = b"bits"
    path = store.root / hashlib.sha256(content).hexdigest() / "thing-1.0-linux_amd64.tar"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_an_unknown_component_is_refused_with_the_known_ones(store, capsys):
    assert console.main(cli, ["build", "promtheus"]) == console.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert "no component promtheus" in err
    assert f"known: {', '.join(sorted(['api', 'dashboard', *read_lock().components]))}" in err
    assert not store.root.exists()


def test_verify_hashes_what_is_cached(cached, capsys):
    assert console.main(cli, ["verify"]) == console.OK
    assert capsys.readouterr().out == f"{cached.parent.name}  {cached.name}\n"


def test_verify_names_each_damaged_file_and_how_to_heal_it(cached, capsys):
    cached.write_bytes(b"bitz")
    assert console.main(cli, ["verify"]) == console.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert "thing-1.0-linux_amd64 is damaged in the cache" in err
    assert f"expected sha256 {cached.parent.name}" in err
    assert f"found    sha256 {hashlib.sha256(b'bitz').hexdigest()}" in err
    assert f"rm -r {cached.parent}" in err


def test_list_shows_what_the_lock_pins_and_what_is_missing(store, capsys):
    assert console.main(cli, ["list", "--json"]) == console.OK
    entries = json.loads(capsys.readouterr().out)
    assert not any(entry["cached"] for entry in entries)
    pinned = {entry["component"]: entry["sha256"] for entry in entries}
    for name, component in read_lock().components.items():
        assert pinned[name] == component.result["linux_amd64"]
    assert not store.root.exists()


def test_artifacts_are_described_by_component_and_platform():
    label = Label("api", "0.1.0", "linux_amd64-cp311", "Apache-2.0")
    one = Artifact(label, "ab" * 32, Path("/cache/x.tar"))
    assert described([one]) == {
        "api": {
            "linux_amd64-cp311": {
                "component": "api",
                "sha256": "ab" * 32,
                "name": "0.1.0-abababababab",
                "path": "/cache/x.tar",
            }
        }
    }


def test_prune_removes_what_nobody_used_and_nothing_else(store, cached, capsys):
    content = b"other"
    old = store.root / hashlib.sha256(content).hexdigest() / "old-1.0-linux_amd64.tar"
    old.parent.mkdir()
    old.write_bytes(content)
    for folder in (old.parent, cached.parent):
        os.utime(folder, (0, 0))
    assert store.find(cached.parent.name, cached.name) == cached  # used today

    assert console.main(cli, ["prune", "--unused-for", "30"]) == console.OK
    assert capsys.readouterr().out == f"{old.parent.name}  {old.name}\n"
    assert not old.parent.exists()
    assert cached.exists()


def test_a_file_in_the_place_of_a_mirror_is_refused(store, tmp_path, capsys):
    (tmp_path / "file").touch()
    assert console.main(cli, ["mirror", str(tmp_path / "file")]) == console.FAILED
    assert f"error: {tmp_path / 'file'} is no directory" in capsys.readouterr().err
    assert not store.root.exists()
