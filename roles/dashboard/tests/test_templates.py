"""The shipped dashboards ask what Prometheus understands."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.artifact import unpack
from toolkit.process import run

TEMPLATES = sorted(Path("apps/dashboard/public/templates").glob("*.json"))
BOARDS = [path for path in TEMPLATES if path.stem != "index"]
VARIABLE = re.compile(r"\$([a-z_]\w*)")


@pytest.fixture(scope="module")
def promtool(tmp_path_factory):
    """Give the promtool of the release that hosts get."""
    folder = tmp_path_factory.mktemp("prometheus")
    unpack("prometheus", folder)
    return folder / "promtool"


def questions(board):
    """Return every question of a board: those of its panels and of its variables."""
    spec = json.loads(board.read_text())["spec"]
    for panel in spec["panels"].values():
        for query in panel["spec"].get("queries", []):
            yield query["spec"]["plugin"]["spec"]["query"]
    for variable in spec["variables"]:
        yield from variable["spec"]["plugin"]["spec"]["matchers"]


def filled(question):
    """Give each variable a value that fits where it stands; a board of ours uses few."""
    return VARIABLE.sub(lambda name: "5m" if name[1].startswith("__") else "x", question)


@pytest.mark.parametrize("board", BOARDS, ids=lambda path: path.stem)
def test_promtool_reads_every_question(promtool, board, tmp_path):
    asked = [filled(question) for question in questions(board)]
    assert len(asked) > 5
    rules = [{"record": f"question:{index}", "expr": expr} for index, expr in enumerate(asked)]
    rules_file = tmp_path / "questions.yml"
    rules_file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    run([promtool, "check", "rules", "--lint=none", rules_file])
