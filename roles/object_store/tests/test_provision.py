"""How `provision.py` gets on with a MinIO that is slow, or keeps half of what it is told."""

import io
import json
import os
import runpy
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PROVISION = runpy.run_path("roles/object_store/files/provision.py")
IDENTITIES = {
    name: {"secret_key": "s" * 40, "policy": {"Version": "2012-10-17", "Statement": []}}
    for name in ("reader", "writer")
}


class Starting(ThreadingHTTPServer):
    """Answers as MinIO does; `late` times it has not read its identities yet."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.late = 0
        self.kept = set(IDENTITIES)
        self.asked = []

    def answer(self, path):
        name = path.partition("?")[0].rpartition("/")[2]
        self.asked.append(name)
        if name == "groups" and self.late:
            self.late -= 1
            return 503, b"Server not initialized"
        if name == "export-iam":
            return 200, self.exported()
        return 200, b"null"

    def exported(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("iam-assets/users.json", json.dumps(IDENTITIES))
            bound = {name: {"policy": name} for name in self.kept}
            packed.writestr("iam-assets/user_mappings.json", json.dumps(bound))
        return archive.getvalue()


class Handler(BaseHTTPRequestHandler):
    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def do_GET(self):
        status, body = self.server.answer(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def minio():
    with Starting() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def provision(minio):
    wanted = {
        "endpoint": f"127.0.0.1:{minio.server_port}",
        "region": "us-east-1",
        "bucket": "sightline",
        "admin": {"access_key": "admin", "secret_key": "secret"},
        "identities": IDENTITIES,
    }
    PROVISION["provision"](wanted, os.getpid())


def test_identities_are_imported_once_minio_has_read_its_own(minio):
    minio.late = 2
    provision(minio)
    assert minio.asked == ["sightline"] * 2 + ["groups"] * 3 + ["import-iam", "export-iam"]


def test_an_import_of_which_minio_kept_a_part_is_no_success(minio):
    minio.kept = {"reader"}
    with pytest.raises(PROVISION["ProvisionError"], match="1 of 2 identities no rights"):
        provision(minio)
