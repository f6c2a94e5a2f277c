import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from artifacts.lock import read_lock
from artifacts.mirror import Mirror
from artifacts.python_release import App, PythonRelease, read_app
from artifacts.store import DigestMismatchError, Store, obtain
from toolkit.errors import UserError

WHEEL = {
    "greeter/__init__.py": "def greet(): return 'hello'\n",
    "greeter/tests/data.txt": "a dependency's own files all stay\n",
    "greeter-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: greeter\nVersion: 1.0\n"
    "License-Expression: MIT\n",
    "greeter-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    "greeter-1.0.dist-info/entry_points.txt": "[console_scripts]\ngreet = greeter:greet\n",
}


def write_wheel(folder, tag, more=None):
    """Write a wheel with a console script, and return its sha256."""
    folder.mkdir(exist_ok=True)
    path = folder / f"greeter-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (WHEEL | (more or {})).items():
            archive.writestr(name, text.format(tag=tag))
        record = "".join(f"{name},,\n" for name in WHEEL) + "greeter-1.0.dist-info/RECORD,,\n"
        archive.writestr("greeter-1.0.dist-info/RECORD", record)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_app(folder):
    """Write a small app with one dependency that has a wheel for each Debian's Python."""
    tags = ("cp311-cp311-manylinux_2_17_x86_64", "cp313-cp313-manylinux_2_28_x86_64")
    hashes = " ".join(f"--hash=sha256:{write_wheel(folder / 'wheels', tag)}" for tag in tags)
    package = folder / "app" / "src" / "shopapi"
    (package / "__pycache__").mkdir(parents=True)
    (package / "tests").mkdir()
    (package / "__pycache__" / "main.cpython-311.pyc").write_text("bytes")
    (package / "tests" / "test_main.py").write_text("")
    (package / "main.py").write_text("import greeter\nprint(greeter.greet())\n")
    (folder / "app" / "requirements.txt").write_text(f"greeter==1.0 {hashes}\n")
    (folder / "app" / "pyproject.toml").write_text(
        '[project]\nname = "shopapi"\nversion = "0.1.0"\nlicense = "Apache-2.0"\n'
    )


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """The app with its wheels, and a store in which it has been built: pip takes seconds."""
    folder = tmp_path_factory.mktemp("workshop")
    write_app(folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PIP_FIND_LINKS", str(folder / "wheels"))
        environment.setenv("PIP_NO_INDEX", "1")
        obtain(Store(folder / "built"), release(folder / "app"))
    return folder


@pytest.fixture
def app(workshop, tmp_path, monkeypatch):
    """A copy of the app, whose wheels pip finds beside it."""
    for name in ("app", "wheels"):
        shutil.copytree(workshop / name, tmp_path / name)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return tmp_path / "app"


@pytest.fixture
def built(workshop, app, store):
    """The artifact of the app, in the store."""
    shutil.copytree(workshop / "built", store.root)
    return obtain(store, release(app))


def release(app, tag="cp311", mirror=None):
    return PythonRelease(read_app("api", app), tag, read_lock().policy, mirror)


def test_a_release_is_a_virtual_environment_for_the_hosts_python(app, store):
    artifact = obtain(store, release(app, "cp313"))
    assert artifact.path.name == "api-0.1.0-linux_amd64-cp313.tar"
    packages = "lib/python3.13/site-packages"
    with tarfile.open(artifact.path) as tar:
        files = [entry.name for entry in tar.getmembers() if not entry.isdir()]
        assert tar.getmember("bin/python").linkname == "/usr/bin/python3.13"
        assert tar.extractfile("pyvenv.cfg").read().decode().splitlines() == [
            "home = /usr/bin",
            "include-system-site-packages = false",
        ]
    assert files == [
        "THIRD-PARTY.txt",
        "bin/python",
        f"{packages}/greeter/__init__.py",
        f"{packages}/greeter/tests/data.txt",
        f"{packages}/greeter-1.0.dist-info/METADATA",
        f"{packages}/greeter-1.0.dist-info/WHEEL",
        f"{packages}/greeter-1.0.dist-info/entry_points.txt",
        f"{packages}/shopapi/main.py",
        "pyvenv.cfg",
    ]


def test_a_release_runs(built, tmp_path):
    (tmp_path / "release").mkdir()
    subprocess.run(["tar", "-xf", built.path, "-C", tmp_path / "release"], check=True)
    packages = tmp_path / "release" / "lib" / "python3.11" / "site-packages"
    done = subprocess.run(
        [sys.executable, "-m", "shopapi.main"],
        env={"PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "hello\n"


def test_a_release_built_again_elsewhere_has_the_same_bytes(app, built, tmp_path):
    elsewhere = app.rename(tmp_path / "moved")
    mask = os.umask(0o077)
    try:
        second = obtain(Store(tmp_path / "other"), release(elsewhere))
    finally:
        os.umask(mask)
    assert built.sha256 == second.sha256
    assert built.path.read_bytes() == second.path.read_bytes()


def test_a_release_is_built_again_exactly_when_something_that_goes_in_changes(app, store):
    source = app / "src" / "shopapi"
    before = release(app).expected(store), release(app).record(store)
    assert before[0] is None

    (source / "tests" / "test_more.py").write_text("")
    (source / "__pycache__" / "more.pyc").write_text("")
    assert release(app).record(store) == before[1]

    names = {before[1], release(app, "cp313").record(store)}
    (source / "main.py").write_text("print()\n")
    names.add(release(app).record(store))
    (source / "main.py").rename(source / "other.py")
    names.add(release(app).record(store))
    (app / "requirements.txt").write_text("")
    names.add(release(app).record(store))
    assert len(names) == 5


def test_an_unchanged_app_needs_neither_pip_nor_an_index(app, store, built, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert obtain(store, release(app)) == built


def test_a_wheel_with_another_hash_is_refused(app, store):
    write_wheel(app.parent / "wheels", "cp311-abi3-manylinux_2_28_x86_64")
    lock = (app / "requirements.txt").read_text()
    (app / "requirements.txt").write_text(lock.replace("sha256:", "sha256:" + "0" * 8))
    with pytest.raises(UserError, match="hash"):
        obtain(store, release(app))


def test_a_package_for_some_pythons_only_is_refused(app, store):
    (app / "requirements.txt").write_text("tomli==2.0 ; python_full_version < '3.12' \\\n  --hash=")
    with pytest.raises(UserError, match=r"tomli==2\.0 is only for some Pythons"):
        obtain(store, release(app))


def test_the_version_may_stand_in_the_package_alone(app):
    project = app / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "0.1.0"', 'dynamic = ["version"]'))
    (app / "src" / "shopapi" / "__init__.py").write_text('"""Shop."""\n\n__version__ = "0.2.0"\n')
    assert read_app("api", app).version == "0.2.0"


@pytest.mark.parametrize("key", ["version", "license"])
def test_an_app_without_a_needed_key_is_refused(app, key):
    project = app / "pyproject.toml"
    kept = [line for line in project.read_text().splitlines() if not line.startswith(key)]
    project.write_text("\n".join(kept))
    with pytest.raises(UserError, match=f"api: pyproject.toml has no project.{key}"):
        read_app("api", app)


def test_a_missing_lock_is_named(app):
    (app / "requirements.txt").unlink()
    with pytest.raises(UserError, match=r"requirements.txt is missing"):
        read_app("api", app)
    assert App("api", "1", "MIT", app).requirements.name == "requirements.txt"


@pytest.fixture
def mirror(workshop, tmp_path):
    """A mirror with the app's wheels."""
    shutil.copytree(workshop / "built", tmp_path / "mirror")
    return Mirror(str(tmp_path / "mirror"))


@pytest.fixture
def far_away(tmp_path, monkeypatch):
    """An empty store where no package index answers."""
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    return Store(tmp_path / "far" / "artifacts")


def test_a_mirrors_wheels_give_the_same_bytes_as_a_build(app, built, mirror, far_away):
    made = obtain(far_away, release(app, mirror=mirror))
    assert made.path.read_bytes() == built.path.read_bytes()


def test_a_wheel_that_a_mirror_changed_is_refused(app, mirror, far_away):
    (wheel,) = Path(mirror.address).glob("*/*.whl")
    wheel.write_bytes(b"evil")
    with pytest.raises(DigestMismatchError, match=rf"has other bytes for {wheel.name}"):
        obtain(far_away, release(app, mirror=mirror))
    assert far_away.files() == []


def test_a_wheel_that_a_mirror_names_and_the_lock_does_not_is_refused(app, mirror, far_away):
    evil = hashlib.sha256(b"evil").hexdigest()
    record = Path(mirror.address) / release(app).record_of_wheels
    record.write_text(record.read_text() + f"{evil}  greeter-2.0-py3-none-any.whl\n")
    with pytest.raises(UserError, match=r"recorded/\w+\.wheels names unlocked wheels"):
        obtain(far_away, release(app, mirror=mirror))
    assert far_away.files() == []


def test_a_file_name_cannot_leave_the_cache(app, mirror, far_away):
    record = Path(mirror.address) / release(app).record_of_wheels
    digest = record.read_text().split()[0]
    record.write_text(f"{digest}  ../../evil.whl\n")
    with pytest.raises(UserError, match="names no wheel of"):
        obtain(far_away, release(app, mirror=mirror))


def test_a_mirror_that_names_too_few_wheels_is_refused(app, mirror, far_away):
    (Path(mirror.address) / release(app).record_of_wheels).write_text("")
    with pytest.raises(UserError, match=r"recorded/\w+\.wheels names no wheel of greeter==1\.0"):
        obtain(far_away, release(app, mirror=mirror))
    assert not (far_away.root / "recorded").exists()


def test_a_mirror_of_another_checkout_is_refused(app, mirror, far_away):
    lock = app / "requirements.txt"
    lock.write_text(lock.read_text() + "# changed\n")
    with pytest.raises(UserError, match=r"does not have recorded/\w+\.wheels") as caught:
        obtain(far_away, release(app, mirror=mirror))
    assert "fill the mirror from this checkout" in caught.value.hint


def test_a_dependency_whose_licence_nobody_knows_stops_the_build(app, store):
    tag = "cp311-cp311-manylinux_2_17_x86_64"
    odd = {
        "greeter-1.0.dist-info/licenses/LICENSE": "Only to be used by friends, under conditions."
    }
    sha256 = write_wheel(app.parent / "wheels", tag, odd)
    (app / "requirements.txt").write_text(f"greeter==1.0 --hash=sha256:{sha256}\n")
    with pytest.raises(UserError, match=r"greeter 1\.0: nobody has reviewed its licence, LICENSE"):
        obtain(store, release(app))
    assert [path.suffix for path in store.files()] == [".whl"]
