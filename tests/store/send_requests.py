"""Send requests to the object store from the host on which it runs; needs Python's own library.

Arguments: where the store's configuration lies; whose requests they are: the file with a key,
`admin`, `name:secret`, or nothing for requests that nobody has signed; the requests in JSON. It
prints the answers in JSON, status and body of each.
"""

import http.client
import json
import re
import runpy
import sys
from pathlib import Path

configuration, identity, requests = sys.argv[1:]
Store = runpy.run_path(f"{configuration}/provision.py")["Store"]
wanted = json.loads(Path(configuration, "provision.json").read_text())


def key_of(name: str) -> tuple[str, ...]:
    """Return access key and secret key."""
    if name == "admin":
        return wanted["admin"]["access_key"], wanted["admin"]["secret_key"]
    if not name.startswith("/"):
        return tuple(name.split(":"))
    pairs = dict(re.findall(r'^  (\w+_key): "(.+)"$', Path(name).read_text(), re.MULTILINE))
    return pairs["access_key"], pairs["secret_key"]


def send_unsigned(method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Send a request as nobody."""
    connection = http.client.HTTPConnection(wanted["endpoint"], timeout=10)
    connection.request(method, f"{path}?{'&'.join(map('='.join, query.items()))}", body)
    answer = connection.getresponse()
    return answer.status, answer.read()


send = (
    Store(wanted["endpoint"], wanted["region"], *key_of(identity)).request
    if identity
    else send_unsigned
)
answers = [
    send(method, path.format(bucket=wanted["bucket"]), query, body.encode())
    for method, path, query, body in json.loads(requests)
]
print(json.dumps([(status, body.decode(errors="replace")) for status, body in answers]))
