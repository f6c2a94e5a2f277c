import shutil
import subprocess
from dataclasses import replace

import pytest

from plugins.module_utils.deploy.model import Revision
from plugins.modules import survey
from plugins.plugin_utils import checkout
from plugins.plugin_utils.preflight import hosts as on_hosts
from plugins.plugin_utils.preflight.inventory import (
    control_plane_mistakes,
    dashboard_mistakes,
    environment_mistakes,
    group_mistakes,
    identity_mistakes,
    objective_mistakes,
    variable_mistakes,
    version_mistakes,
)

DATA_PLANE = {"host_address": "10.0.0.1", "data_plane_id": "one", "data_plane_environment": "dev"}


def identities(**hosts):
    return list(identity_mistakes(hosts, {"data_plane": list(hosts)}))


def test_a_complete_inventory_has_no_mistakes():
    assert identities(a=DATA_PLANE) == []
    groups = {"data_plane": ["a"], "control_plane": ["c"], "prometheus": ["c"]}
    assert list(group_mistakes(groups)) == []


def test_an_identifier_given_twice_names_both_hosts():
    other = DATA_PLANE | {"host_address": "10.0.0.2"}
    assert identities(b=other, a=DATA_PLANE) == [
        "data_plane_id one is given to a and b; change one"
    ]


def test_a_missing_address_is_named():
    assert identities(a={"data_plane_id": "one", "data_plane_environment": "dev"}) == [
        "a has no host_address; set it in the inventory"
    ]


@pytest.mark.parametrize("value", ["Dev", "a b", "../etc", "-dev", "x" * 64, "{{ x }}"])
def test_an_environment_that_cannot_be_a_file_name_is_refused(value):
    assert "is no name" in identities(a=DATA_PLANE | {"data_plane_environment": value})[0]


def test_a_misspelt_variable_is_reported_once_with_the_likely_spelling():
    hosts = {name: {"api_worker": 4} for name in ("a", "b", "c")}
    roles = {"api": ["api_workers"], "collector": []}
    assert list(variable_mistakes(hosts, roles)) == [
        "role api has no variable api_worker (set for a and 2 more); did you mean api_workers?"
    ]


def test_variables_of_others_are_not_ours_to_judge():
    assert list(variable_mistakes({"a": {"apix": 1, "my_var": 2}}, {"api": []})) == []


def test_the_longest_role_prefix_owns_a_variable():
    roles = {"host": [], "host_baseline": ["host_baseline_ports"]}
    assert list(variable_mistakes({"a": {"host_baseline_ports": 1}}, roles)) == []


@pytest.mark.parametrize("ansible", [(2, 18), (2, 22)])
def test_other_versions_of_ansible_are_refused_with_the_range(ansible):
    (mistake,) = version_mistakes(ansible, (3, 11))
    assert "install 2.19 to 2.21" in mistake


def test_an_old_python_is_refused():
    assert list(version_mistakes((2, 19), (3, 10))) == ["Python 3.10 is too old; use 3.11 or newer"]


def test_an_empty_inventory_says_what_to_type():
    (mistake,) = group_mistakes({})
    assert "-i inventories/prod" in mistake


def test_an_environment_that_is_not_that_of_the_group_is_named():
    groups = {"all": ["a"], "data_plane": ["a"], "qa": ["a"]}
    assert list(environment_mistakes({"a": DATA_PLANE}, groups)) == [
        "a is in group qa, but its data_plane_environment is dev; correct the one that is wrong"
    ]


def test_data_planes_without_a_control_plane_are_refused():
    (mistake,) = group_mistakes({"data_plane": ["a"]})
    assert "link inventories/control_plane/hosts.yml into it" in mistake


@pytest.mark.parametrize("value", [0, 1, 99.9, "0.999", True, None])
def test_an_objective_that_is_no_share_is_refused(value):
    assert list(objective_mistakes({"a": {"prometheus_slo_latency": 0.99}, "b": {}})) == []
    (mistake,) = objective_mistakes({"a": {"prometheus_slo_latency": value}})
    assert mistake.endswith("is no share between 0 and 1, such as 0.999")


