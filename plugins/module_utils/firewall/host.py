"""The firewall of this host: what is stored, what is live, and the safe way between two rules.

New rules are loaded with a timer armed that puts the former ones back. Only a confirmation, which
the controller sends over a connection made under the new rules, stops the timer and stores them
for the next boot. Whoever dies in between (controller, connection, host), the former rules return.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..deploy import files, units
from ..deploy.model import DeployError
from ..deploy.process import run, words_of
from ..deploy.unit import HARDENED
from .rules import ABSENT, TABLE

NAME = "sightline-firewall"
UNIT = Path(f"/etc/systemd/system/{NAME}.service")
ENABLED = UNIT.parent / "sysinit.target.wants" / UNIT.name
STORED = Path("/etc/sightline/firewall/rules.nft")
"""What is loaded at boot: proven rules only."""

RUNTIME = Path("/run/sightline/firewall")
LOCK = RUNTIME.with_suffix(".lock")
REVERT = f"{NAME}-revert"
NFT = "/usr/sbin/nft"

EXCEPTIONS = {
    "CapabilityBoundingSet": "CAP_NET_ADMIN",
    "IPAddressDeny": "any",
    "PrivateTmp": "no",  # at this point of the boot there need not be a /tmp
    "PrivateUsers": "no",  # rules of the host are not made from a user namespace
    "RestrictAddressFamilies": "AF_NETLINK",
}

# Debian's own nftables.service flushes everything whenever it is started, reloaded or stopped.
UNIT_TEXT = f"""\
# Made by Ansible.
[Unit]
Description=Sightline firewall (nftables table {TABLE})
DefaultDependencies=no
Wants=network-pre.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={NFT} -f {STORED}
ExecReload={NFT} -f {STORED}
ExecStop={NFT} "{"; ".join(ABSENT.splitlines())}"
{{hardening}}
[Install]
WantedBy=sysinit.target
"""


@dataclass
class Outcome:
    """What a step did, or would do, or needs first."""

    changed: bool = False
    needs: list[str] = field(default_factory=list)
    unproven: bool = False
    """The rules are loaded, and go again unless they are confirmed."""
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    diff: list[dict[str, str]] = field(default_factory=list)


def unit_text() -> str:
    """Return the unit that loads the stored rules before the network is up."""
    lines = []
    for directive, value in {**HARDENED, **EXCEPTIONS}.items():
        values = [value] if isinstance(value, str | int | float) else value
        lines += [f"{directive}={one}\n" for one in values]
    return UNIT_TEXT.format(hardening="".join(lines))


# ------------------------------------------------------------------------------------- steps


def apply(wanted: str, holder: str, revert_after: float, *, check_mode: bool) -> Outcome:
    """Load the wanted rules unless they are in force, with the timer armed that takes them back.

    Raises DeployError when nft refuses them; nothing was changed then.
    """
    if shutil.which(NFT) is None:
        if not check_mode:
            return Outcome(needs=["nftables"])
        note = "not checked: nftables is not installed yet"
        reasons = ["nftables is missing"]
        return Outcome(changed=True, reasons=reasons, notes=[note], diff=_diff("", wanted))
    outcome = _compare(wanted)
    if check_mode or not outcome.changed:
        return outcome
    with _alone(holder):
        outcome = _compare(wanted)
        if outcome.changed:  # else whoever held the lock has done it
            _load(wanted, revert_after)
            outcome.unproven = True
    return outcome


def confirm(wanted: str, holder: str) -> Outcome:
    """Keep the loaded rules: stop the timer and store them for the next boot.

    Raises DeployError when the timer was quicker.
    """
    with files.locked(LOCK, holder):
        listing = _as_listed(wanted)
        if _live() == listing:
            _disarm()
        if _live() != listing:
            detail = "the former rules came back before the new ones were confirmed"
            raise DeployError("confirm", detail, "run again")
        STORED.parent.mkdir(parents=True, exist_ok=True)
        files.write(STORED, wanted)
        if files.text_of(UNIT) != unit_text().strip():
            files.write(UNIT, unit_text(), 0o644)
        files.point(ENABLED, f"../{UNIT.name}")
        units.systemctl("daemon-reload")
        units.systemctl("start", UNIT.name)
    return Outcome(changed=True)


def revert(wanted: str, holder: str) -> Outcome:
    """Put the former rules back if the wanted ones are still loaded and unproven."""
    with files.locked(LOCK, holder):
        if _pending() and _live() == _as_listed(wanted):
            _nft("-f", RUNTIME / "former.nft")
            _disarm()
    return Outcome()


def remove(holder: str, *, check_mode: bool) -> Outcome:
    """Remove our table, its unit and its rules; nothing else on the host is touched."""
    before = _leftovers()
    if not before or check_mode:
        return Outcome(bool(before), reasons=before, diff=_diff(_live() or "", ""))
    with _alone(holder):
        outcome = Outcome(changed=True, reasons=before, diff=_diff(_live() or "", ""))
        if UNIT.exists():
            units.systemctl("stop", UNIT.name)
        files.remove(ENABLED)
        files.remove(UNIT)
        if _live() is not None:  # loaded by somebody's hand: there was no unit to stop
            _nft("delete", "table", *TABLE.split())
        for directory in (STORED.parent, RUNTIME):
            shutil.rmtree(directory, ignore_errors=True)
        units.systemctl("daemon-reload")
    return outcome


# ----------------------------------------------------------------------------------- compare


def _compare(wanted: str) -> Outcome:
    """Say what differs from the wanted rules, once no other run is in the middle of a change."""
    _wait_until_settled()
    live, listing = _live(), _as_listed(wanted)
    unit = units.show(UNIT.name)
    differences = {
        "the table is not loaded": live is None,
        "the loaded table differs": live not in (None, listing),
        f"{STORED} differs": files.text_of(STORED) != wanted.strip(),
        f"{UNIT.name} differs": files.text_of(UNIT) != unit_text().strip() or unit.outdated,
        f"{UNIT.name} is not enabled": not ENABLED.is_symlink(),
        f"{UNIT.name} is {unit}": unit.active != "active",
    }
    reasons = [reason for reason, differs in differences.items() if differs]
    diff = _diff(live or "", listing)
    if not diff:  # what boots may differ from what is live
        diff = _diff(STORED.read_text() if STORED.is_file() else "", wanted, str(STORED))
    return Outcome(bool(reasons), reasons=reasons, diff=diff)


def _diff(before: str, after: str, header: str = f"table {TABLE}") -> list[dict[str, str]]:
    if before == after:
        return []
    return [{"before_header": header, "after_header": header, "before": before, "after": after}]


def _live() -> str | None:
    """Return the table as nft lists it, without counts, or None where there is none."""
    if shutil.which(NFT) is None:
        return None
    done = run([NFT, "--stateless", "list", "table", *TABLE.split()], stage="compare")
    if done.returncode != 0 and "No such file or directory" not in done.stderr:
        raise DeployError("compare", words_of(done))
    return done.stdout if done.returncode == 0 else None


def _as_listed(rules: str) -> str:
    """Return rules as this host's nft lists them once they are loaded.

    Each version of nft spells rules in its own way, so it is asked: in a network namespace that
    is gone afterwards, where the rules are really loaded and harm nobody. Raises DeployError with
    nft's words when it refuses them.
    """
    with files.staging(Path("/run")) as directory:
        path = directory / "rules.nft"
        path.write_text(rules)
        script = f'{NFT} -f "$0" && {NFT} --stateless list table {TABLE}'
        done = run(["unshare", "--net", "sh", "-c", script, str(path)], stage="check")
    if done.returncode != 0:
        words = words_of(done).replace(f"{directory}/", "")
        hint = "nothing was changed; correct the port table"
        raise DeployError("check", f"nft refused the rules: {words}", hint)
    return done.stdout


# -------------------------------------------------------------------------- load, take back


def _load(wanted: str, revert_after: float) -> None:
    RUNTIME.mkdir(mode=0o755, parents=True, exist_ok=True)
    former, candidate = RUNTIME / "former.nft", RUNTIME / "wanted.nft"
    files.write(former, ABSENT + (_live() or ""))
    files.write(candidate, wanted)
    for path in (former, candidate):
        _nft("-c", "-f", path)
    timer = [f"--on-active={revert_after:g}", "--timer-property=AccuracySec=100ms"]
    name = [f"--unit={REVERT}", "--description=Bring the former firewall rules back"]
    command = ["systemd-run", "--quiet", "--collect", *name, *timer, NFT, "-f", str(former)]
    done = run(command, stage="arm")
    if done.returncode != 0:
        raise DeployError("arm", f"{words_of(done)}; nothing was changed")
    _nft("-f", candidate)


def _nft(*words: str | Path) -> None:
    done = run([NFT, *map(str, words)], stage="load")
    if done.returncode != 0:
        raise DeployError("load", f"nft: {words_of(done)}", "run again")


def _pending() -> bool:
    """Tell whether rules are loaded that are not proven yet, or are just being taken back."""
    states = (units.show(f"{REVERT}.timer"), units.show(f"{REVERT}.service"))
    return any(state.active not in ("inactive", "failed") for state in states)


def _wait_until_settled(patience: float = 120.0) -> None:
    """Let another run, or the timer that a killed one left behind, come to its end."""
    deadline = time.monotonic() + patience
    while _pending():
        if time.monotonic() >= deadline:
            raise DeployError(
                "lock", "another run changes the firewall here", "wait for its end, then run again"
            )
        time.sleep(0.2)


def _disarm() -> None:
    run(["systemctl", "stop", f"{REVERT}.timer"], stage="confirm")
    _wait_until_settled()  # it may have gone off at this very moment


@contextlib.contextmanager
def _alone(holder: str) -> Iterator[None]:
    """Hold the lock while no other run waits for its confirmation, which needs the lock too."""
    while True:
        _wait_until_settled()
        with files.locked(LOCK, holder):
            if not _pending():
                yield
                return


def _leftovers() -> list[str]:
    _wait_until_settled()
    found = [f"{path} is there" for path in (UNIT, STORED) if path.exists()]
    return [*found, *(["the table is loaded"] if _live() is not None else [])]
