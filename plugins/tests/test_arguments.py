"""What modules document is what they accept."""

import pytest

from plugins.modules import drop_in
from plugins.plugin_utils.arguments import argument_spec


def test_documented_options_become_arguments_at_every_depth():
    documented = """
    options:
      release:
        description: The artifact.
        type: dict
        options: {name: {description: Its name., type: str, required: true}}
    """
    name = {"type": "str", "required": True}
    assert argument_spec(documented) == {"release": {"type": "dict", "options": {"name": name}}}


@pytest.mark.parametrize("module", [drop_in], ids=lambda module: module.__name__)
def test_a_module_without_an_action_accepts_what_it_documents(module):
    assert argument_spec(module.DOCUMENTATION) == module.ARGUMENTS
