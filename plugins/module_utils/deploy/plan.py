"""Decide everything, touch nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .model import NOTES, Action, Generation, Observed


@dataclass(frozen=True)
class Plan:
    """What a run has to do, and why; no step and no reason means that nothing is left to do."""

    stage: bool
    install: bool
    action: Action
    prove: bool
    reasons: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Tell whether the run will alter the host."""
        return self.stage or self.install or self.prove or self.action is not Action.NONE


def with_carried_files(
    wanted: Generation, current: Generation | None, environments: Iterable[str]
) -> Generation:
    """Add what other environments have put into the tree.

    `environments` are those whose files this run replaces or removes; the files of all others
    are carried over from the current generation.
    """
    not_carried = {"", *environments}
    carried = tuple(
        file
        for file in (current.files if current else ())
        if file.environment not in not_carried and wanted.file(file.path) is None
    )
    return replace(wanted, files=tuple(sorted(wanted.files + carried)))


def with_todays_secrets(earlier: Generation, current: Generation) -> Generation:
    """Return an earlier generation with the secrets that are in force now.

    What an earlier release needs is found in its own files; a password that was changed since then
    is changed on the other side too, so that the old one opens nothing.
    """
    today = {file.path: file for file in current.files if file.secret}
    files = tuple(today.get(file.path, file) if file.secret else file for file in earlier.files)
    return replace(earlier, files=files)


def changed_paths(wanted: Generation, seen: Observed) -> tuple[str, ...]:
    """Return the paths that differ between the wanted generation and the disk, sorted."""
    now = {file.path: file for file in seen.current.files} if seen.current else {}
    then = {file.path: file for file in wanted.files}
    differing = {path for path in now | then if now.get(path) != then.get(path)}
    return tuple(sorted(differing | seen.drifted))


def plan(wanted: Generation, seen: Observed) -> Plan:
    """Compare the wanted generation with disk and process, and name each difference."""
    reasons = []
    changed = changed_paths(wanted, seen)
    stage = bool(changed) or not wanted.same_as(seen.current)
    if seen.current is None:
        reasons.append("not deployed yet")
    else:
        reasons += [
            f"{path} was edited on the host" if path in seen.drifted else f"{path} differs"
            for path in changed
        ]
        if stage and not changed:
            reasons.append("user, release, packages, probe or checker differs")
    action = _action(wanted, seen, changed, reasons)
    interrupted = seen.intent is not None and not seen.intent.acted
    install = not seen.installed or interrupted
    if not seen.installed and seen.current is not None:
        reasons.append("unit, release, commands or packages are not there as they should be")
    prove = not stage and (seen.good != seen.number or bool(seen.predecessors))
    if seen.good != seen.number and not stage:
        reasons.append("the last deployment was not proven ready")
    reasons += [f"{name} is replaced by this service" for name in seen.predecessors]
    return Plan(stage, install, action, prove, tuple(reasons))


def _action(
    wanted: Generation, seen: Observed, changed: tuple[str, ...], reasons: list[str]
) -> Action:
    """Return the least that brings the process to the wanted generation."""
    if seen.current is None:
        return Action.RESTART
    if not seen.active:
        reasons.append("the service is not running")
        return Action.RESTART
    known = {file.path: file.action for file in (*wanted.files, *seen.current.files)}
    known |= dict.fromkeys(NOTES, Action.NONE)
    action = max((known.get(path, Action.RESTART) for path in changed), default=Action.NONE)
    if seen.started != wanted.digest(Action.RESTART):
        action = Action.RESTART
        if not changed:
            reasons.append("the process runs something older than what is on disk")
    elif seen.loaded != wanted.digest(Action.RELOAD):
        action = max(action, Action.RELOAD)
        if not changed:
            reasons.append("the process has not loaded what is on disk")
    if seen.intent is not None and not seen.intent.acted:
        reasons.append("an earlier run was interrupted")
        action = max(action, seen.intent.action)
    return action
