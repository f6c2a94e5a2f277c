"""One deployment from comparison to proof, or back to the last good generation."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from . import files, packages, releases, removal, units, users
from .files import Layout
from .model import (
    COMMANDS,
    Action,
    DeployError,
    Generation,
    Intent,
    Observed,
    Outcome,
    ReloadProof,
    Revision,
)
from .plan import (
    Plan,
    changed_paths,
    plan,
    with_carried_files,
    with_todays_secrets,
)
from .probe import fetch, reload_watch, wait_ready
from .process import run, words_of
from .unit import unit_name


@dataclass(frozen=True)
class Request:
    """What a run asks for; archives are given once an earlier answer has asked for them."""

    service: str
    wanted: Generation | None = None
    """What to deploy; None asks for the good generation before this one."""
    prepare: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    """Those whose files this run replaces or removes."""
    replaces: tuple[str, ...] = ()
    """Earlier names of this service."""
    allow_older_revision: bool = False
    tree: Path | None = None
    release_archive: Path | None = None
    holder: str = "another run"
    check_mode: bool = False


class Deployment:
    """One service on this host."""

    def __init__(self, request: Request, layout: Layout | None = None) -> None:
        self.request = request
        self.layout = layout or Layout(request.service)
        self.unit = unit_name(request.service)

    def run(self) -> Outcome:
        """Bring the service to the wanted generation.

        Raises DeployError; the last good generation is then in force again, or still.
        """
        wanted, seen, todo = self._compare()
        if not todo.changes:
            self._require_ready(wanted)
            self._tidy()
            return Outcome(generation=seen.number)
        if missing := self._missing(wanted, todo):
            return Outcome(needs=missing)
        if self.request.check_mode:
            with files.staging(self.layout.root / "run") as directory:
                return self._predict(directory)
        with files.locked(self.layout.lock, self.request.holder):
            with releases.in_use(self.layout, wanted.release):
                outcome = self._apply()
            releases.collect(self.layout)
        return outcome

    def _tidy(self) -> None:
        """Remove what a killed run has left, unless another one is at work."""
        left = [*files.remains(self.layout.home), *releases.unused(self.layout)]
        if not left or self.request.check_mode:
            return
        with (
            contextlib.suppress(DeployError),
            files.locked(self.layout.lock, self.request.holder, patience=0),
        ):
            files.sweep(self.layout.home)
            releases.collect(self.layout)

    # ------------------------------------------------------------------------------- compare

    def _compare(self) -> tuple[Generation, Observed, Plan]:
        seen = self._observe()
        if self.request.wanted is None:
            wanted = self._earlier(seen)
        else:
            wanted = with_carried_files(
                self.request.wanted, seen.current, self.request.environments
            )
        self._refuse_foreign_commands(wanted)
        packages.refuse_foreign_units(self.layout, wanted)
        todo = plan(wanted, seen)
        if todo.stage and self.request.wanted is not None and seen.current is not None:
            self._refuse_older(wanted.revision, seen.current.revision)
        return wanted, seen, todo

    def _refuse_older(self, ours: Revision, theirs: Revision) -> None:
        if ours.committed < theirs.committed and not self.request.allow_older_revision:
            raise DeployError(
                "revision",
                f"it was deployed from revision {theirs}, and this checkout is at {ours}",
                "update the checkout; to go back on purpose, add `-e allow_older_revision=true`",
            )

    def _earlier(self, seen: Observed) -> Generation:
        """Return the generation that a way back leads to, with the secrets of today."""
        generation = files.read_generation(self.layout, self._back_to(seen))
        if seen.current is None or generation is None:
            raise DeployError(
                "start",
                "there is no earlier good generation on this host",
                "a service keeps one from its second deployment on; deploy an earlier revision "
                "of the project instead",
            )
        return with_todays_secrets(generation, seen.current)

    @staticmethod
    def _back_to(seen: Observed) -> int | None:
        """Choose the earlier generation: the last good one when the current one is not proven.

        Unless that is a way back which was interrupted: it leads where it led before.
        """
        if seen.good == seen.number:
            return seen.previous
        interrupted = seen.intent.back_to if seen.intent is not None else None
        return interrupted or seen.good

    def _observe(self) -> Observed:
        layout = self.layout
        number = files.number_at(layout.current)
        current = files.read_generation(layout, number)
        unit = units.show(self.unit)
        self._refuse_foreign_unit(unit.fragment)
        always = Observed(
            good=files.number_at(layout.good),
            previous=files.number_at(layout.previous),
            intent=files.read_intent(layout),
            predecessors=tuple(
                name for name in self.request.replaces if removal.is_there(self._named(name))
            ),
        )
        if current is None or number is None:
            return always
        return replace(
            always,
            current=current,
            number=number,
            drifted=files.drifted(layout.generation(number), current),
            installed=files.are_linked(layout)
            and layout.release(current.release).is_dir()
            and packages.are_there(layout, current)
            and not unit.outdated,
            active=unit.running,
            started=files.text_of(layout.runtime / "started"),
            loaded=files.text_of(layout.runtime / "loaded"),
        )

    def _named(self, service: str) -> Layout:
        return Layout(service, self.layout.root)

    def _refuse_foreign_unit(self, used: str) -> None:
        unit = self.layout.unit
        ours = (str(unit), str(self.layout.home))
        if used and not used.startswith(ours):
            owner = used
        elif unit.exists() and files.target_of(unit) != files.links(self.layout)[unit]:
            owner = str(unit)
        else:
            return
        raise DeployError(
            "unit",
            f"{owner} exists and was not made by this product",
            "remove that unit, or run this component on another host",
        )

    def _refuse_foreign_commands(self, wanted: Generation) -> None:
        """Refuse what lies where a command belongs, unless it leads to this or an earlier name."""
        services = (self.request.service, *self.request.replaces)
        for command in wanted.commands:
            place = self.layout.sbin / command
            ours = [str(self._named(name).current / COMMANDS / command) for name in services]
            if os.path.lexists(place) and files.target_of(place) not in ours:
                raise DeployError(
                    "command",
                    f"{place} exists and does not belong to this service",
                    "remove it, or give the command another name",
                )

    def _missing(self, wanted: Generation, todo: Plan) -> list[str]:
        missing: list[str] = []
        if self.request.wanted is None:  # everything it needs is kept on the host
            return missing
        if todo.stage and self.request.tree is None:
            missing.append("tree")
        absent = not self.layout.release(wanted.release).is_dir()
        if absent and self.request.release_archive is None and not self.request.check_mode:
            missing.append("release")
        return missing

    def _require_ready(self, generation: Generation) -> None:
        if failure := self._wait_ready(generation):
            raise DeployError(
                "probe",
                f"{failure}. What this run wanted is deployed already, so nothing was changed",
                f"look at `journalctl -u {self.unit}` and at what the service depends on",
            )

    def _wait_ready(self, generation: Generation) -> str | None:
        probe = generation.probe
        return wait_ready(probe.url, probe.timeout, lambda: units.show(self.unit))

    # ------------------------------------------------------------------------- stage and check

    def _predict(self, directory: Path) -> Outcome:
        """Say what a run would do; everything made for that is gone afterwards."""
        wanted, seen, todo = self._compare()
        outcome = self._outcome(todo)
        if todo.stage:
            self._stage(directory, wanted)
            outcome.diff = self._diff(directory, wanted, seen)
            self._check_unit(directory)
            if not self.layout.release(wanted.release).is_dir():
                release = f"{wanted.release.component} {wanted.release.name}"
                outcome.notes.append(f"not checked: {release} is not on the host yet")
            elif absent := packages.missing(wanted.packages):
                outcome.notes.append(f"not checked: {absent[0]} is not installed yet")
            elif not users.exists(wanted.user):
                outcome.notes.append(f"not checked: user {wanted.user} does not exist yet")
            else:
                self._check(directory, wanted)
        return outcome

    def _outcome(self, todo: Plan) -> Outcome:
        return Outcome(changed=True, action=todo.action.name.lower(), reasons=list(todo.reasons))

    def _stage(self, directory: Path, wanted: Generation) -> None:
        if self.request.tree is None and self.request.wanted is not None:
            raise DeployError("stage", "somebody changed the service during this run", "run again")
        kept = [self.layout.generation(number) for number in files.generations(self.layout)]
        files.stage(directory, wanted, self.request.tree, kept)

    def _check_unit(self, directory: Path) -> None:
        if mistakes := units.mistakes(directory / self.unit):
            raise _refused("systemd", "\n".join(mistakes), directory)

    def _check(self, directory: Path, wanted: Generation) -> None:
        """Let the component's own checker, as the service's user, judge the staged tree."""
        if not wanted.check:
            return
        release = str(self.layout.release(wanted.release))
        argv = [
            word.replace("{tree}", str(directory)).replace("{release}", release)
            for word in wanted.check
        ]
        done = run(argv, stage="check", cwd=directory, user=wanted.user, timeout=120)
        if done.returncode != 0:
            raise _refused(Path(argv[0]).name, words_of(done), directory)

    def _diff(self, directory: Path, wanted: Generation, seen: Observed) -> list[dict[str, str]]:
        old = self.layout.generation(seen.number) if seen.number is not None else None
        shown = []
        for path in changed_paths(wanted, seen):
            known = [g.file(path) for g in (wanted, seen.current) if g is not None]
            if any(file is not None and file.secret for file in known):
                shown.append({"prepared": f"{path}: secret changed\n"})
                continue
            shown.append(
                {
                    "before_header": str(self.layout.current / path),
                    "after_header": str(self.layout.current / path),
                    "before": _text(old / path) if old else "",
                    "after": _text(directory / path),
                }
            )
        return shown

    # ------------------------------------------------------------------------------- swap, act

    def _apply(self) -> Outcome:
        wanted, seen, todo = self._compare()
        if not todo.changes:  # whoever held the lock has done it
            self._require_ready(wanted)
            return Outcome(generation=seen.number)
        outcome = self._outcome(todo)
        self._install_requisites(wanted)
        number = seen.number
        if todo.stage:
            with files.staging(self.layout.home) as directory:
                self._stage(directory, wanted)
                self._check_unit(directory)
                self._check(directory, wanted)
                outcome.diff = self._diff(directory, wanted, seen)
                number = files.next_number(self.layout)
                directory.rename(self.layout.generation(number))
        if number is None:
            raise DeployError("stage", "there is no generation to put in force", "run again")
        intent = Intent(number, todo.action, back_to=self._source(seen))
        was_ready = seen.current is not None and fetch(seen.current.probe.url)[0]
        with _uninterrupted():
            done = self._put_in_force(intent, wanted, was_ready=was_ready)
        outcome.generation, outcome.action = number, done.name.lower()
        return outcome

    def _source(self, seen: Observed) -> int | None:
        return self._back_to(seen) if self.request.wanted is None else None

    def _install_requisites(self, wanted: Generation) -> None:
        packages.install(self.layout, wanted)
        if not users.exists(wanted.user):
            users.create(wanted.user)
        release = wanted.release
        if not self.layout.release(release).is_dir():
            if self.request.release_archive is None:
                raise DeployError(
                    "release",
                    f"{release.component} {release.name} is no longer on this host",
                    "run again" if self.request.wanted else "deploy that version anew",
                )
            archive = self.request.release_archive
            releases.install(self.layout, release, archive, self.request.prepare)
        self.layout.home.mkdir(parents=True, exist_ok=True)

    def _put_in_force(self, intent: Intent, wanted: Generation, *, was_ready: bool) -> Action:
        """Swap, act and probe, or go back; return what the process was asked to do."""
        began = time.time()
        done = intent.action
        try:
            done = self._switch(intent, wanted)
            failure = self._wait_ready(wanted)
        except (OSError, DeployError) as error:
            failure = str(error)
        if failure is not None:
            detail = f"{failure}.{self._last_words(began)}"
            raise DeployError("probe", detail, self._restore(intent, was_ready=was_ready))
        self._note_good(intent)
        return done

    def _note_good(self, intent: Intent) -> None:
        """Let what was proven be what later runs go back to, and remove what nobody needs now."""
        earlier = intent.back_to or files.number_at(self.layout.good)
        if earlier not in (None, intent.generation):
            files.point(self.layout.previous, str(earlier))
        files.point(self.layout.good, str(intent.generation))
        files.remove(self.layout.intent)
        files.prune(self.layout)
        for name in self.request.replaces:
            removal.remove(self._named(name))

    def _switch(self, intent: Intent, wanted: Generation) -> Action:
        """Put a generation in force and let the process follow; return how it was told."""
        action = intent.action
        files.write_intent(self.layout, intent)
        files.point(self.layout.current, str(intent.generation))
        files.link(self.layout)
        for name in self.request.replaces:
            removal.disable(self._named(name))
        units.systemctl("daemon-reload")
        if action is Action.RELOAD and not self._reload(wanted.reload_proof):
            action = Action.RESTART
        if action is Action.RESTART:
            units.systemctl("restart", self.unit)
        files.write_intent(self.layout, replace(intent, acted=True))
        return action

    def _reload(self, proof: ReloadProof | None) -> bool:
        """Reload and let the program prove it; without proof nothing is noted as loaded."""
        if proof is None:
            return False
        noted = self.layout.runtime / "loaded"
        files.remove(noted)
        proven = reload_watch(proof, self.unit)
        try:
            units.systemctl("reload", self.unit)
        except DeployError:
            return False
        if not proven():
            return False
        loaded = files.text_of(self.layout.current / "loaded")
        files.write(noted, f"{loaded}\n", 0o644)
        return True

    # ------------------------------------------------------------------------------- way back

    def _last_words(self, since: float) -> str:
        """Quote the journal before the way back fills it; without it, the way back goes on."""
        try:
            said = units.journal(self.unit, since)
        except (OSError, DeployError):
            return ""
        return f" Its last words:\n{said}\n" if said else ""

    def _restore(self, failed: Intent, *, was_ready: bool) -> str:
        """Put the last good generation back; return what is in force now, for the operator."""
        good = files.number_at(self.layout.good)
        generation = files.read_generation(self.layout, good)
        if good is None or generation is None:
            return self._give_up()
        if failed.generation == good:
            return "this is the last good generation itself; it was left in force"
        edited = sorted(files.drifted(self.layout.generation(good), generation))
        try:
            self._switch(Intent(good, Action.RESTART), generation)
            failure = self._wait_ready(generation)
        except (OSError, DeployError) as error:
            failure = str(error)
        shutil.rmtree(self.layout.generation(failed.generation))
        if failure is None:
            files.remove(self.layout.intent)
            return "the last good generation is back and ready"
        before = "it was ready before this run" if was_ready else "it was not ready before either"
        if edited:
            before += f"; edited on the host: {', '.join(edited)}"
        return f"the last good generation is back but not ready ({before}): {failure}"

    def _give_up(self) -> str:
        """Remove a service that never was good, and bring back what it was to replace."""
        try:
            removal.remove(self.layout)
            back = [name for name in self.request.replaces if removal.enable(self._named(name))]
        except (OSError, DeployError) as error:
            return f"there was nothing to go back to, and it could not be removed: {error}"
        again = f", and {' and '.join(map(unit_name, back))} runs again" if back else ""
        return f"there was nothing to go back to, so the unit was removed{again}; data is kept"


def _refused(by: str, words: str, directory: Path) -> DeployError:
    return DeployError(
        "check",
        f"{by} refused the configuration: " + words.replace(f"{directory}/", ""),
        "nothing was changed; correct the variable or template that these words name",
    )


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else ""


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Outlive a lost connection: from the swap on, the host is brought to an end state."""
    signals = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_IGN) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def require_root() -> None:
    """Refuse to begin what only root can finish."""
    if os.geteuid() != 0:
        raise DeployError("start", "this needs root", "set `become: true` for the play")
