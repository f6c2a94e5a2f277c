"""The claim that anyone can check: the same bits from another folder, with nothing cached.

It needs the registries and, on two cores, a quarter of an hour.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts.lock import read_lock

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
