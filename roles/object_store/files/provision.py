"""Bring bucket, identities and rights of an object store to their described state.

Runs on the host after every start of the store, as its user, with Python's own library alone:
there is no client to install. Its arguments are the store's process and a JSON file, whose secrets
so never are arguments:

    endpoint, region, bucket: text
    admin: {access_key, secret_key}
    identities: {access key: {secret_key, policy}}   of MinIO, whose administration is spoken to
    bucket_policy: {…}                               of stores that keep rights with the bucket
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import http.client
import io
import json
import os
import sys
import time
import urllib.parse
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_WITHIN = 60.0
"""Seconds that the store may take to answer after its start."""

ADMINISTRATION = "/minio/admin/v3"


class ProvisionError(Exception):
    """The store does not do what is asked."""


@dataclass(frozen=True)
class Store:
    """An object store, and the credentials that requests to it are signed with."""

    endpoint: str
    region: str
    access_key: str
    secret_key: str

    def request(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, bytes]:
        """Send a signed request; return status and body. Raises OSError without an answer."""
        asked = urllib.parse.urlencode(sorted((query or {}).items()), quote_via=urllib.parse.quote)
        headers = self._signed(method, path, asked, body)
        connection = http.client.HTTPConnection(self.endpoint, timeout=READY_WITHIN)
        try:
            connection.request(method, f"{path}?{asked}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from None
        finally:
            connection.close()

    def _signed(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """Return the headers of a request signed by AWS Signature Version 4."""
        now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": self.endpoint, "x-amz-content-sha256": digest, "x-amz-date": now}
        names = ";".join(headers)
        listed = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"{method}\n{path}\n{query}\n{listed}\n{names}\n{digest}"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"AWS4{self.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}"
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return {**headers, "authorization": authorization}

    def expect(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        """Send a request and return the answer's body. Raises ProvisionError for a refusal."""
        status, answer = self.request(method, path, query, body)
        if status not in (200, 204):
            words = answer.decode(errors="replace").strip()
            raise ProvisionError(f"{method} {path} was answered {status}: {words}")
        return answer


def wait_for_answer(store: Store, method: str, path: str, process: int) -> tuple[int, bytes]:
    """Ask until the store no longer says that it is starting; return status and body.

    Raises OSError when its process has ended.
    """
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            status, body = store.request(method, path)
        except OSError as error:
            status, body = 503, str(error).encode()
        if status < 500 or time.monotonic() > deadline:
            return status, body
        os.kill(process, 0)  # whoever is gone will not answer
        time.sleep(0.2)


def wait_for_bucket(store: Store, bucket: str, process: int) -> None:
    """Wait until the store answers, and make the bucket if it is not there.

    Raises ProvisionError when it refuses, and OSError when its process has ended.
    """
    status, body = wait_for_answer(store, "PUT", f"/{bucket}", process)
    if status not in (200, 409):  # made, or there already
        words = body.decode(errors="replace").strip()
        raise ProvisionError(f"the bucket {bucket} could not be made: {words}")
    store.expect("GET", f"/{bucket}", {"max-keys": "1"})


def wait_for_identities(store: Store, process: int) -> None:
    """Wait until MinIO has read the identities that it knows already.

    It takes others before, and forgets them when it has read. Its groups are told only then.
    """
    status, body = wait_for_answer(store, "GET", f"{ADMINISTRATION}/groups", process)
    if status != 200:
        words = body.decode(errors="replace").strip()
        raise ProvisionError(f"MinIO has not read its identities: {words}")


def let_in(store: Store, identities: dict[str, Any]) -> None:
    """Let exactly these identities into MinIO, each with its own policy."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in {
            "policies": {key: one["policy"] for key, one in identities.items()},
            "users": {
                key: {"secretKey": one["secret_key"], "status": "enabled"}
                for key, one in identities.items()
            },
            "user_mappings": {key: {"version": 1, "policy": key} for key in identities},
        }.items():
            packed.writestr(f"iam-assets/{name}.json", json.dumps(content))
    store.expect("PUT", f"{ADMINISTRATION}/import-iam", {}, archive.getvalue())
    exported = store.expect("GET", f"{ADMINISTRATION}/export-iam")
    with zipfile.ZipFile(io.BytesIO(exported)) as packed:
        known = json.loads(packed.read("iam-assets/users.json"))
        bound = json.loads(packed.read("iam-assets/user_mappings.json"))
    # An import of which a part failed is answered like any other.
    if missing := sorted(set(identities) - set(bound)):
        raise ProvisionError(f"MinIO gave {len(missing)} of {len(identities)} identities no rights")
    for key in sorted(set(known) - set(identities)):
        store.expect("DELETE", f"{ADMINISTRATION}/remove-user", {"accessKey": key})


def provision(wanted: dict[str, Any], process: int) -> None:
    """Make bucket, identities and rights as described. Raises ProvisionError and OSError."""
    store = Store(wanted["endpoint"], wanted["region"], **wanted["admin"])
    wait_for_bucket(store, wanted["bucket"], process)
    if "identities" in wanted:
        wait_for_identities(store, process)
        let_in(store, wanted["identities"])
    if "bucket_policy" in wanted:
        policy = json.dumps(wanted["bucket_policy"]).encode()
        store.expect("PUT", f"/{wanted['bucket']}", {"policy": ""}, policy)


if __name__ == "__main__":
    try:
        provision(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), int(sys.argv[2]))
    except (ProvisionError, OSError) as error:
        sys.exit(f"provision: {error}")
