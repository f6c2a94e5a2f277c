"""The file that pages read, made of one for each environment."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path("roles/dashboard/files/configure.py")
BASE = {
    "version": "0.1.0",
    "pages": "set by the fixture",
    "query": "thanos",
    "refresh_seconds": 10,
    "scrape_interval": "10s",
    "links": [],
}
ENVIRONMENT = {
    "title": "x",
    "slot": None,
    "order": None,
    "thresholds": {"error_ratio": 0.05},
    "data_planes": [{"id": "dp-1", "host": "dp-1"}],
}


@pytest.fixture(scope="module")
def configure():
    spec = importlib.util.spec_from_file_location("configure", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path):
    """A tree with two environments."""
    (tmp_path / "config.d").mkdir()
    shipped = [{"name": "slo", "title": "SLO", "description": "", "from": "shipped"}]
    (tmp_path / "pages/templates").mkdir(parents=True)
    (tmp_path / "pages/templates/index.json").write_text(json.dumps({"templates": shipped}))
    write_base(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "merged").mkdir()
    for name in ("north", "south"):
        write(tmp_path, name)
    return tmp_path


def write_base(tree, **changes):
    base = {**BASE, "pages": str(tree / "pages"), **changes}
    (tree / "config.json").write_text(json.dumps(base))


def write(tree, name, **changes):
    content = {"name": name, **ENVIRONMENT, **changes}
    (tree / f"config.d/{name}.json").write_text(json.dumps(content))


def merge(tree, command="merge"):
    command = [sys.executable, PROGRAM, command, tree, tree / "merged"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def shown(tree):
    done = merge(tree)
    assert done.returncode == 0, done.stderr
    return json.loads((tree / "merged/config.json").read_text())


def places(tree):
    return [(one["name"], one["slot"]) for one in shown(tree)["environments"]]


def test_environments_are_shown_by_name_and_keep_what_they_say(tree):
    merged = shown(tree)
    assert merged == {
        "version": "0.1.0",
        "query": "thanos",
        "refresh_seconds": 10,
        "links": [],
        "scrape_interval_seconds": 10,
        "environments": [
            {
                "name": name,
                "title": "x",
                "slot": slot,
                "thresholds": {"error_ratio": 0.05},
                "data_planes": [{"id": "dp-1", "host": "dp-1"}],
            }
            for name, slot in (("north", 1), ("south", 2))
        ],
    }


def test_a_control_plane_without_environments_has_a_file_too(tree):
    for path in (tree / "config.d").iterdir():
        path.unlink()
    assert shown(tree)["environments"] == []


def test_an_order_is_kept_and_those_without_come_last_by_name(tree):
    write(tree, "south", order=1)
    write(tree, "east")
    assert [name for name, _ in places(tree)] == ["south", "east", "north"]


def test_a_place_that_somebody_asks_for_is_left_free_by_the_others(tree):
    write(tree, "south", slot=1)
    write(tree, "east", slot=3)
    assert places(tree) == [("east", 3), ("north", 2), ("south", 1)]


def test_nobody_changes_colour_because_another_one_comes_or_goes(tree):
    assert places(tree) == [("north", 1), ("south", 2)]
    write(tree, "east")
    assert places(tree) == [("east", 3), ("north", 1), ("south", 2)]
    (tree / "config.d/north.json").unlink()
    assert places(tree) == [("east", 3), ("south", 2)]
    write(tree, "arctic")
    assert places(tree) == [("arctic", 1), ("east", 3), ("south", 2)]


def test_who_asks_for_a_place_has_it_and_only_who_was_there_moves(tree):
    assert places(tree) == [("north", 1), ("south", 2)]
    write(tree, "east", slot=2)
    assert places(tree) == [("east", 2), ("north", 1), ("south", 3)]


def test_a_spoilt_file_of_the_last_time_is_no_obstacle(tree):
    (tree / "merged.json").write_text("{")
    assert places(tree) == [("north", 1), ("south", 2)]


def test_there_are_places_for_more_environments_than_colours(tree):
    for number in range(9):
        write(tree, f"more-{number}", slot=number + 20 if number % 2 else None)
    slots = [slot for _, slot in places(tree)]
    assert len(set(slots)) == len(slots) == 11


@pytest.mark.parametrize(
    ("said", "seconds"), [("10s", 10), ("1m30s", 90), ("500ms", 0.5), ("1h", 3600)]
)
def test_durations_are_those_of_prometheus(configure, said, seconds):
    assert configure.seconds(said) == seconds


@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        ("south", {"title": ""}, "config.d/south.json: title '' is no text"),
        ("south", {"slot": 0}, "config.d/south.json: slot 0 is no number from 1 up"),
        ("south", {"order": "1"}, "config.d/south.json: order '1' is no number from 1 up"),
        (
            "south",
            {"thresholds": {"p95_seconds": "high"}},
            "config.d/south.json: threshold p95_seconds 'high' is no number above 0",
        ),
        (
            "south",
            {"thresholds": {"p95": 1}},
            "config.d/south.json: there is no threshold p95",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line_and_what_was_shown_stays(tree, name, changes, line):
    before = shown(tree)
    write(tree, name, **changes)
    done = merge(tree)
    assert (done.returncode, done.stderr) == (1, f"{line}\n")
    assert json.loads((tree / "merged/config.json").read_text()) == before


def test_where_nothing_can_be_written_a_reload_fails_and_a_start_does_not(tree):
    before = shown(tree)
    write(tree, "north", title="Up there")
    (tree / "merged/config.json.new").mkdir()
    done = merge(tree)
    assert (done.returncode, done.stderr) == (1, "config.json: Is a directory\n")
    done = merge(tree, "start")
    said = "config.json: Is a directory; what was merged before stays\n"
    assert (done.returncode, done.stderr) == (0, said)
    assert json.loads((tree / "merged/config.json").read_text()) == before


def test_what_cannot_be_written_for_the_first_time_is_told_in_one_line(tree):
    (tree / "merged/config.json.new").mkdir()
    done = merge(tree, "start")
    assert (done.returncode, done.stderr) == (1, "config.json: Is a directory\n")


def test_what_was_merged_and_then_spoilt_is_made_anew(tree):
    before = shown(tree)
    (tree / "merged/config.json").write_text('{"environments": [1]}')
    assert shown(tree) == before


def test_a_link_that_leads_into_a_script_is_a_mistake(tree):
    link = {"name": "tea", "url": "javascript:tea()"}
    write_base(tree, links=[link])
    assert merge(tree).stderr == "config.json: link javascript:tea() is no web address\n"


def test_a_place_for_two_is_a_mistake(tree):
    write(tree, "north", slot=2)
    write(tree, "south", slot=2)
    assert merge(tree).stderr == "config.d/south.json: slot 2 is taken by north\n"


def test_a_file_that_is_cut_off_is_named(tree):
    (tree / "config.d/south.json").write_text('{"name": ')
    said = merge(tree).stderr
    assert said.startswith("south.json: Expecting value")
    assert said.count("\n") == 1


# ------------------------------------------------------------------------ the site's own dashboards


def template(name, /, **display):
    return {"kind": "Dashboard", "metadata": {"name": name}, "spec": {"display": display}}


def bring(tree, file, content):
    text = content if isinstance(content, str) else json.dumps(content)
    (tree / f"templates/{file}.json").write_text(text)
    return text


def listed(tree):
    done = merge(tree)
    assert done.returncode == 0, done.stderr
    return json.loads((tree / "merged/templates/index.json").read_text())["templates"]


def test_templates_of_the_site_are_listed_and_served_as_they_came(tree):
    text = bring(tree, "any-file", json.dumps(template("Nodes_1.2", name="Our nodes"), indent=7))
    assert listed(tree) == [
        {"name": "slo", "title": "SLO", "description": "", "from": "shipped"},
        {"name": "Nodes_1.2", "title": "Our nodes", "description": "", "from": "yours"},
    ]
    assert (tree / "merged/templates/Nodes_1.2.json").read_text() == text


def test_a_template_of_the_site_stands_for_a_shipped_one_of_its_name(tree):
    bring(tree, "ours", template("slo", name="Ours", description="by us"))
    assert listed(tree) == [
        {"name": "slo", "title": "Ours", "description": "by us", "from": "yours"}
    ]


def test_a_template_that_is_taken_away_is_served_no_longer(tree):
    bring(tree, "ours", template("ours"))
    assert len(listed(tree)) == 2
    (tree / "templates/ours.json").unlink()
    assert len(listed(tree)) == 1
    assert [path.name for path in (tree / "merged/templates").iterdir()] == ["index.json"]


def test_a_site_without_templates_needs_no_directory_for_them(tree):
    (tree / "templates").rmdir()
    assert [one["name"] for one in listed(tree)] == ["slo"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"kind": ', "Expecting value: line 1 column 10 (char 9)"),
        ('{"kind": NaN}', "NaN is no JSON"),
        ("[]", "it is no template of a dashboard, whose kind is Dashboard"),
        ({"kind": "Panel"}, "it is no template of a dashboard, whose kind is Dashboard"),
        (
            {"kind": "Dashboard", "metadata": []},
            "metadata.name '' is no name of at most 75 letters, digits, _ . and -",
        ),
        (
            template("../config"),
            "metadata.name '../config' is no name of at most 75 letters, digits, _ . and -",
        ),
        (
            template("index"),
            "metadata.name 'index' is no name of at most 75 letters, digits, _ . and -",
        ),
        ("[" * 200_000, "it is nested too deeply"),
        (" " * 1_000_001, "1000001 bytes, and 1000000 are the most"),
    ],
    ids=["cut", "nan", "list", "panel", "unnamed", "path", "index", "deep", "long"],
)
def test_a_template_that_cannot_be_opened_is_named_in_one_line(tree, content, line):
    bring(tree, "bad", content)
    done = merge(tree)
    assert (done.returncode, done.stderr) == (1, f"templates/bad.json: {line}\n")
    assert list((tree / "merged").iterdir()) == []


def test_two_templates_of_one_name_are_a_mistake(tree):
    for file in ("a", "b"):
        bring(tree, file, template("twice"))
    assert merge(tree).stderr == "templates/b.json: the name twice is taken by another file\n"
