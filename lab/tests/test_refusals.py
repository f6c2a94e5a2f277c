import re
import socket
from pathlib import Path

import pytest

from lab import cgroup, faults, forwards, network, preflight, registry
from lab.cli import command
from lab.host import Host
from lab.image import base_tree
from lab.lab import plan
from lab.registry import Claim
from lab.topology import HostSpec, SizedDirectory, parse
from toolkit.errors import UserError

OURS = Claim("sightline", "192.168.56", Path("/here/.lab/sightline"))


def sized_host(*paths):
    data = tuple(SizedDirectory(path, "1G") for path in paths)
    return Host(HostSpec("cp-01", "192.168.56.10", "trixie", data), OURS)


def test_a_path_belongs_to_the_innermost_sized_directory_around_it():
    host = sized_host("/var", "/var/lib/x")
    assert faults.volume_of(host, "/var/lib/x/wal/1").directory.path == "/var/lib/x"
    assert faults.volume_of(host, "/var/lib/xy").directory.path == "/var"
    assert faults.volume_of(host, "/var/lib/x/../y").directory.path == "/var"


@pytest.mark.parametrize("path", ["/", "/variety", "/var/../tmp", "var", ""])
def test_only_sized_directories_are_filled_and_the_refusal_names_them(path):
    with pytest.raises(UserError, match="this machine's own disk") as caught:
        faults.volume_of(sized_host("/var", "/opt"), path)
    assert caught.value.hint == "its sized directories: /var, /opt"
    with pytest.raises(UserError) as caught:
        faults.volume_of(sized_host(), path)
    assert caught.value.hint == "size it: `data` in topology.yml"


def test_a_host_is_not_cut_off_from_itself():
    host = sized_host()
    with pytest.raises(UserError, match="from itself"):
        faults.partition(host, [host])


def test_help_shows_every_command_in_one_line_that_fits(capsys):
    with pytest.raises(SystemExit):
        command(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    shown = {line.split()[0] for line in lines if line.startswith("  ") and "-" not in line[:4]}
    with pytest.raises(SystemExit):
        command(["nonsense"])
    assert shown == set(re.findall(r"'([a-z]+)'", capsys.readouterr().err)) - {"nonsense"}


def test_a_lab_of_the_same_name_in_another_checkout_is_named_with_its_folder():
    other = Claim("sightline", "192.168.56", Path("/there/.lab/sightline"))
    with pytest.raises(UserError, match="runs from /there/"):
        registry.check_conflicts(OURS, [other])


def test_a_running_lab_is_not_moved_to_another_subnet():
    with pytest.raises(UserError, match=r"runs on 192\.168\.57, not on 192\.168\.56") as caught:
        registry.check_conflicts(OURS, [Claim(OURS.name, "192.168.57", OURS.folder)])
    assert caught.value.hint == "python -m lab --name sightline down"


def test_a_subnet_of_another_lab_is_refused():
    with pytest.raises(UserError, match="taken by lab molecule"):
        registry.check_conflicts(OURS, [Claim("molecule", OURS.subnet, OURS.folder)])


def test_ones_own_claim_and_labs_elsewhere_are_no_conflict():
    registry.check_conflicts(OURS, [OURS, Claim("molecule", "192.168.57", OURS.folder)])


def test_a_subnet_on_another_interface_is_refused_and_ones_own_bridge_is_not():
    def on(name):
        return [{"ifname": name, "addr_info": [{"local": "192.168.56.1"}]}, {"ifname": "lo"}]

    network.check_addresses("192.168.56", on("br-sl-56"))
    network.check_addresses("192.168.5", on("vboxnet0"))
    with pytest.raises(UserError, match="used by interface vboxnet0"):
        network.check_addresses("192.168.56", on("vboxnet0"))


def test_other_systems_are_sent_to_vagrant():
    with pytest.raises(UserError) as caught:
        preflight.check_platform("darwin")
    assert caught.value.hint == "vagrant up"


def test_ordinary_users_are_told_the_line_to_type():
    with pytest.raises(UserError, match="needs root") as caught:
        preflight.check_root(1000, ["--name", "x", "up"])
    assert caught.value.hint.startswith("sudo ")
    assert caught.value.hint.endswith("-m lab --name x up")


def test_missing_programs_are_named_by_package_once_each():
    with pytest.raises(UserError, match=r"missing: mmdebstrap openssh-client$") as caught:
        preflight.check_programs(lambda p: None if p.startswith(("ssh", "mmde")) else f"/bin/{p}")
    assert caught.value.hint == "apt-get install --yes mmdebstrap openssh-client"


def test_every_package_that_can_be_missing_is_a_prerequisite():
    listed = Path(preflight.__file__).with_name("packages.txt").read_text().split()
    assert set(preflight.PROGRAMS.values()) <= set(listed)
    assert listed == sorted(listed)


def test_a_kernel_without_overlayfs_is_named(tmp_path):
    filesystems = tmp_path / "filesystems"
    filesystems.write_text("nodev\tproc\n\text4\n")
    with pytest.raises(UserError, match="no overlayfs"):
        preflight.check_overlay(filesystems)
    filesystems.write_text("nodev\tproc\nnodev\toverlay\n")
    preflight.check_overlay(filesystems)


def test_a_kernel_without_loop_devices_is_named(tmp_path):
    with pytest.raises(UserError, match="no loop devices"):
        preflight.check_loop(tmp_path / "loop-control")
    (tmp_path / "loop-control").touch()
    preflight.check_loop(tmp_path / "loop-control")


@pytest.mark.parametrize(
    ("mounts", "root"),
    [
        pytest.param("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", "/sys/fs/cgroup", id="pure"),
        pytest.param(
            "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
            "cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0\n"
            "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n",
            "/sys/fs/cgroup/unified",
            id="hybrid",
        ),
    ],
)
def test_the_version_2_hierarchy_is_found_alone_or_beside_version_1(mounts, root):
    assert cgroup.cgroup2_root(mounts) == Path(root)


def test_a_kernel_without_version_2_groups_is_named():
    with pytest.raises(UserError, match="no cgroup2"):
        cgroup.cgroup2_root("proc /proc proc rw 0 0\n")


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} cannot be forwarded"):
            forwards.check_port(port)


