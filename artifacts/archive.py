"""Release trees as archives whose bytes depend on names and contents alone."""

from __future__ import annotations

import tarfile
from pathlib import Path


def pack(tree: Path, archive: Path) -> Path:
    """Write everything below `tree` into a new uncompressed tar and return that.

    Order, times, owners and modes say nothing about who packed it, where or when; of the modes
    only "executable" is kept.
    """
    with tarfile.open(archive, "x", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted(tree.rglob("*")):
            entry = _entry(path, path.relative_to(tree).as_posix())
            if entry.isreg():
                with path.open("rb") as stream:
                    tar.addfile(entry, stream)
            else:
                tar.addfile(entry)
    return archive


def _entry(path: Path, name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)  # its time is 0, its owner root
    if path.is_symlink():
        entry.type, entry.mode, entry.linkname = tarfile.SYMTYPE, 0o777, str(path.readlink())
    elif path.is_dir():
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
    else:
        status = path.stat()
        entry.size = status.st_size
        entry.mode = 0o755 if status.st_mode & 0o100 else 0o644
    return entry
