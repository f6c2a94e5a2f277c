"""What a deployment keeps on disk, in a directory of the test's own."""

import hashlib
import io
import os
import pwd
import shutil
import stat
import tarfile
import threading
from dataclasses import replace

import pytest

from plugins.module_utils.deploy import files, releases, users
from plugins.module_utils.deploy.files import Layout
from plugins.module_utils.deploy.model import (
    Action,
    DeployError,
    File,
    Generation,
    Intent,
    Probe,
    Release,
)

ME = pwd.getpwuid(os.geteuid()).pw_name
CONTENTS = {
    "sightline-x.service": b"[Service]\n",
    "x.yml": b"a: 1\n",
    "rules.d/dev.yml": b"dev\n",
    "rules.d/deep/er.yml": b"deeper\n",
}
KEY = File("tls/key", hashlib.sha256(b"k").hexdigest(), mode="0600", secret=True)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def generation(contents, *more, user=ME):
    described = [File(path, digest(content)) for path, content in contents.items()]
    release = Release("x", "1-aaa", "f" * 64)
    return Generation(user, release, tuple(sorted([*described, *more])), Probe("http://x/", 1))


def pack(path, contents):
    with tarfile.open(path, "w") as tree:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tree.addfile(member, io.BytesIO(content))
    return path


def contents_of(directory):
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def mode_of(path):
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(autouse=True)
def _ordinary_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def layout(tmp_path):
    found = Layout("x", tmp_path / "root")
    found.home.mkdir(parents=True)
    return found


@pytest.fixture
def archive(tmp_path):
    return pack(tmp_path / "tree.tar", CONTENTS)


@pytest.fixture
def staged(tmp_path, archive):
    """Give a directory into which the example generation is staged."""
    directory = tmp_path / "staged"
    directory.mkdir()
    files.stage(directory, generation(CONTENTS), archive, ())
    return directory


@pytest.fixture
def release(tmp_path):
    """Give a release whose archive holds a program and an absolute link, as venvs do."""
    path = tmp_path / "release.tar"
    with tarfile.open(path, "w") as tree:
        program = tarfile.TarInfo("bin/program")
        program.size, program.mode = 4, 0o755
        program.uid, program.gid = os.geteuid(), os.getegid()
        tree.addfile(program, io.BytesIO(b"run\n"))
        link = tarfile.TarInfo("bin/python3")
        link.type, link.linkname = tarfile.SYMTYPE, "/usr/bin/python3"
        link.uid, link.gid = os.geteuid(), os.getegid()
        tree.addfile(link)
    return Release("x", "1-aaa", files.sha256_of(path)), path


def nothing_is_left_in(directory):
    return not directory.exists() or not names(directory)


# ------------------------------------------------------------------------- links, files, reading


def test_a_link_is_made_with_its_directory_and_then_moved(tmp_path):
    link = tmp_path / "wants" / "current"
    for target in ("1", "2"):
        files.point(link, target)
        assert str(link.readlink()) == target
    assert names(link.parent) == ["current"]


def test_what_a_killed_run_left_of_a_link_does_not_stop_the_next(tmp_path):
    (tmp_path / ".current.new").symlink_to("1")
    files.point(tmp_path / "current", "2")
    assert str((tmp_path / "current").readlink()) == "2"


def test_a_file_is_replaced_whole_and_gets_the_mode_of_the_new_one(tmp_path):
    path = tmp_path / "note"
    path.write_text("a longer text than the next\n")
    path.chmod(0o644)
    (tmp_path / ".note.new").write_text("left by a killed run")
    files.write(path, "new\n")
    assert path.read_text() == "new\n"
    assert mode_of(path) == 0o600
    assert names(tmp_path) == ["note"]


def test_a_file_that_is_written_does_not_follow_a_link_laid_in_its_way(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".note.new").symlink_to(victim)
    (tmp_path / "note").symlink_to(victim)
    files.write(tmp_path / "note", "new")
    assert victim.read_text() == "precious"
    assert (tmp_path / "note").read_text() == "new"


def test_removing_takes_the_link_and_not_its_target_and_may_be_repeated(tmp_path):
    target, link, dangling = (tmp_path / name for name in ("target", "link", "dangling"))
    target.write_text("kept")
    link.symlink_to(target)
    dangling.symlink_to(tmp_path / "nowhere")
    for path in (link, dangling, link):
        files.remove(path)
    assert names(tmp_path) == ["target"]