def test_listening_ports_are_told_from_connections():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            listening = forwards.listening_ports(Path("/proc/net/tcp").read_text())
            assert port in listening
            assert client.getsockname()[1] not in listening


@pytest.fixture
def labs(tmp_path, monkeypatch):
    """A machine's directory of claims, and control groups of labs that are said to live."""
    living = tmp_path / "groups"
    living.mkdir()
    monkeypatch.setattr(registry, "RUN", tmp_path / "run")
    monkeypatch.setattr(cgroup, "_root", lambda: living)

    def claimed(name, text, *, lives):
        (tmp_path / "run" / name).mkdir(parents=True)
        (tmp_path / "run" / name / "claim.json").write_text(text)
        if lives:
            (living / f"sightline-lab-{name}").mkdir()

    return claimed


@pytest.mark.parametrize("text", ["", '{"subnet": "192.1', "[]", '{"subnet": "192.168.56"}'])
def test_a_claim_that_cannot_be_read_is_named_with_what_ends_the_lab(labs, text):
    labs("broken", text, lives=True)
    with pytest.raises(UserError, match="the claim of lab broken cannot be read") as caught:
        registry.held("broken")
    assert caught.value.hint.startswith(f"rm {registry.RUN}/broken/claim.json, ")


def test_a_broken_claim_of_a_lab_that_is_gone_binds_nobody(labs):
    labs("broken", "", lives=False)
    assert registry.held("broken") is None


def test_a_machine_without_room_for_the_hosts_is_told_how_much_they_want():
    gib = 1 << 30
    preflight.check_room(4, memory=4 * gib, disk=4 * gib)
    with pytest.raises(UserError, match=r"^1\.0 GiB of memory are free, and 4 hosts want 2\.0$"):
        preflight.check_room(4, memory=gib, disk=4 * gib)
    with pytest.raises(UserError, match=r"^0\.2 GiB of disk are free, and 1 host wants 0\.5$"):
        preflight.check_room(1, memory=gib, disk=gib // 5)
    preflight.check_room(0, memory=0, disk=0)  # those that run already want no more


def test_memory_that_can_be_had_is_read_from_the_kernel():
    assert preflight.available_memory("MemTotal: 9 kB\nMemAvailable:   2048 kB\n") == 2 << 20


def test_what_is_in_the_way_of_a_lab_is_told_before_anything_is_made(labs, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        topology = parse(
            "hosts: [{name: one, address: 10, suite: trixie}]\n"
            f"forwards: [{{port: {port}, to: 'one:80'}}]",
            subnet="192.168.251",
        )
        planned = plan("mine", topology)
        with pytest.raises(UserError, match=f"port {port} cannot be forwarded"):
            forwards.check_free(planned)
    forwards.check_free(planned)
    labs("other", '{"subnet": "192.168.251", "folder": "/there"}', lives=True)
    with pytest.raises(UserError, match=r"subnet 192\.168\.251 is taken by lab other"):
        plan("mine", topology)
    assert not (tmp_path / "run" / "mine").exists()


def test_a_host_whose_base_is_gone_from_the_cache_is_not_given_another_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    spec = HostSpec("cp-01", "192.168.56.10", "trixie")
    host = Host(spec, Claim("mine", "192.168.56", tmp_path / "mine"))
    (tmp_path / "mine/hosts").mkdir(parents=True)
    base_tree("trixie").mkdir(parents=True)
    host.prepare()
    host.prepare()
    base_tree("trixie").rmdir()
    with pytest.raises(UserError, match="the disk of cp-01 has lost its base") as caught:
        host.prepare()
    assert caught.value.hint == "python -m lab --name mine down, then up: the host begins anew"
