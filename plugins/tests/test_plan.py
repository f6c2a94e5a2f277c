"""The decisions of `deploy_service`, without a host."""

from dataclasses import replace

import pytest

from plugins.module_utils.deploy.model import (
    Action,
    DeployError,
    File,
    Generation,
    Intent,
    Observed,
    Probe,
    Release,
    Revision,
    check_names,
    check_paths,
)
from plugins.module_utils.deploy.plan import plan, with_carried_files, with_todays_secrets

UNIT = File("sightline-x.service", "a" * 64)
CONFIG = File("x.yml", "b" * 64, on_change="reload")
NOTES = File("notes", "c" * 64, on_change="none")
COMMAND = File("commands/x-faults", "e" * 64, mode="0750", on_change="none")
DEV = File("scrape.d/dev.yml", "d" * 64, on_change="reload", environment="dev")
WANTED = Generation(
    "sightline-x",
    Release("x", f"1-{'f' * 12}", "f" * 64),
    (UNIT, CONFIG, NOTES),
    Probe("http://x/", 1),
)


def settled(generation=WANTED, **changes):
    """Describe a host on which a generation runs and everything is done."""
    seen = Observed(
        current=generation,
        number=3,
        good=3,
        installed=True,
        active=True,
        started=generation.digest(Action.RESTART),
        loaded=generation.digest(Action.RELOAD),
    )
    return replace(seen, **changes)


def with_new(file):
    files = tuple(replace(f, sha256="0" * 64) if f.path == file.path else f for f in WANTED.files)
    return replace(WANTED, files=files)


def test_what_already_runs_is_left_alone():
    todo = plan(WANTED, settled())
    assert not todo.changes
    assert todo.reasons == ()


def test_a_bare_host_gets_everything():
    todo = plan(WANTED, Observed())
    assert (todo.stage, todo.install, todo.action) == (True, True, Action.RESTART)
    assert todo.reasons == ("not deployed yet",)


@pytest.mark.parametrize(
    ("file", "action"),
    [(UNIT, Action.RESTART), (CONFIG, Action.RELOAD), (NOTES, Action.NONE)],
    ids=["restart", "reload", "none"],
)
def test_a_changed_file_asks_for_no_more_than_its_class(file, action):
    todo = plan(with_new(file), settled())
    assert todo.stage
    assert todo.action is action
    assert todo.reasons == (f"{file.path} differs",)


def test_a_removed_file_asks_for_what_its_class_says():
    fewer = replace(WANTED, files=(UNIT, NOTES))
    assert plan(fewer, settled()).action is Action.RELOAD


def test_a_changed_mode_is_a_change():
    files = (UNIT, replace(CONFIG, mode="0600"), NOTES)
    assert plan(replace(WANTED, files=files), settled()).stage


def test_a_file_edited_on_the_host_is_put_right():
    todo = plan(WANTED, settled(drifted=frozenset({"x.yml"})))
    assert (todo.stage, todo.action) == (True, Action.RELOAD)
    assert todo.reasons == ("x.yml was edited on the host",)


def test_memory_older_than_disk_is_restarted_without_a_new_generation():
    todo = plan(WANTED, settled(started="older"))
    assert (todo.stage, todo.action) == (False, Action.RESTART)


def test_a_reload_that_was_never_proven_is_done_again():
    todo = plan(WANTED, settled(loaded=None))
    assert (todo.stage, todo.action) == (False, Action.RELOAD)


def test_a_stopped_service_is_started_once_and_for_one_reason():
    todo = plan(WANTED, settled(active=False, started=None, loaded=None))
    assert todo.action is Action.RESTART
    assert todo.reasons == ("the service is not running",)


def test_an_interrupted_swap_repeats_its_action_although_the_digests_agree():
    todo = plan(WANTED, settled(intent=Intent(3, Action.RESTART), good=2))
    assert todo.action is Action.RESTART


def test_an_interrupted_probe_goes_on_at_the_probe():
    todo = plan(WANTED, settled(intent=Intent(3, Action.RESTART, acted=True), good=2))
    assert (todo.stage, todo.action, todo.prove) == (False, Action.NONE, True)


def test_a_lost_enabling_link_is_put_back_without_touching_the_process():
    todo = plan(WANTED, settled(installed=False))
    assert (todo.stage, todo.install, todo.action) == (False, True, Action.NONE)


def test_another_release_is_a_new_generation():
    newer = replace(WANTED, release=Release("x", f"2-{'e' * 12}", "e" * 64))
    assert plan(newer, settled()).stage


def test_files_of_other_environments_are_carried_over():
    current = replace(WANTED, files=(*WANTED.files, DEV))
    carried = with_carried_files(WANTED, current, ["prod"])
    assert carried.file("scrape.d/dev.yml") == DEV
    assert not plan(carried, settled(current)).stage