def control_plane(*thanos, object_store=("a",), alertmanager=("a",), **variables):
    members = sorted({"a", *thanos, *object_store, *alertmanager})
    hosts = {name: variables.get(name, variables.get("all", {})) for name in members}
    groups = {
        "control_plane": members,
        "thanos": list(thanos),
        "object_store": list(object_store),
        "alertmanager": list(alertmanager),
    }
    return list(control_plane_mistakes(hosts, groups))


EXTERNAL = {
    "object_store_provider": "external",
    "object_store_endpoint": "s3.example:443",
    "object_store_keys": {},
}


def test_a_complete_control_plane_has_no_mistakes():
    assert control_plane("a") == []
    assert control_plane("a", "b", all={"thanos_compactor": "b"}) == []
    assert control_plane("a", object_store=(), all=EXTERNAL) == []


def test_a_control_plane_without_thanos_needs_no_bucket():
    assert control_plane(object_store=(), alertmanager=()) == []


@pytest.mark.parametrize(
    "variables", [{}, {"dashboard_authentication": "no", "dashboard_networks": ["10.0.0.0/8"]}]
)
def test_a_dashboard_that_asks_for_a_password_or_says_who_may_see_it_is_no_mistake(variables):
    assert list(dashboard_mistakes({"c": variables}, {"dashboard": ["c"]})) == []


@pytest.mark.parametrize("said", [False, "false", "no"])
def test_a_dashboard_that_everybody_reads_is_refused(said):
    found = dashboard_mistakes({"c": {"dashboard_authentication": said}}, {"dashboard": ["c"]})
    assert list(found) == [
        "c: dashboard_authentication is false, and everyone reaches the dashboard; say who may as "
        "dashboard_networks"
    ]


def test_a_certificate_without_its_key_is_refused():
    hosts = {"c": {"dashboard_tls_certificate": "PEM", "dashboard_tls_key": ""}}
    assert list(dashboard_mistakes(hosts, {"dashboard": ["c"]})) == [
        "c has dashboard_tls_certificate and no dashboard_tls_key; set both, or none"
    ]


def test_two_compactors_are_refused():
    assert control_plane("a", "b", b={"thanos_compactor": "b"}) == [
        "a and b would both compact the bucket, which loses blocks; name one host as "
        "thanos_compactor, for the whole group control_plane"
    ]


def test_a_compactor_has_to_be_a_host_of_thanos():
    assert control_plane("a", "b", all={"thanos_compactor": "c"}) == [
        "thanos_compactor c is no host of the group thanos; name one of them"
    ]


@pytest.mark.parametrize("group", ["object_store", "alertmanager"])
def test_a_group_of_one_host_with_two_is_refused(group):
    assert control_plane("a", **{group: ("a", "b")}) == [
        f"the group {group} has a and b, and one host serves it; leave one in it"
    ]


def test_thanos_without_a_bucket_is_refused():
    (mistake,) = control_plane("a", object_store=())
    assert "set object_store_provider: external" in mistake


@pytest.mark.parametrize("variable", ["object_store_endpoint", "object_store_keys"])
def test_a_bucket_elsewhere_has_to_be_described(variable):
    described = {name: value for name, value in EXTERNAL.items() if name != variable}
    assert control_plane("a", object_store=(), all=described) == [
        f"object_store_provider is external, and {variable} is not set; set it"
    ]


def test_a_provider_that_nobody_knows_is_refused():
    (mistake,) = control_plane("a", all={"object_store_provider": "s3"})
    assert mistake.endswith(
        "set one of minio, versitygw, external for the whole group control_plane"
    )


def test_hosts_that_differ_about_who_serves_the_bucket_are_refused():
    (mistake,) = control_plane("a", "b", b={"object_store_provider": "versitygw"})
    assert "object_store_provider minio and versitygw" in mistake


# --------------------------------------------------------------------------- what hosts tell