@pytest.mark.parametrize(
    ("target", "number"),
    [("7", 7), ("/etc/sightline/x/12", 12), ("seven", None), (".staging-7", None), ("-7", None)],
)
def test_only_a_link_to_a_number_names_a_generation(tmp_path, target, number):
    (tmp_path / "current").symlink_to(target)
    assert files.number_at(tmp_path / "current") == number


def test_neither_a_missing_link_nor_a_directory_names_a_generation(tmp_path):
    (tmp_path / "7").mkdir()
    assert files.number_at(tmp_path / "current") is None
    assert files.number_at(tmp_path / "7") is None


@pytest.mark.parametrize("number", [None, 3])
def test_a_generation_without_manifest_is_no_generation(layout, number):
    layout.generation(3).mkdir()
    assert files.read_generation(layout, number) is None


def test_a_staged_generation_is_read_back_as_it_was_wanted(layout, staged):
    staged.rename(layout.generation(3))
    assert generation(CONTENTS).same_as(files.read_generation(layout, 3))


def test_an_intent_is_read_back_and_its_absence_is_none(layout):
    assert files.read_intent(layout) is None
    intent = Intent(4, Action.RELOAD, acted=True)
    files.write_intent(layout, intent)
    assert files.read_intent(layout) == intent


def test_a_note_that_is_not_there_is_none_even_below_a_file(tmp_path):
    (tmp_path / "note").write_text(" text \n")
    assert files.text_of(tmp_path / "note") == "text"
    assert files.text_of(tmp_path / "missing") is None
    assert files.text_of(tmp_path / "note" / "below") is None


# -------------------------------------------------------------------------------------- staging


def test_a_staged_tree_holds_the_files_the_notes_and_the_manifest_alone(staged):
    wanted = generation(CONTENTS)
    assert contents_of(staged) == {
        **CONTENTS,
        "started": f"{wanted.digest(Action.RESTART)}\n".encode(),
        "loaded": f"{wanted.digest(Action.RELOAD)}\n".encode(),
        "manifest.json": wanted.to_json().encode(),
    }


def test_modes_let_the_group_read_the_tree_but_not_the_manifest(tmp_path):
    directory = tmp_path / "tree"
    directory.mkdir(mode=0o700)
    contents = {**CONTENTS, KEY.path: b"k"}
    packed = pack(tmp_path / "tree.tar", contents)
    files.stage(directory, generation(CONTENTS, KEY), packed, ())
    found = {path: mode_of(directory / path) for path in (".", "rules.d", "rules.d/deep", "tls")}
    assert set(found.values()) == {0o750}, found
    assert mode_of(directory / "x.yml") == 0o640
    assert mode_of(directory / KEY.path) == 0o600
    assert mode_of(directory / "manifest.json") == 0o600


def test_files_of_other_environments_come_from_a_kept_generation(tmp_path, staged):
    mine = {path: CONTENTS[path] for path in ("sightline-x.service", "x.yml")}
    directory = tmp_path / "next"
    directory.mkdir()
    packed = pack(tmp_path / "mine.tar", mine)
    files.stage(directory, generation(CONTENTS), packed, kept=[tmp_path / "gone", staged])
    assert contents_of(directory) == contents_of(staged)


def test_members_that_nobody_announced_are_not_laid_out(tmp_path):
    directory = tmp_path / "tree"
    directory.mkdir()
    packed = pack(tmp_path / "more.tar", {**CONTENTS, "stranger": b"x"})
    files.stage(directory, generation(CONTENTS), packed, ())
    assert not (directory / "stranger").exists()


def test_a_file_that_did_not_come_is_named(tmp_path, archive):
    missing = File("missing.yml", digest(b""))
    with pytest.raises(DeployError, match=r"missing\.yml is neither in") as caught:
        files.stage(tmp_path, generation(CONTENTS, missing), archive, ())
    assert caught.value.stage == "stage"


