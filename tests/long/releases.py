"""Releases of the real programs whose checker can be held up.

Two editions of each, which differ in one file and so in their digest: enough to deploy another
release, and to see which one a process runs.
"""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from toolkit.files import sha256_of

HELD = "/run/held"
"""Where hosts keep what is held up, one file each; gone after a reboot."""

WAITING = f"while [ -e {HELD}/check ]; do sleep 0.1; done"
CHECKERS = {
    "otelcol": f'#!/bin/sh\n[ "$1" != validate ] || {WAITING}\nexec "$0.real" "$@"\n',
    "promtool": f'#!/bin/sh\n{WAITING}\nexec "$0.real" "$@"\n',
}
"""What stands in a release for the program of that name, which moves to NAME.real."""

API_CHECKER = "shopapi/__main__.py"
API_WAITING = f"""
import os, time
while os.path.exists("{HELD}/check"): time.sleep(0.1)
"""


def edition(release: Mapping[str, str], name: str, directory: Path) -> dict[str, str]:
    """Pack a release anew, with a checker that waits while it is held up.

    `release` is what `python -m artifacts build --json` says of it; so is what comes back.
    """
    path = directory / f"{Path(release['path']).stem}-{name}.tar"
    with tarfile.open(release["path"]) as original, tarfile.open(path, "w") as packed:
        for member in original.getmembers():
            stream = original.extractfile(member) if member.isreg() else None
            content = stream.read() if stream else b""
            if member.name.endswith(API_CHECKER):
                content = _waiting(content)
            if member.name in CHECKERS:
                _add(packed, member, CHECKERS[member.name].encode())
                member.name += ".real"
            _add(packed, member, content)
        _add(packed, tarfile.TarInfo("edition"), name.encode())
    digest = sha256_of(path)
    version = release["name"].rpartition("-")[0]
    return {**release, "name": f"{version}-{digest[:12]}", "sha256": digest, "path": str(path)}


def _waiting(source: bytes) -> bytes:
    imports = b"from __future__ import annotations\n"
    assert imports in source
    return source.replace(imports, imports + API_WAITING.encode(), 1)


def _add(packed: tarfile.TarFile, member: tarfile.TarInfo, content: bytes) -> None:
    member.size = len(content)
    packed.addfile(member, io.BytesIO(content) if member.isreg() else None)
