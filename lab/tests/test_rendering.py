import json
import shlex
from pathlib import Path

import yaml

from lab import access, cuts, guest, image, network
from lab.access import Folder
from lab.cuts import Cut
from lab.registry import RUN

FOLDER = Folder(Path("/home/some body/checkout/.lab/x"))
SOCKETS = RUN / "x"


def test_a_host_is_booted_on_its_labs_bridge_under_its_own_name(topology):
    arguments = guest.boot_arguments(topology.hosts[0], topology.subnet, {})
    assert "--network-bridge=br-sl-60" in arguments
    assert "--machine=sl-60-10" in arguments
    assert "--hostname=cp-01" in arguments


def test_a_folder_with_colons_in_its_path_is_bound_into_a_host(topology):
    binds = {"/var/lib/x": Path("/a:b/content")}
    arguments = guest.boot_arguments(topology.hosts[0], topology.subnet, binds)
    assert r"--bind=/a\:b/content:/var/lib/x" in arguments
    assert arguments.index(r"--bind=/a\:b/content:/var/lib/x") < arguments.index("--")


def test_a_host_gets_its_address_and_the_operators_machine_as_gateway(topology):
    texts = guest.files(topology.hosts[0], topology.subnet, public_key="k", resolver="r")
    wire = texts["etc/systemd/network/10-host0.network"]
    assert "Address=192.168.60.10/24" in wire
    assert "Gateway=192.168.60.1" in wire
    assert texts["root/.ssh/authorized_keys"] == texts["home/operator/.ssh/authorized_keys"] == "k"


def test_a_resolver_on_the_operators_loopback_is_passed_over():
    stub, real = "nameserver 127.0.0.53\n", "# by a router\nnameserver 192.0.2.1\n"
    assert guest.choose_resolver([stub, real]) == real
    assert guest.choose_resolver([real, stub]) == real
    assert guest.choose_resolver([stub]) == stub
    assert guest.choose_resolver([]) == ""


def test_directories_in_a_hosts_layer_keep_the_modes_of_the_base_tree(tmp_path):
    base, upper = tmp_path / "base", tmp_path / "upper"
    (base / "root" / ".ssh").mkdir(parents=True)
    (base / "root").chmod(0o700)
    upper.mkdir()
    guest.write_upper(upper, base, {"root/.ssh/authorized_keys": "key"})
    assert (upper / "root").stat().st_mode & 0o777 == 0o700
    assert (upper / "root/.ssh/authorized_keys").read_text() == "key"


def test_the_inventory_lists_running_hosts_with_all_that_ansible_needs(topology):
    text = access.render_inventory(topology, ["dp-qa-01", "cp-01"], FOLDER, SOCKETS)
    group = yaml.safe_load(text)["all"]
    assert list(group["hosts"]) == ["cp-01", "dp-qa-01"]
    assert group["vars"]["operator_networks"] == ["192.168.60.1/32"]
    host = group["hosts"]["cp-01"]
    assert host["ansible_host"] == host["host_address"] == "192.168.60.10"
    assert host["ansible_user"] == "operator"
    assert host["ansible_ssh_private_key_file"] == str(FOLDER.key)
    assert host["ansible_python_interpreter"] == "/usr/bin/python3"


def test_ssh_arguments_survive_a_space_in_the_checkouts_path(topology):
    text = access.render_inventory(topology, ["cp-01"], FOLDER, SOCKETS)
    words = shlex.split(yaml.safe_load(text)["all"]["hosts"]["cp-01"]["ansible_ssh_common_args"])
    assert f'UserKnownHostsFile="{FOLDER.known_hosts}"' in words
    assert "StrictHostKeyChecking=yes" in words
    assert "ServerAliveInterval=5" in words


def test_ssh_knows_hosts_by_name_and_by_address(topology):
    config = access.render_ssh_config(topology, FOLDER, SOCKETS)
    assert "Host dp-dev-01 192.168.60.22\n  HostName 192.168.60.22\n" in config
    assert f'IdentityFile "{FOLDER.key}"' in config


def test_known_hosts_have_one_line_an_address_without_the_keys_comment():
    keys = {"192.168.60.10": "ssh-ed25519 AAAA root@build\n"}
    assert access.render_known_hosts(keys) == "192.168.60.10 ssh-ed25519 AAAA\n"


def test_the_longest_lab_name_leaves_room_for_sshs_sockets():
    hashed, while_connecting = 40, 17
    assert len(str(RUN / ("n" * 24))) + 1 + hashed + while_connecting < 108


def test_rules_name_only_the_labs_own_bridge_and_table():
    rules = network.ruleset("two-words", "192.168.60")
    assert "table ip lab_two_words {" in rules
    assert 'oifname "br-sl-60" iifname != "br-sl-60" ct state new reject' in rules
    assert 'ip saddr 192.168.60.0/24 oifname != "br-sl-60" masquerade' in rules


def test_a_pair_is_cut_in_both_orders_and_a_lone_cable_from_everything():
    said = cuts.commands("add", "two-words", [Cut({"vb-b", "vb-a"}), Cut({"vb-c"})])
    assert said.splitlines() == [
        'add element bridge lab_two_words pairs { "vb-a" . "vb-b", "vb-b" . "vb-a" }',
        'add element bridge lab_two_words alone { "vb-c" }',
    ]


def test_cuts_are_read_from_the_labs_own_table_alone():
    def of(table, *elements):
        return {"set": {"table": table, "elem": list(elements)}}

    pair, turned = {"concat": ["vb-a", "vb-b"]}, {"concat": ["vb-b", "vb-a"]}
    listed = [{"metainfo": {}}, of("lab_x", pair, turned), of("lab_x", "vb-c"), of("lab_y", "vb-d")]
    empty = {"set": {"table": "lab_x"}}
    listing = json.dumps({"nftables": [*listed, empty]})
    assert cuts.cuts_in(listing, "lab_x") == {Cut({"vb-a", "vb-b"}), Cut({"vb-c"})}


def test_packets_of_cut_cables_are_dropped_without_a_word_and_arp_passes():
    rules = [line for line in cuts.wall("x").splitlines() if "@" in line]
    assert len(rules) == 3
    assert all(line.endswith("ether type != arp drop; }") for line in rules)


def test_base_trees_differ_by_suite_and_are_named_after_it():
    trees = [image.base_tree(suite) for suite in ("trixie", "bookworm")]
    assert [tree.name.split("-")[0] for tree in trees] == ["trixie", "bookworm"]


def test_a_base_tree_is_built_in_a_mount_namespace_of_its_own():
    recipe = image.recipe("trixie")
    assert recipe[:2] == ["unshare", "--mount"]
    assert recipe[-1] == "trixie"
