"""The system users that services run as."""

from __future__ import annotations

import grp
import pwd

from .model import DeployError
from .process import run, words_of


def exists(name: str) -> bool:
    """Tell whether the host knows a user and a group of that name."""
    try:
        pwd.getpwnam(name)
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def create(name: str) -> None:
    """Create a system user that owns nothing and cannot log in, and its group."""
    commands = [["groupadd", "--force", "--system", name]]
    if name not in (entry.pw_name for entry in pwd.getpwall()):
        nowhere = ["--no-create-home", "--home-dir", "/nonexistent"]
        command = ["useradd", "--system", "--gid", name, *nowhere]
        commands.append([*command, "--shell", "/usr/sbin/nologin", name])
    for command in commands:
        _run(command)


def delete(name: str) -> None:
    """Delete a user and its group, which is its alone."""
    _run(["userdel", name])


def _run(command: list[str]) -> None:
    done = run(command, stage="user")
    if done.returncode != 0:
        raise DeployError("user", f"{command[0]} {command[-1]}: {words_of(done)}")
