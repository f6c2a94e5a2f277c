import pytest

from plugins.module_utils.deploy.model import DeployError
from plugins.module_utils.deploy.probe import plain_values
from plugins.module_utils.deploy.unit import HARDENED, render_unit
from plugins.module_utils.deploy.units import UnitState, parse_show


def render(**service):
    return render_unit("x", "sightline-x", {"Service": service}, "/etc/sightline/x/current")


def test_every_unit_carries_the_whole_hardening():
    lines = render(ExecStart="/bin/x").splitlines()
    for directive in HARDENED:
        assert any(line.startswith(f"{directive}=") for line in lines), directive


def test_a_list_becomes_one_line_for_each_item():
    lines = render(Environment=["A=1", "B=2"]).splitlines()
    assert [line for line in lines if line.startswith("Environment")] == [
        "Environment=A=1",
        "Environment=B=2",
    ]


def test_what_a_role_says_replaces_the_default():
    assert "RestrictAddressFamilies=AF_NETLINK\n" in render(RestrictAddressFamilies="AF_NETLINK")


def test_the_state_the_process_was_started_from_is_noted_by_root():
    assert (
        "ExecStartPre=+/usr/bin/install -D -m 0644 -t /run/sightline/x"
        " /etc/sightline/x/current/started /etc/sightline/x/current/loaded\n"
    ) in render()


@pytest.mark.parametrize("value", ["/bin/x\nUser=root", "/bin/x\rUser=root", "/bin/x \\"])
def test_a_value_cannot_begin_a_directive_of_its_own(value):
    with pytest.raises(DeployError, match="ExecStart spans several lines"):
        render(ExecStart=value)


def test_a_role_that_prepares_something_does_not_lose_the_note():
    lines = [
        line for line in render(ExecStartPre="/bin/prepare").splitlines() if "StartPre" in line
    ]
    assert "/install " in lines[0]
    assert lines[1:] == ["ExecStartPre=/bin/prepare"]


def test_a_misspelt_section_is_refused():
    with pytest.raises(DeployError, match="no section Sevice"):
        render_unit("x", "x", {"Sevice": {}}, "/x")


def test_a_directive_without_a_value_is_refused():
    with pytest.raises(DeployError, match="Nice has no value"):
        render(Nice=None)


def test_show_keeps_equal_signs_in_values():
    assert parse_show("A=b=c\nB=\n") == {"A": "b=c", "B": ""}


@pytest.mark.parametrize(
    ("state", "running", "text"),
    [
        (UnitState("active", "running", 0, "success", ""), True, "active (running)"),
        (
            UnitState("activating", "auto-restart", 4, "exit-code", ""),
            False,
            "activating (auto-restart, exit-code, restarted 4 times)",
        ),
        (
            UnitState("active", "running", 1, "success", ""),
            True,
            "active (running, restarted once)",
        ),
        (UnitState("inactive", "dead", 0, "", ""), False, "inactive (dead)"),
    ],
    ids=["up", "crash loop", "up again", "down"],
)
def test_a_unit_state_tells_whether_a_process_is_there(state, running, text):
    assert state.running is running
    assert str(state) == text


def test_samples_without_labels_are_read_and_others_passed_over():
    page = '# HELP up x\nup 1\nlabelled{a="b"} 2\nbroken x\ntime 1.7e+09\n'
    assert plain_values(page) == {"up": 1.0, "time": 1.7e9}
