"""A package manager that is no more than what a test lets it do."""

import base64
import hashlib
import io
import json
import tarfile

VERSION = "1.0.0"


def packed(program: str) -> bytes:
    """Return a package called pnpm with this program."""
    files = {
        "package.json": json.dumps({"name": "pnpm", "version": VERSION}),
        "bin/pnpm.mjs": program,
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def integrity(archive: bytes) -> str:
    """Return what a lock says of a package."""
    return f"sha512-{base64.b64encode(hashlib.sha512(archive).digest()).decode()}"
