"""The life of an inventory: data planes and environments come and go, files are wrong.

The inventories are written here, with environments of other names than those of the project, and
lie outside of the checkout, as a customer's may. The tests follow one site in order.
"""

import contextlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

pytestmark = pytest.mark.lab


def test_a_second_data_plane_is_three_lines_and_disturbs_nobody(site, berlin):
    before = site.state("berlin-1")
    site.write("berlin", "berlin-1", "berlin-2")
    changed = site.play("site", berlin).changed
    assert (changed["berlin-1"], changed["cp"]) == (0, 1)
    site.wait_until_watched(berlin={"berlin-1", "berlin-2"})
    assert site.state("berlin-1") == before


def test_an_environment_is_added_by_its_own_inventory_alone(site, berlin):
    before = site.state("berlin-1", "berlin-2")
    changed = site.play("site", site.write("oslo", "oslo-1")).changed
    assert set(changed) == {"cp", "oslo-1"}
    site.wait_until_watched(berlin={"berlin-1", "berlin-2"}, oslo={"oslo-1"})
    assert site.state("berlin-1", "berlin-2") == before
    assert set(site.play("site", berlin).changed.values()) == {0}


def test_two_operators_at_once_do_not_lose_each_others_environment(site, berlin):
    oslo = site.write("oslo", "oslo-1", collector_memory_limit_mib=300)
    (berlin / "group_vars/berlin.yml").write_text(
        yaml.safe_dump({"data_plane_environment": "berlin", "prometheus_sample_limit": 6000})
    )
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda inventory: site.play("site", inventory), (berlin, oslo)))
    assert [run.code for run in runs] == [0, 0], "\n".join(run.said for run in runs)
    site.wait_until_watched(berlin={"berlin-1", "berlin-2"}, oslo={"oslo-1"})
    assert set(site.play("site", berlin, oslo).changed.values()) == {0}


def test_a_data_plane_that_is_uninstalled_leaves_nothing_but_its_data(site, berlin):
    assert site.play("uninstall", berlin, uninstall="berlin-2").changed["berlin-2"]
    left = site.lab.hosts["berlin-2"].run(
        "find /etc /opt /run /usr -name '*sightline*'; nft list tables | grep sightline;"
        " systemctl list-units --all --plain --no-legend 'sightline*'",
        check=False,
    )
    assert left.stdout == ""
    assert set(site.play("uninstall", berlin, uninstall="berlin-2").changed.values()) == {0}
    kept = "ls /var/lib/sightline; getent passwd | grep --count sightline"
    assert site.lab.hosts["berlin-2"].run(kept).stdout == "api\ncollector\n2\n"
    assert site.play("uninstall", berlin, uninstall="berlin-2", purge_data=True).changed["berlin-2"]
    assert site.lab.hosts["berlin-2"].run(kept, check=False).stdout == "0\n"
    site.write("berlin", "berlin-1")
    assert site.play("site", berlin).changed["cp"] == 1
    site.wait_until_watched(berlin={"berlin-1"}, oslo={"oslo-1"})


def test_an_environment_goes_away_by_one_variable(site, berlin):
    assert site.play("site", berlin, environments_removed="oslo").changed == {
        "berlin-1": 0,
        "cp": 1,
    }
    site.wait_until_watched(berlin={"berlin-1"})
    again = site.play("site", berlin, environments_removed="oslo")
    assert set(again.changed.values()) == {0}
    assert "cp has no environment oslo; it has berlin" in again.said


# ------------------------------------------------------------------------ what is refused, and how


@contextlib.contextmanager
def edited(site, host, path, pattern, text):
    """Let a file on a host read otherwise for a while, its times included."""
    run = site.lab.hosts[host].run
    run(f"cp -a {path} /root/kept && sed -i 's/{pattern}/{text}/' {path}")
    try:
        yield
    finally:
        run(f"cat /root/kept > {path} && touch -r /root/kept {path} && rm /root/kept")