def test_a_host_that_left_its_environment_leaves_with_this_run():
    current = replace(WANTED, files=(*WANTED.files, DEV))
    mine = with_carried_files(WANTED, current, ["dev"])
    assert mine.file("scrape.d/dev.yml") is None
    assert plan(mine, settled(current)).action is Action.RELOAD


def test_files_of_no_environment_are_never_carried():
    current = replace(WANTED, files=(*WANTED.files, replace(DEV, environment="")))
    assert with_carried_files(WANTED, current, ["prod"]).same_as(WANTED)


@pytest.mark.parametrize(
    ("path", "action"),
    [("started", Action.NONE), ("scrape.d/stranger.yml", Action.RESTART)],
    ids=["lost note", "file that does not belong there"],
)
def test_what_does_not_belong_to_the_generation_is_put_right(path, action):
    todo = plan(WANTED, settled(drifted=frozenset({path})))
    assert (todo.stage, todo.action) == (True, action)


def test_a_changed_probe_is_noted_without_touching_the_process():
    todo = plan(replace(WANTED, probe=Probe("http://x/", 9)), settled())
    assert (todo.stage, todo.action) == (True, Action.NONE)


def test_a_swap_killed_before_its_daemon_reload_is_installed_again():
    todo = plan(WANTED, settled(intent=Intent(3, Action.NONE)))
    assert todo.install


def test_a_command_that_comes_or_goes_is_a_new_generation_and_leaves_the_process_alone():
    more = replace(WANTED, files=(*WANTED.files, COMMAND))
    assert more.commands == ("x-faults",)
    for before, after in ((WANTED, more), (more, WANTED)):
        todo = plan(after, settled(before))
        assert (todo.stage, todo.action) == (True, Action.NONE)
        assert todo.reasons == ("commands/x-faults differs",)


@pytest.mark.parametrize("name", ["Faults", "-x", "9", "a.b", ".x.new", "a/b", "a b"])
def test_names_of_commands_that_are_no_names_are_refused(name):
    odd = replace(COMMAND, path=f"commands/{name}")
    with pytest.raises(DeployError, match="no plain name for a command"):
        check_paths(replace(WANTED, files=(*WANTED.files, odd)))


@pytest.mark.parametrize(
    "file",
    [
        replace(CONFIG, path="../x"),
        replace(CONFIG, path="/x"),
        replace(CONFIG, path="a//b"),
        replace(CONFIG, path="started"),
        replace(CONFIG, path="notes/inside-a-file"),
        replace(CONFIG, mode="416"),
    ],
    ids=["parent", "absolute", "odd", "own note", "file as directory", "unquoted mode"],
)
def test_paths_and_modes_that_root_should_not_make_are_refused(file):
    with pytest.raises(DeployError):
        check_paths(replace(WANTED, files=(*WANTED.files, file)))


@pytest.mark.parametrize(
    "odd", [{"packages": ("nginx; rm",)}, {"packages": ("--purge",)}, {"masks": ("../x.service",)}]
)
def test_names_of_packages_and_their_units_that_are_no_names_are_refused(odd):
    with pytest.raises(DeployError, match="is no name of a"):
        check_paths(replace(WANTED, **odd))


def test_packages_are_a_part_of_what_is_deployed():
    with_package = replace(WANTED, packages=("nginx",), masks=("nginx.service",))
    todo = plan(with_package, settled())
    assert todo.stage
    assert todo.reasons == ("user, release, packages, probe or checker differs",)
    assert Generation.from_json(with_package.to_json()).same_as(with_package)


def test_a_manifest_without_packages_is_that_of_earlier_revisions():
    assert "packages" not in WANTED.to_json()
    assert Generation.from_json(WANTED.to_json()).same_as(WANTED)


@pytest.mark.parametrize("service", ["", ".", "..", "a/b", "A"])
def test_names_of_services_that_are_no_names_are_refused(service):
    with pytest.raises(DeployError):
        check_names("x", service)


def test_plain_names_are_accepted():
    check_names("thanos-query", "x")
    check_paths(replace(WANTED, files=(*WANTED.files, COMMAND)))


def test_a_manifest_survives_its_text():
    assert Generation.from_json(WANTED.to_json()).same_as(WANTED)


def test_another_revision_that_asks_for_the_same_is_no_difference():
    assert not plan(replace(WANTED, revision=Revision(9, "newer")), settled()).changes


def test_a_predecessor_that_is_left_is_a_reason_to_go_on():
    todo = plan(WANTED, settled(predecessors=("old",)))
    assert (todo.stage, todo.action, todo.prove) == (False, Action.NONE, True)
    assert todo.reasons == ("old is replaced by this service",)


def test_an_earlier_generation_comes_back_with_the_secrets_of_today():
    old, new, retired = (
        File(path, digit * 64, secret=True)
        for path, digit in (("key", "1"), ("key", "2"), ("retired", "3"))
    )
    earlier = replace(WANTED, files=(UNIT, old, retired))
    current = replace(WANTED, files=(UNIT, CONFIG, new))
    assert with_todays_secrets(earlier, current).files == (UNIT, new, retired)
