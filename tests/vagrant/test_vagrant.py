"""What needs no virtual machine of the test that has some: `make test-vagrant`."""

import re
from pathlib import Path

import pytest

from tests.vagrant import box, inside, libvirt
from toolkit.errors import UserError

RECAP = """\
cp-01                      : ok=40   changed={cp}    unreachable=0    failed=0    skipped=3
dp-prod-01                 : ok=30   changed=0    unreachable=0    failed=0    skipped=3
"""


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "sightline" / "vagrant"


def test_the_vagrantfile_names_every_variable_that_it_reads():
    text = Path("Vagrantfile").read_text()
    comment, _, code = text.partition("require")
    assert set(re.findall(r"LAB_[A-Z_]+", comment)) == set(re.findall(r'"(LAB_[A-Z_]+)"', code))


def test_a_second_run_that_changes_a_machine_is_refused_with_its_name():
    inside.check_idle(RECAP.format(cp=0))
    with pytest.raises(UserError, match="'cp-01': 1"):
        inside.check_idle(RECAP.format(cp=1))


def test_a_second_run_that_leaves_a_machine_out_is_refused():
    with pytest.raises(UserError, match="second run"):
        inside.check_idle(RECAP.format(cp=0).splitlines()[0])


def test_a_box_is_built_once_for_its_ingredients(cache, monkeypatch):
    built = []

    def build(folder):
        built.append(folder)
        (folder / box.place().name).touch()

    monkeypatch.setattr(box, "_build", build)
    first = box.box()
    assert box.box() == first
    assert first.parent == cache
    assert len(built) == 1
    monkeypatch.setattr(box, "PACKAGES", (*box.PACKAGES, "hello"))
    assert box.box() != first
    assert len(built) == 2


def test_a_build_that_fails_leaves_no_box(cache, monkeypatch):
    def build(folder):
        (folder / box.place().name).touch()
        raise UserError("the mirror is away")

    monkeypatch.setattr(box, "_build", build)
    with pytest.raises(UserError, match="the mirror is away"):
        box.box()
    assert not [path for path in cache.iterdir() if path.suffix != ".lock"]


def test_libvirt_finds_its_user_and_no_file_of_this_machine_changes(tmp_path):
    before = Path("/etc/passwd").read_text()
    libvirt.prepare(tmp_path)
    assert (tmp_path / "passwd").read_text().startswith(before)
    assert re.search(r"^libvirt-qemu:", (tmp_path / "passwd").read_text(), re.MULTILINE)
    assert Path("/etc/passwd").read_text() == before


def test_directories_that_were_missing_go_again(tmp_path, monkeypatch):
    there, missing = tmp_path / "there", tmp_path / "missing"
    there.mkdir()
    monkeypatch.setattr(libvirt, "MOUNT_POINTS", [there, missing])
    with libvirt.mount_points():
        assert missing.is_dir()
    assert there.is_dir()
    assert not missing.exists()


def test_packages_are_listed_once_in_their_order():
    listed = Path("tests/vagrant/packages.txt").read_text().split()
    assert listed == sorted(set(listed))
