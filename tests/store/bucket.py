"""What lies in the bucket, and what those may do who have a key to it.

Only hosts of the control plane reach it, and secrets stay on them: requests are sent from the host
of the store, with the client that prepares the bucket there and the keys that lie beside it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lab.host import Host

SEND = Path(__file__).with_name("send_requests.py")
KEY_OF = "/etc/sightline/thanos-{}/{}/objstore.yml"
UPLOADED = r"<Key>([0-9A-Z]{26}/meta\.json)</Key><LastModified>([^<]+)</LastModified>"
"""What a listing says of the file that is uploaded last: a block without it is none yet."""


class Ask(NamedTuple):
    """A request; `path` may name the bucket by {bucket}."""

    method: str
    path: str
    query: Mapping[str, str] = {}
    body: str = ""


class Said(NamedTuple):
    """What was answered."""

    status: int
    body: str


@dataclass(frozen=True)
class Block:
    """A block of samples; times are seconds since 1970."""

    name: str
    replica: str
    begin: float
    end: float
    uploaded: float


@dataclass(frozen=True)
class Bucket:
    """A bucket, served by a provider on a host."""

    host: Host
    provider: str = "minio"

    def ask(
        self, identity: str, requests: Iterable[Ask], generation: str = "current"
    ) -> list[Said]:
        """Send requests as `sidecar`, `store` or `compact`, or as `admin`, who prepares the bucket.

        The key is that of a generation of the component. Anybody else is `name:secret`, and nobody
        is the empty text.
        """
        known = identity in ("sidecar", "store", "compact")
        key = KEY_OF.format(identity, generation) if known else identity
        words = [f"/etc/sightline/{self.provider}/current", key, json.dumps(list(requests))]
        command = shlex.join(["python3", "-B", "-", *words])
        said = self.host.run(command, stdin=SEND.read_text(encoding="utf-8")).stdout
        return [Said(*one) for one in json.loads(said)]

    def blocks(self) -> list[Block]:
        """Return the blocks that sidecars have uploaded and nobody has compacted, by upload."""
        (listed,) = self.ask("store", [Ask("GET", "/{bucket}", {"list-type": "2"})])
        uploaded = dict(re.findall(UPLOADED, listed.body))
        told = self.ask("store", [Ask("GET", f"/{{bucket}}/{key}") for key in uploaded])
        blocks = [
            _block(json.loads(one.body), at)
            for one, at in zip(told, uploaded.values(), strict=True)
            if one.status == 200 and json.loads(one.body)["thanos"]["source"] == "sidecar"
        ]
        return sorted(blocks, key=lambda block: block.uploaded)


def _block(meta: Mapping[str, Any], uploaded: str) -> Block:
    return Block(
        name=meta["ulid"],
        replica=meta["thanos"]["labels"]["replica"],
        begin=meta["minTime"] / 1000,
        end=meta["maxTime"] / 1000,
        uploaded=dt.datetime.fromisoformat(uploaded).timestamp(),
    )