def test_a_link_in_the_archive_is_not_followed(tmp_path):
    packed = tmp_path / "links.tar"
    with tarfile.open(packed, "w") as tree:
        link = tarfile.TarInfo("x.yml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tree.addfile(link)
    with pytest.raises(DeployError, match=r"x\.yml is neither in"):
        files.stage(tmp_path, generation({"x.yml": b""}), packed, ())


def test_other_bytes_than_the_announced_ones_are_refused_before_they_are_written(tmp_path):
    directory = tmp_path / "tree"
    directory.mkdir()
    packed = pack(tmp_path / "forged.tar", {"x.yml": b"forged"})
    with pytest.raises(DeployError, match=r"x\.yml") as caught:
        files.stage(directory, generation({"x.yml": b"true"}), packed, ())
    assert caught.value.stage == "stage"
    assert nothing_is_left_in(directory)


def test_a_staging_directory_is_private_and_gone_afterwards(layout):
    with files.staging(layout.home) as directory:
        assert directory.parent == layout.home
        assert mode_of(directory) == 0o700
        (directory / "file").write_text("x")
    assert nothing_is_left_in(layout.home)


def test_a_staging_directory_goes_when_staging_fails(layout):
    def stage_badly():
        with files.staging(layout.home) as directory:
            (directory / "file").write_text("x")
            raise DeployError("stage", "refused")

    with pytest.raises(DeployError, match="refused"):
        stage_badly()
    assert nothing_is_left_in(layout.home)


# ---------------------------------------------------------------------------------------- drift


def test_a_tree_just_staged_has_not_drifted(staged):
    assert files.drifted(staged, generation(CONTENTS)) == frozenset()


def edit(path):
    path.write_bytes(b"edited")


def open_up(path):
    path.chmod(0o666)


def delete(path):
    path.unlink()


def replace_by_link(path):
    path.rename(path.parents[1] / "real")
    path.symlink_to("../real")


def replace_by_directory(path):
    path.unlink()
    path.mkdir(mode=0o640)


@pytest.mark.parametrize(
    "harm", [edit, open_up, delete, replace_by_link, replace_by_directory], ids=lambda f: f.__name__
)
def test_a_file_harmed_on_the_host_is_named_and_no_other(staged, harm):
    harm(staged / "x.yml")
    assert files.drifted(staged, generation(CONTENTS)) == {"x.yml"}


def test_a_lost_directory_names_each_file_in_it(staged):
    (staged / "rules.d").rename(staged.parent / "elsewhere")
    lost = {"rules.d/dev.yml", "rules.d/deep/er.yml"}
    assert files.drifted(staged, generation(CONTENTS)) == lost


def test_files_of_a_user_that_is_gone_have_all_drifted(staged):
    stranger = replace(generation(CONTENTS), user="sightline-nobody-has-this-name")
    assert files.drifted(staged, stranger) >= set(CONTENTS)


@pytest.mark.parametrize("note", ["started", "loaded"])
def test_a_lost_note_is_missed(staged, note):
    (staged / note).unlink()
    assert files.drifted(staged, generation(CONTENTS)) == {note}


def test_a_file_that_nobody_deployed_is_named(staged):
    (staged / "rules.d" / "stranger").write_text("x")
    assert files.drifted(staged, generation(CONTENTS)) == {"rules.d/stranger"}


def test_a_directory_that_was_opened_or_closed_is_named(staged):
    (staged / "rules.d").chmod(0o755)
    assert files.drifted(staged, generation(CONTENTS)) == {"rules.d"}


def test_a_carried_file_that_was_edited_names_the_environment_to_include(tmp_path, staged):
    (staged / "rules.d/dev.yml").write_text("edited")
    mine = {path: text for path, text in CONTENTS.items() if path != "rules.d/dev.yml"}
    theirs = File("rules.d/dev.yml", digest(CONTENTS["rules.d/dev.yml"]), environment="dev")
    directory = tmp_path / "next"
    directory.mkdir()
    packed = pack(tmp_path / "mine.tar", mine)
    with pytest.raises(DeployError, match="belongs to environment dev") as caught:
        files.stage(directory, generation(mine, theirs), packed, kept=[staged])
    assert caught.value.hint == "include the inventory of dev in this run"


# ---------------------------------------------------------------- links from outside to `current`


def with_commands(layout, number, *commands):
    """Put a generation with these commands in force, without the links to them."""
    directory = layout.generation(number) / "commands"
    directory.mkdir(parents=True)
    for name in commands:
        (directory / name).write_text("#!/bin/sh\n")
    files.point(layout.current, str(number))


def test_links_lead_to_the_unit_and_the_commands_in_force(layout):
    with_commands(layout, 1, "x-faults")
    assert not files.are_linked(layout)
    files.link(layout)
    assert files.are_linked(layout)
    assert str(layout.unit.readlink()) == str(layout.current / "sightline-x.service")
    assert (layout.sbin / "x-faults").read_text() == "#!/bin/sh\n"


def test_a_link_to_a_command_that_is_gone_is_missed_and_removed_and_no_other(layout):
    layout.sbin.mkdir(parents=True)
    (layout.sbin / "somebodys").write_text("x")
    (layout.sbin / "of-another").symlink_to(layout.home.with_name("xy") / "current/commands/c")
    with_commands(layout, 1, "old", "kept")
    files.link(layout)
    with_commands(layout, 2, "kept", "new")
    assert not files.are_linked(layout)
    files.link(layout)
    assert files.are_linked(layout)
    assert names(layout.sbin) == ["kept", "new", "of-another", "somebodys"]


def test_what_a_killed_run_left_of_a_link_to_a_command_is_cleared_away(layout):
    with_commands(layout, 1, "gone")
    files.link(layout)
    (layout.sbin / "gone").rename(layout.sbin / ".gone.new")
    with_commands(layout, 2)
    assert not files.are_linked(layout)
    files.link(layout)
    assert names(layout.sbin) == []


# ------------------------------------------------------------------------------ numbers, pruning


def test_the_first_generation_is_one_and_no_number_is_given_twice(layout):
    assert files.next_number(layout) == 1
    for name in ("9", "10", "current", ".staging-12", "11.bak"):
        (layout.home / name).mkdir()
    assert files.next_number(layout) == 11


def kept_after_pruning(layout, numbers, **links):
    for number in numbers:
        layout.generation(number).mkdir()
        (layout.generation(number) / "file").write_text("x")
    for name, number in links.items():
        files.point(getattr(layout, name), str(number))
    files.prune(layout)
    return [number for number in numbers if layout.generation(number).exists()]


def test_what_a_link_names_is_kept_and_nothing_else(layout):
    links = {"current": 11, "good": 8, "previous": 7}
    assert kept_after_pruning(layout, [6, 7, 8, 9, 10, 11], **links) == [7, 8, 11]


def test_remains_of_killed_runs_go_and_links_and_intent_stay(layout):
    (layout.home / ".staging-abc" / "rules.d").mkdir(parents=True)
    files.write_intent(layout, Intent(1, Action.NONE))
    kept_after_pruning(layout, [1], current=1, good=1)
    assert names(layout.home) == ["1", "current", "good", "intent.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"user": "x"}'])
def test_a_manifest_that_cannot_be_read_is_none(layout, text):
    layout.generation(1).mkdir()
    (layout.generation(1) / "manifest.json").write_text(text)
    assert files.read_generation(layout, 1) is None


# ------------------------------------------------------------------------------------- releases


def test_a_release_has_its_final_name_with_all_its_content(layout, release):
    wanted, archive = release
    releases.install(layout, wanted, archive, ())
    final = layout.release(wanted)
    assert (final / "bin/program").read_text() == "run\n"
    assert mode_of(final / "bin/program") == 0o755
    assert str((final / "bin/python3").readlink()) == "/usr/bin/python3"
    assert mode_of(final) == 0o755
    assert names(final.parent) == [wanted.name]


def test_a_release_is_prepared_in_its_own_directory_before_it_counts(layout, release):
    wanted, archive = release
    final = layout.release(wanted)
    prepare = ["sh", "-c", f"test ! -e {final} && cp bin/program prepared"]
    releases.install(layout, wanted, archive, prepare)
    assert (final / "prepared").read_text() == "run\n"


@pytest.mark.parametrize("stream", ["1", "2"], ids=["stdout", "stderr"])
def test_a_release_that_cannot_be_prepared_leaves_nothing_and_says_why(layout, release, stream):
    wanted, archive = release
    prepare = ["sh", "-c", f"echo no such wheel >&{stream}; exit 3"]
    with pytest.raises(DeployError, match="no such wheel") as caught:
        releases.install(layout, wanted, archive, prepare)
    assert caught.value.stage == "release"
    assert nothing_is_left_in(layout.release(wanted).parent)


def test_an_archive_with_another_digest_is_not_even_unpacked(layout, release):
    wanted, archive = release
    forged = replace(wanted, sha256="0" * 64)
    with pytest.raises(DeployError, match=wanted.sha256) as caught:
        releases.install(layout, forged, archive, ["touch", str(layout.root / "ran")])
    assert "0" * 64 in caught.value.detail
    assert "make artifacts" in caught.value.hint
    assert nothing_is_left_in(layout.release(wanted).parent)
    assert not (layout.root / "ran").exists()


def test_a_damaged_archive_leaves_nothing(layout, tmp_path):
    archive = tmp_path / "damaged.tar"
    pack(archive, {"program": b"x" * 10000})
    archive.write_bytes(archive.read_bytes()[:5000])
    wanted = Release("x", "1-aaa", files.sha256_of(archive))
    with pytest.raises((DeployError, tarfile.TarError)):
        releases.install(layout, wanted, archive, ())
    assert nothing_is_left_in(layout.release(wanted).parent)


def deployed(layout, service, name):
    """Let a service of this host have one generation with a release of the name."""
    other = files.Layout(service, layout.root)
    release = Release("x", name, "f" * 64)
    other.generation(1).mkdir(parents=True)
    manifest = other.generation(1) / "manifest.json"
    manifest.write_text(replace(generation({}), release=release).to_json())
    other.release(release).mkdir(parents=True)
    return release


def test_releases_that_nobody_names_are_collected(layout):
    for service, name in (("a", "1-aaa"), ("b", "2-bbb"), ("gone", "3-ccc")):
        deployed(layout, service, name)
    shutil.rmtree(files.Layout("gone", layout.root).home)
    (layout.releases / "x" / ".staging-killed").mkdir()
    (layout.releases / "removed-component" / "1-ddd").mkdir(parents=True)
    releases.collect(layout)
    assert names(layout.releases) == ["x"]
    assert names(layout.releases / "x") == ["1-aaa", "2-bbb"]


def test_a_release_that_is_about_to_be_named_is_not_collected(layout):
    release = Release("x", "1-aaa", "f" * 64)
    with releases.in_use(layout, release):
        layout.release(release).mkdir()
        releases.collect(layout)
        assert layout.release(release).is_dir()
    releases.collect(layout)
    assert not layout.releases.joinpath("x").exists()


# ------------------------------------------------------------------------------------ the lock


def test_the_lock_names_who_holds_it(tmp_path):
    path = tmp_path / "lock"
    with files.locked(path, "anna@laptop"):
        with (
            pytest.raises(DeployError, match="anna@laptop is deploying") as caught,
            files.locked(path, "ben@desk", patience=0),
        ):
            pass
        assert caught.value.stage == "lock"
        assert path.read_text() == "anna@laptop"
    assert mode_of(path) == 0o600


def test_a_shorter_name_replaces_a_longer_one(tmp_path):
    for holder in ("a-very-long-name@controller", "ben@desk"):
        with files.locked(tmp_path / "lock", holder):
            assert (tmp_path / "lock").read_text() == holder


def test_the_lock_is_free_after_its_holder_failed(tmp_path):
    def fail():
        with files.locked(tmp_path / "lock", "anna"):
            raise DeployError("probe", "not ready")

    with pytest.raises(DeployError, match="not ready"):
        fail()
    with files.locked(tmp_path / "lock", "ben", patience=0):
        assert (tmp_path / "lock").read_text() == "ben"


def test_who_waits_for_the_lock_gets_it_once_it_is_free(tmp_path):
    path = tmp_path / "lock"
    entered = threading.Event()

    def wait_for_it():
        with files.locked(path, "ben", patience=10):
            entered.set()

    waiter = threading.Thread(target=wait_for_it)
    with files.locked(path, "anna"):
        waiter.start()
        assert not entered.is_set()
    assert entered.wait(timeout=10)
    waiter.join()


# --------------------------------------------------------------------------------------- users


def test_a_user_is_known_by_name():
    assert users.exists(ME)
    assert not users.exists("sightline-nobody-has-this-name")
