"""What roles document is what they do."""

from operator import attrgetter
from pathlib import Path

import pytest
import yaml

ROLES = sorted(path for path in Path("roles").iterdir() if (path / "tasks").is_dir())
ENVIRONMENTS = ("dev", "qa", "prod")


def load(path):
    return yaml.safe_load(path.read_text()) if path.exists() else {}


@pytest.mark.parametrize("role", ROLES, ids=attrgetter("name"))
def test_argument_specs_state_the_real_defaults(role):
    options = load(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {
        name: option["default"] for name, option in options.items() if "default" in option
    }
    defaults = load(role / "defaults/main.yml")
    # What is worked out from other variables may be described in words.
    expected = {name: v for name, v in defaults.items() if name in documented or "{{" not in str(v)}
    assert documented == expected
    assert set(defaults) <= set(options)


@pytest.mark.parametrize("role", ROLES, ids=attrgetter("name"))
def test_every_option_says_what_it_is_for(role):
    options = load(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    for name, option in options.items():
        assert option.get("description"), f"{role.name}: {name} has no description"


def test_the_environments_define_the_same_keys():
    keys = {
        name: sorted(load(Path(f"inventories/{name}/group_vars/{name}.yml")))
        for name in ENVIRONMENTS
    }
    assert keys["dev"] == keys["qa"] == keys["prod"]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_environment_sees_the_one_control_plane(name):
    linked = Path(f"inventories/{name}/control_plane.yml").resolve()
    assert linked == Path("inventories/control_plane/hosts.yml").resolve()


def test_no_role_and_no_playbook_names_an_environment():
    for path in [*Path("roles").glob("*/*/*.*"), *Path("playbooks").glob("*.yml")]:
        if "tests" not in path.parts:
            words = set(path.read_text().replace("-", " ").replace('"', " ").split())
            assert not words & set(ENVIRONMENTS), path
