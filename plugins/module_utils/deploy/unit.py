"""The one systemd unit that every service is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .model import DeployError

Value = str | float | Iterable[str | float]

HARDENED: Mapping[str, Value] = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "DevicePolicy": "closed",
    "KeyringMode": "private",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "PrivateDevices": "yes",
    "PrivateMounts": "yes",
    "PrivateTmp": "yes",
    "PrivateUsers": "yes",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHome": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectProc": "invisible",
    "ProtectSystem": "strict",
    "RemoveIPC": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
    "UMask": "0077",
}
"""Scores 1.1 in `systemd-analyze security` of Debian 12 and 13. ProcSubset=pid is left out: it
hides /proc/stat, and with it process_start_time_seconds, without improving the score."""


def unit_name(service: str) -> str:
    """Return the name of a service's unit, which is also that of its default user."""
    return f"sightline-{service}.service"


def render_unit(
    service: str, user: str, sections: Mapping[str, Mapping[str, Value]], config: str
) -> str:
    """Render a service's unit file.

    `sections` maps section names to directives in systemd's own words; a directive given there
    replaces the default, and a list becomes one line for each item. The `+` line tells, root-owned
    and written before the program reads anything, which generation the process was started from.
    Raises DeployError for a value that would end its line and begin a directive of its own.
    """
    noting = (
        f"+/usr/bin/install -D -m 0644 -t /run/sightline/{service} {config}/started {config}/loaded"
    )
    defaults: dict[str, dict[str, Value]] = {
        "Unit": {
            "Description": f"Sightline {service}",
            "After": "network-online.target",
            "Wants": "network-online.target",
            "StartLimitIntervalSec": 0,
        },
        "Service": {
            "Type": "exec",
            "User": user,
            "Group": user,
            "ExecStartPre": noting,
            "Restart": "always",
            "RestartSec": "1s",
            "StateDirectory": f"sightline/{service}",
            "StateDirectoryMode": "0750",
            "LimitNOFILE": 65536,
            **HARDENED,
        },
        "Install": {"WantedBy": "multi-user.target"},
    }
    if unknown := sorted(set(sections) - set(defaults)):
        raise DeployError("unit", f"a unit has no section {', '.join(unknown)}")
    text = []
    for section, directives in defaults.items():
        given = sections.get(section, {})
        lines = {**directives, **given}
        if "ExecStartPre" in given:  # comes after the note and never instead of it
            lines["ExecStartPre"] = [noting, *_items(given["ExecStartPre"])]
        text.append(f"[{section}]\n" + "".join(_lines(*item) for item in lines.items()))
    return "\n".join(text)


def _items(value: Value) -> list[str]:
    return [str(value)] if isinstance(value, str | int | float) else [str(item) for item in value]


def _lines(directive: str, value: Value) -> str:
    if value is None:
        raise DeployError("unit", f"{directive} has no value", "leave it out, or give it one")
    items = _items(value)
    for item in items:
        if any(ending in item for ending in "\n\r\0") or item.endswith("\\"):
            raise DeployError(
                "unit", f"{directive} spans several lines: {item!r}", "fold it into one"
            )
    return "".join(f"{directive}={item}\n" for item in items)
