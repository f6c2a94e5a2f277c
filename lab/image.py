"""Base trees: one per Debian suite, built once and shared by every host as its lower layer."""

from __future__ import annotations

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.cgroup import Group
from toolkit.console import step
from toolkit.files import cache_root, locked
from toolkit.process import run

PACKAGES = (
    "ca-certificates",
    "curl",
    "dbus",
    "iproute2",
    "nftables",
    "openssh-server",
    "procps",
    "python3",
    "python3-apt",
    "sudo",
    "systemd",
    "systemd-sysv",
    "systemd-timesyncd",
)
_UNREAD = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
_CUSTOMIZE = Path(__file__).with_name("customize.sh")


def recipe(suite: str) -> list[str]:
    """Return the command that builds a suite's tree, but for the target directory.

    It runs in a mount namespace of its own, so that an interrupted build leaves no mount.
    """
    return [
        *("unshare", "--mount", "--propagation=private"),
        *("mmdebstrap", "--mode=root", "--variant=minbase"),
        f"--include={','.join(PACKAGES)}",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _UNREAD),
        f"--customize-hook={_CUSTOMIZE}",
        suite,
    ]


def base_tree(suite: str) -> Path:
    """Return where a suite's tree lies once it is built; another recipe has another place."""
    ingredients = [suite, *PACKAGES, *_UNREAD, _CUSTOMIZE.read_text(encoding="utf-8")]
    key = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:12]
    return cache_root() / "lab" / f"{suite}-{key}"


def build_missing(suites: set[str], *, group: Group) -> None:
    """Build the trees that are not there yet, side by side, inside `group`."""
    missing = sorted(suite for suite in suites if not base_tree(suite).exists())
    if not missing:
        return
    with step(f"Building Debian {' and '.join(missing)}, once"), ThreadPoolExecutor() as pool:
        try:
            for build in [pool.submit(_build, suite, group) for suite in missing]:
                build.result()
        except BaseException:  # also ^C: the pool waits for its threads, they for the builds
            group.kill()
            raise


def _build(suite: str, group: Group) -> None:
    final = base_tree(suite)
    partial = final.with_suffix(".partial")
    with locked(final.with_suffix(".lock"), purpose=f"Debian {suite}"):
        if final.exists():
            return
        if partial.exists():  # an interrupted build's
            shutil.rmtree(partial)
        group.run([*recipe(suite), partial])
        run(["sync", "--file-system", partial])
        partial.rename(final)
