import contextlib
import functools
import hashlib
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from artifacts.__main__ import cli
from artifacts.mirror import Mirror, Mirrored
from artifacts.store import DigestMismatchError, Label, Store, obtain
from toolkit import console
from toolkit.errors import UserError
from toolkit.waiting import wait_for

REPOSITORY = Path(__file__).parents[2]
LABEL = Label("thing", "1.0", "linux_amd64", "MIT")
CONTENT = b"bits" * 100_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Wanted:
    """The recipe of something that only a mirror has."""

    label = LABEL

    def __init__(self, sha256=DIGEST):
        self.sha256 = sha256

    def expected(self, _store):
        return self.sha256


@pytest.fixture
def folder(tmp_path):
    """A mirror with one file."""
    path = tmp_path / "mirror" / DIGEST / LABEL.file
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return tmp_path / "mirror"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


class Cut(Quiet):
    """Promises all bytes and sends half of them."""

    def copyfile(self, source, outputfile):
        outputfile.write(source.read()[: len(CONTENT) // 2])


@contextlib.contextmanager
def served(folder, handler=Quiet):
    """Serve a directory on a free port of this machine."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=folder)
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def silent_server():
    """Accept connections and never say anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def fetched(store, address, sha256=DIGEST, patience=20):
    return obtain(store, Mirrored(Wanted(sha256), Mirror(address, patience)))


def refused(store, address, **wanted):
    """Return what is said instead of an artifact; the cache has to be as empty as before."""
    with pytest.raises(UserError) as caught:
        fetched(store, address, **wanted)
    assert store.files() == []
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == ["lock"]
    return caught.value


def test_a_file_comes_from_a_directory(store, folder):
    artifact = fetched(store, str(folder))
    assert artifact.path == store.root / DIGEST / LABEL.file
    assert artifact.path.read_bytes() == CONTENT


def test_a_file_comes_from_a_web_server_and_is_fetched_once(store, folder):
    with served(folder) as address:
        first = fetched(store, address + "/")
    assert first.path.read_bytes() == CONTENT
    assert fetched(store, address) == first


def test_a_copy_of_a_cache_is_a_mirror(store, folder, tmp_path):
    fetched(store, str(folder))
    shutil.copytree(store.root, tmp_path / "copy")
    assert fetched(Store(tmp_path / "other"), str(tmp_path / "copy")).sha256 == DIGEST


def test_a_proxy_is_not_asked_for_a_mirror_on_this_machine(store, folder, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with served(folder) as address:
        assert fetched(store, address).sha256 == DIGEST


def test_a_proxy_is_asked_for_a_mirror_elsewhere(store, folder, monkeypatch):
    class Proxy(Quiet):
        def translate_path(self, path):
            return super().translate_path(path.removeprefix("http://mirror.example"))

    with served(folder, Proxy) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        assert fetched(store, "http://mirror.example").sha256 == DIGEST


def test_other_bytes_than_the_lock_wants_are_refused(store, folder):
    (folder / DIGEST / LABEL.file).write_bytes(b"evil")
    error = refused(store, str(folder))
    assert isinstance(error, DigestMismatchError)
    assert f"mirror {folder} has other bytes for {LABEL.file}; nothing of it was kept" in str(error)
    assert (error.wanted, error.found) == (DIGEST, hashlib.sha256(b"evil").hexdigest())


def test_a_file_that_ends_early_is_refused(store, folder):
    with served(folder, Cut) as address:
        said = str(refused(store, address))
        assert said == f"mirror {address} ended {LABEL.file} after 200000 of 400000 bytes"
    assert fetched(store, str(folder)).sha256 == DIGEST  # and the next run is not hurt by it


def test_a_truncated_file_of_a_directory_is_refused(store, folder):
    os.truncate(folder / DIGEST / LABEL.file, 1000)
    assert "has other bytes" in str(refused(store, str(folder)))


@pytest.mark.parametrize("way", ["directory", "web"])
def test_a_mirror_without_the_file_is_named_with_how_to_fill_it(store, folder, way):
    (folder / DIGEST / LABEL.file).unlink()
    with served(folder) as web:
        address = web if way == "web" else str(folder)
        error = refused(store, address)
    assert str(error) == f"mirror {address} does not have {DIGEST}/{LABEL.file}"
    assert "python -m artifacts mirror DIRECTORY" in error.hint


def test_what_the_lock_has_no_digest_for_is_taken_from_no_mirror(store, folder):
    error = refused(store, str(folder), sha256=None)
    said = (
        "thing 1.0 for linux_amd64: the lock knows no digest, so no mirror can be trusted with it"
    )
    assert str(error) == said
    assert error.hint == "python -m artifacts build thing"


def test_a_mirror_that_is_no_directory_is_refused(store, tmp_path):
    error = refused(store, str(tmp_path / "nowhere"))
    assert str(error) == f"mirror {tmp_path / 'nowhere'} is no directory"
    assert error.hint == "artifact_source is `build`, a directory, or an http(s) address"


def test_a_closed_port_is_said_at_once(store):
    with silent_server() as address:
        pass
    error = refused(store, address)
    assert str(error) == f"mirror {address} fails: [Errno 111] Connection refused"
    assert "http_proxy" in error.hint


def test_a_mirror_that_says_nothing_is_given_up(store):
    with silent_server() as address:
        started = time.monotonic()
        said = str(refused(store, address, patience=0.3))
        assert time.monotonic() - started < 10
    assert said == f"mirror {address} said nothing for 0.3 s"


def test_a_mirror_that_stops_in_the_middle_is_given_up(store, folder):
    stopped = threading.Event()

    class Stuck(Quiet):
        def copyfile(self, source, outputfile):
            outputfile.write(source.read(1000))
            outputfile.flush()
            stopped.wait(20)

    with served(folder, Stuck) as address:
        said = str(refused(store, address, patience=0.3))
        stopped.set()
    assert said == f"mirror {address} said nothing for 0.3 s"


def test_another_kind_of_address_is_refused(store):
    assert "unknown url type: ftps" in str(refused(store, "ftps://mirror.example"))


def test_a_servers_own_failure_is_named(store, folder):
    class Broken(Quiet):
        def do_GET(self):
            self.send_error(503)

    with served(folder, Broken) as address:
        said = str(refused(store, address))
    assert said == f"mirror {address} answered 503 for {DIGEST}/{LABEL.file}"


def test_a_killed_transfer_leaves_nothing_that_the_next_one_does_not_heal(store, folder):
    hold = threading.Event()

    class Slow(Quiet):
        def copyfile(self, source, outputfile):
            outputfile.write(source.read(1000))
            outputfile.flush()
            hold.wait(20)

    with served(folder, Slow) as address:
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]);"
            "from test_mirror import *; fetched(Store(Path(sys.argv[2])), sys.argv[3])"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, Path(__file__).parent, store.root, address],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        )
        half_made = functools.partial(store.root.rglob, f".staging-*/{LABEL.file}")
        wait_for(lambda: list(half_made()), within=20, what="the transfer", every=0.02)
        process.kill()
        process.wait()
        hold.set()
    assert store.files() == []
    assert fetched(store, str(folder)).path.read_bytes() == CONTENT
    assert list(half_made()) == []


def test_the_command_says_one_line_and_a_hint(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = console.main(cli, ["build", "prometheus", "--from", "/no/such/mirror"])
    assert code == console.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert [line for line in err.splitlines() if "fetching" not in line] == [
        "error: mirror /no/such/mirror is no directory",
        "  → artifact_source is `build`, a directory, or an http(s) address",
    ]


@pytest.mark.lab
def test_a_full_disk_is_said_and_nothing_half_made_stays(tmp_path, monkeypatch, capsys, folder):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "small"))
    (tmp_path / "small").mkdir()
    recipe = Mirrored(Wanted(), Mirror(str(folder)))
    monkeypatch.setattr("artifacts.__main__.recipes", lambda *_: [recipe])
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", tmp_path / "small"], check=True
    )
    try:
        store = Store.default()
        assert console.main(cli, ["build"]) == console.FAILED
        assert store.files() == []
        assert [path.name for path in store.root.rglob("*") if path.is_file()] == ["lock"]
    finally:
        subprocess.run(["umount", tmp_path / "small"], check=True)
    lines = capsys.readouterr().err.splitlines()[-2:]
    assert lines[0] == f"error: the disk of {store.root} is full; nothing half-made was kept"