SCRAPED = """
scrape_configs:
  - static_configs:
      - targets: ["10.0.0.9:8889"]
        labels: {environment: "prod", data_plane_id: "shop-1"}
"""
PROMETHEUS = {
    "release": "prometheus 3",
    "revision": {"committed": 100, "name": "abc"},
    "secrets": [],
    "environments": {"prod": {"scrape_configs.d/prod.yml": SCRAPED}},
}
SURVEY = {
    "distribution": "debian",
    "version": "13",
    "machine": "x86_64",
    "clock_synchronised": True,
    "memory": 4 << 30,
    "free": {"/opt/sightline": 8 << 30, "/var/lib/sightline": 8 << 30},
    "services": {"prometheus": PROMETHEUS},
}
RUN = on_hosts.Run(
    hosts={"cp": {}, "a": DATA_PLANE}, environments=["dev"], revision=Revision(100, "abc")
)


def judged(run=RUN, **changes):
    return list(on_hosts.mistakes({"cp": {**SURVEY, **changes}}, run))


def test_a_host_that_is_as_it_should_be_has_no_mistakes():
    assert judged() == []


def test_every_host_that_does_not_answer_is_named_with_how_to_leave_it_out():
    silent = {"msg": "Failed to connect:\n  timed out", "unreachable": True}
    assert list(on_hosts.mistakes({"a": silent, "cp": SURVEY}, RUN)) == [
        "a does not answer (Failed to connect: timed out); "
        "mend that, or leave it out with --limit 'all:!a'"
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "11"}, "cp is debian 11 x86_64; Debian 12 or 13 on x86_64 is needed"),
        ({"distribution": "ubuntu", "version": "24.04"}, "cp is ubuntu 24.04 x86_64"),
        ({"machine": "aarch64"}, "cp is debian 13 aarch64"),
        ({"clock_synchronised": False}, "the clock of cp is not synchronised"),
    ],
    ids=["too old", "another one", "another machine", "clock"],
)
def test_a_host_of_another_kind_is_refused(changes, words):
    (mistake,) = judged(**changes)
    assert mistake.startswith(words)


def test_a_lab_may_do_without_a_clock_of_its_own():
    hosts = {**RUN.hosts, "cp": {"host_baseline_require_time_sync": False}}
    assert judged(replace(RUN, hosts=hosts), clock_synchronised=False) == []


def test_a_bare_host_without_room_for_its_part_is_refused():
    run = replace(RUN, control_plane=["cp"])
    small = {"services": {}, "memory": 512 << 20, "free": {"/opt/sightline": 1 << 30}}
    assert judged(run, **small) == [
        "cp has 0.5 GiB of memory, and a host of the control plane needs 0.9 GiB; give it more",
        "cp has 1.0 GiB free for /opt/sightline, and a host of the control plane needs 2.0 GiB; "
        "free some",
    ]
    assert judged(replace(run, control_plane=[]), **small) == []  # a data plane needs less
    (mistake,) = judged(RUN, services={}, memory=256 << 20)
    assert mistake.startswith("cp has 0.2 GiB of memory, and a data plane needs 0.4 GiB")


def test_a_host_that_has_grown_full_can_still_be_deployed_to():
    assert judged(replace(RUN, control_plane=["cp"]), memory=0, free={"/opt/sightline": 0}) == []


def test_the_room_for_what_is_not_there_yet_is_that_of_the_folder_around_it(tmp_path):
    assert survey.free(tmp_path / "opt" / "sightline") == shutil.disk_usage(tmp_path).free


def test_an_older_checkout_is_refused_unless_it_is_allowed():
    older = replace(RUN, revision=Revision(99, "old"))
    (mistake,) = judged(older)
    assert "cp was deployed from revision abc of 1970-01-01 00:01 UTC" in mistake
    assert "-e allow_older_revision=true" in mistake
    assert judged(replace(older, allow_older_revision=True)) == []


KEEPING = {**SURVEY, "services": {"minio": {**PROMETHEUS, "secrets": ["root-password"]}}}
WITHOUT_SECRETS = replace(RUN, control_plane=["cp"], missing_secrets="secrets/control_plane.yml")