def refused(site, *inventories, **extra):
    """Run site.yml, which has to refuse and to change no host; return its lines."""
    before = site.state()
    done = site.play("site", *inventories, **extra)
    assert done.code != 0, done.said
    assert site.state() == before
    assert "Traceback" not in done.said
    lines = [line.strip()[2:] for line in done.said.splitlines() if line.startswith("  - ")]
    print("\n".join(lines))
    return lines


@pytest.mark.usefixtures("berlin")
def test_a_half_written_inventory_is_refused_with_all_its_gaps(site):
    inventory = site.write("turin", "oslo-1", host_address=None, data_plane_id=None, api_worker=4)
    (inventory / "group_vars/turin.yml").write_text("")
    assert refused(site, inventory) == [
        "oslo-1 has no data_plane_id; set it in the inventory",
        "oslo-1 has no data_plane_environment; set it in the inventory",
        "role api has no variable api_worker (set for oslo-1); did you mean api_workers?",
    ]


@pytest.mark.usefixtures("berlin")
def test_an_inventory_copied_from_another_environment_is_refused(site):
    inventory = site.write("turin", "oslo-1", data_plane_environment="berlin")
    assert refused(site, inventory) == [
        "oslo-1 is in group turin, but its data_plane_environment is berlin; correct the one that "
        "is wrong"
    ]


@pytest.mark.usefixtures("berlin")
def test_an_inventory_that_is_no_yaml_is_refused(site):
    inventory = site.write("turin", "oslo-1")
    (inventory / "hosts.yml").write_text("data_plane: [\n")
    before = site.state()
    done = site.play("site", inventory)
    assert done.code != 0
    assert "hosts.yml" in done.said
    assert site.state() == before


@pytest.mark.usefixtures("berlin")
def test_a_name_that_another_environment_has_is_refused(site):
    inventory = site.write("turin", "oslo-1", data_plane_id="berlin-1")
    assert refused(site, inventory) == [
        "data_plane_id berlin-1 of turin is taken on cp by environment berlin; choose another one"
    ]


def test_an_older_checkout_is_refused(site, berlin):
    manifest = "/etc/sightline/prometheus/current/manifest.json"
    with edited(site, "cp", manifest, '"committed": [0-9]*', '"committed": 4102444800'):
        (line,) = refused(site, berlin)
        assert re.fullmatch(
            r"cp was deployed from revision \w+ of 2100-01-01 00:00 UTC, and this checkout is at "
            r"\w+ of \S+ \S+ UTC; update the checkout, or, to go back on purpose, "
            r"add `-e allow_older_revision=true`",
            line,
        )
        allowed = site.play("site", berlin, allow_older_revision=True)
    assert set(allowed.changed.values()) == {0}


def test_a_checkout_without_the_secrets_is_refused(site, berlin, tmp_path):
    store = tmp_path / "store.yml"
    store.write_text(yaml.safe_dump({"object_store": {"hosts": {"cp": {}}}}))
    manifest = "/etc/sightline/prometheus/current/manifest.json"
    with edited(site, "cp", manifest, '"secret": false', '"secret": true'):
        assert refused(site, berlin, store, secrets_directory=str(tmp_path)) == [
            "cp holds the secrets of prometheus, and this checkout has no "
            f"{tmp_path}/control_plane.yml; copy that file from the checkout that deployed them"
        ]


def test_a_host_that_does_not_answer_is_named_and_can_be_left_out(site, berlin):
    inventory = site.write("turin", "oslo-1", ansible_port=23)
    (line,) = refused(site, inventory, berlin)
    assert line.startswith("oslo-1 does not answer (")
    assert line.endswith("; mend that, or leave it out with --limit 'all:!oslo-1'")


def test_what_is_to_be_uninstalled_has_to_be_said(site, berlin):
    before = site.state()
    done = site.play("uninstall", berlin)
    assert done.code != 0
    assert "Say what to uninstall" in done.said
    assert site.state() == before
