import pytest

from plugins.module_utils.preflight import (
    group_mistakes,
    identity_mistakes,
    variable_mistakes,
    version_mistakes,
)

DATA_PLANE = {"host_address": "10.0.0.1", "data_plane_id": "one", "data_plane_environment": "dev"}


def identities(**hosts):
    return list(identity_mistakes(hosts, {"data_plane": list(hosts)}))


def test_a_complete_inventory_has_no_mistakes():
    assert identities(a=DATA_PLANE) == []
    assert list(group_mistakes({"data_plane": ["a"]})) == []


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
