import http.server
import json
import threading

import pytest

from artifacts.store import Store
from artifacts.tests.pnpm import VERSION


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache" / "artifacts")


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
