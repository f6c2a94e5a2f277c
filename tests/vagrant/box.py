"""The box: Debian as the disk of a virtual machine, built here once, with its kernel beside it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from toolkit.console import step
from toolkit.errors import UserError
from toolkit.files import cache_root, locked, staging
from toolkit.process import run

SUITE = "bookworm"
PACKAGES = (
    "ca-certificates",
    "curl",
    "dbus",
    "initramfs-tools",
    "iproute2",
    "kmod",
    "linux-image-cloud-amd64",
    "nftables",
    "openssh-server",
    "procps",
    "python3",
    "python3-apt",
    "rsync",
    "sudo",
    "systemd-resolved",
    "systemd-sysv",
    "systemd-timesyncd",
    "udev",
    "zstd",
)
GIGABYTES = 20
"""What the machine sees; the disk takes no more here than what is written to it."""

_UNREAD = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
_SOURCE = Path(__file__).with_name("box")
_CUSTOMIZE, _VAGRANTFILE = _SOURCE / "customize.sh", _SOURCE / "Vagrantfile"
_KEYS = Path("/usr/share/rubygems-integration/all/gems")


def box() -> Path:
    """Return the box, which is built unless the cache has one of the same ingredients."""
    final = place()
    with locked(final.with_suffix(".lock"), purpose="the box"):
        if not final.exists():
            with step(f"Building a box of Debian {SUITE}, once"), staging(final) as folder:
                _build(folder)
                (folder / final.name).rename(final)
    return final


def place() -> Path:
    """Return where the box lies once it is built; other ingredients have another place."""
    texts = [path.read_text(encoding="utf-8") for path in (_CUSTOMIZE, _VAGRANTFILE)]
    ingredients = [SUITE, *PACKAGES, *_UNREAD, str(GIGABYTES), *texts]
    key = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:12]
    return cache_root() / "vagrant" / f"{SUITE}-{key}.box"


def _build(folder: Path) -> None:
    """Build the box in a folder: no loop device, no mount outside, no boot loader."""
    tree, raw = folder / "tree", folder / "raw"
    nice = ("nice", "-n", "5")
    run(
        [
            *(*nice, "unshare", "--mount", "--propagation=private"),
            *("mmdebstrap", "--mode=root", "--variant=minbase"),
            f"--include={','.join(PACKAGES)}",
            *(f"--dpkgopt=path-exclude={pattern}" for pattern in _UNREAD),
            f"--customize-hook={_CUSTOMIZE}",
            *(SUITE, tree),
        ],
        env={"BOX": folder, "VAGRANT_KEY": _public_key()},
    )
    run(["truncate", f"--size={GIGABYTES}G", raw])
    run([*nice, "mkfs.ext4", "-q", "-E", "lazy_itable_init=1", "-d", tree, raw])
    run([*nice, "qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, folder / "box.img"])
    metadata = {"provider": "libvirt", "format": "qcow2", "virtual_size": GIGABYTES}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="ascii")
    shutil.copy(_VAGRANTFILE, folder)
    members = ("metadata.json", "Vagrantfile", "box.img", "vmlinuz", "initrd.img")
    run(["tar", "--create", f"--file={folder / place().name}", f"--directory={folder}", *members])


def _public_key() -> Path:
    """Return the well-known key that Debian's Vagrant logs in with at first."""
    found = sorted(_KEYS.glob("vagrant-[0-9]*/keys/vagrant.pub"))
    if not found:
        raise UserError("vagrant is not installed", hint="make test-vagrant")
    return found[-1]
