"""The checkout of the project that a run is made from; used on the controller."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..module_utils.deploy.model import Revision

ROOT = Path(__file__).resolve().parents[2]


def revision(directory: Path = ROOT) -> Revision:
    """Return commit time and short name of the checkout that holds a directory.

    Archives made by git name theirs in the file REVISION; of other copies nobody knows it.
    """
    # Whose checkout it is does not matter here: nothing of it is run.
    argv = ["git", "-C", str(directory), "-c", "safe.directory=*", "log", "-1", "--format=%ct %h"]
    try:
        said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        noted = directory / "REVISION"
        said = noted.read_text(encoding="ascii") if noted.is_file() else ""
    committed, _, name = said.strip().partition(" ")
    return Revision(int(committed), name) if committed.isdecimal() else Revision()


def environments(directory: Path = ROOT) -> list[str]:
    """Return the environments of which the checkout has an inventory."""
    return [path.name for path in (directory / "inventories").glob("*") if path.is_dir()]


def secret_file(directory: str) -> Path:
    """Return where the secrets of the control plane are; a relative path begins at the checkout."""
    return (ROOT / directory / "control_plane.yml").resolve()


def has_secrets(path: Path) -> bool:
    """Tell whether a file of secrets holds any."""
    return path.is_file() and path.stat().st_size > 0


def shown(path: Path) -> str:
    """Return a path as an operator in the checkout writes it."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