def test_a_checkout_without_the_secrets_of_the_control_plane_is_refused():
    assert list(on_hosts.mistakes({"cp": KEEPING}, WITHOUT_SECRETS)) == [
        "cp holds the secrets of minio, and this checkout has no secrets/control_plane.yml; "
        "copy that file from the checkout that deployed them"
    ]
    assert list(on_hosts.mistakes({"cp": SURVEY}, WITHOUT_SECRETS)) == []
    assert list(on_hosts.mistakes({"cp": KEEPING}, replace(RUN, control_plane=["cp"]))) == []


def test_secrets_are_not_made_for_a_control_plane_of_which_a_part_is_not_looked_at():
    run = replace(WITHOUT_SECRETS, control_plane=["cp", "cp-2"])
    (mistake,) = on_hosts.mistakes({"cp": SURVEY}, run)
    assert mistake.startswith("cp-2 may hold secrets and is no part of this run, and this checkout")
    silent = {"msg": "Failed to connect", "unreachable": True}
    (mistake,) = on_hosts.mistakes({"cp": SURVEY, "cp-2": silent}, run)
    assert mistake.startswith("cp-2 does not answer")


def test_data_planes_alone_need_no_secrets_of_the_control_plane():
    assert list(on_hosts.mistakes({"a": SURVEY}, WITHOUT_SECRETS)) == []


def test_only_the_file_of_secrets_counts_as_such(tmp_path):
    file = checkout.secret_file(str(tmp_path))
    (tmp_path / "readme").write_text("x")
    assert not checkout.has_secrets(file)
    file.write_text("")
    assert not checkout.has_secrets(file)
    file.write_text("a: b\n")
    assert checkout.has_secrets(file)


def test_the_file_of_secrets_is_named_as_one_types_it(tmp_path):
    assert checkout.shown(checkout.secret_file("secrets")) == "secrets/control_plane.yml"
    outside = checkout.secret_file(str(tmp_path))
    assert checkout.shown(outside) == str(tmp_path.resolve() / "control_plane.yml")


def test_a_name_that_another_environment_has_is_refused():
    hosts = {"a": DATA_PLANE | {"data_plane_id": "shop-1"}}
    run = replace(RUN, hosts={"cp": {}, **hosts})
    assert judged(run) == [
        "data_plane_id shop-1 of dev is taken on cp by environment prod; choose another one"
    ]
    assert judged(replace(run, removed=["prod"])) == []


def test_an_environment_cannot_be_deployed_and_removed_at_once():
    (mistake,) = judged(replace(RUN, removed=["dev"]))
    assert "leave out the inventory of dev" in mistake


def test_an_environment_that_nobody_has_is_remarked():
    misspelt, unknown = on_hosts.remarks("cp", SURVEY, replace(RUN, removed=["qaa"]))
    assert misspelt == "cp has no environment qaa; it has prod"
    assert unknown.startswith("cp also watches environment prod, of which this checkout has no")
    assert list(on_hosts.remarks("cp", SURVEY, replace(RUN, known=["prod"]))) == []


# ------------------------------------------------------------------------------- the checkout


def git(directory, *words):
    author = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "-C", directory, *author, *words], check=True, capture_output=True)


def test_a_checkout_knows_its_revision_and_so_does_an_archive_of_it(tmp_path):
    assert checkout.revision(tmp_path) == Revision()
    (tmp_path / "REVISION").write_text("$Format:%ct %h$\n")
    assert checkout.revision(tmp_path) == Revision()
    (tmp_path / ".gitattributes").write_text("REVISION export-subst\n")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message=x")
    ours = checkout.revision(tmp_path)
    assert ours.committed > 1_700_000_000
    git(tmp_path, "archive", "--prefix=copy/", "--output=copy.tar", "HEAD")
    subprocess.run(["tar", "-xf", "copy.tar"], cwd=tmp_path, check=True)
    (tmp_path / ".git").rename(tmp_path / "elsewhere")
    assert checkout.revision(tmp_path / "copy") == ours
