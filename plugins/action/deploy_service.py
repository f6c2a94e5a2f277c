"""Deploy one service in one transaction: the part that runs on the controller."""

from __future__ import annotations

import getpass
import hashlib
import io
import shlex
import socket
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from ..module_utils.deploy.files import incoming
from ..module_utils.deploy.model import COMMANDS, DeployError, File
from ..module_utils.deploy.unit import render_unit, unit_name
from ..modules.deploy_service import DOCUMENTATION
from ..plugin_utils.arguments import argument_spec
from ..plugin_utils.checkout import revision

MODULE = "sightline.core.deploy_service"
EACH_ENVIRONMENT = "{environment}"
PASSED_ON = ("state", "prepare", "replaces", "allow_older_revision", "purge_data")
NEEDED = ("release", "unit", "probe")
COMMAND = {"mode": "0750", "on_change": "none"}
Rendered = tuple[str, bytes, dict[str, Any]]
"""Path and content of a file, and what else describes it."""
ARGUMENTS = argument_spec(DOCUMENTATION)


def pack(contents: dict[str, bytes]) -> bytes:
    """Pack files into one tar; the same contents give the same bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tree:
        for path, content in sorted(contents.items()):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            member.mode = 0o600
            tree.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@dataclass(frozen=True)
class Order:
    """One service that is to be deployed: its arguments, contents, and what the host is asked."""

    args: dict[str, Any]
    contents: dict[str, bytes]
    request: dict[str, Any]

    @property
    def service(self) -> str:
        """Return the name of the service."""
        return str(self.args["name"])


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible ships no types
    """Render, ask the host, send what it lacks, ask again."""

    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the module's result."""
        super().run(tmp, task_vars)
        _, args = self.validate_argument_spec(ARGUMENTS)
        return self.deploy([args], task_vars or {})[0]

    def deploy(
        self, services: list[dict[str, Any]], task_vars: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Deploy services in turn and return how each ended; a failure is the last result.

        One remote call asks about all of them; each that lacks something costs another one.
        """
        orders = [self._order(args, task_vars) for args in services]
        results = []
        for order, answer in zip(orders, self._ask(orders, task_vars), strict=False):
            result = answer
            if answer.get("needs") and not answer.get("failed"):
                result = self._ask([self._with_archives(order, answer["needs"])], task_vars)[0]
            results.append(self._presented(result, order.service, task_vars))
            if result.get("failed"):
                break
        return results

    def _order(self, args: dict[str, Any], task_vars: dict[str, Any]) -> Order:
        request: dict[str, Any] = {
            "service": args["name"],
            "holder": f"{getpass.getuser()}@{socket.gethostname()}",
            "environments": args["environments"] + args["environments_removed"],
            **{key: args[key] for key in PASSED_ON},
        }
        contents: dict[str, bytes] = {}
        if args["state"] == "present":
            if missing := [name for name in NEEDED if args[name] is None]:
                raise AnsibleActionFail(f"{args['name']}: {', '.join(missing)} missing")
            contents, files = self._render(args, task_vars)
            request["wanted"] = _wanted(args, files)
        return Order(args, contents, request)

    def _render(
        self, args: dict[str, Any], task_vars: dict[str, Any]
    ) -> tuple[dict[str, bytes], list[File]]:
        """Return the tree's contents and their descriptions."""
        contents: dict[str, bytes] = {}
        files = []
        for path, content, options in self._rendered(args, task_vars):
            if path in contents:
                raise AnsibleActionFail(f"{args['name']}: {path} is given twice")
            contents[path] = content
            files.append(File(path, hashlib.sha256(content).hexdigest(), **options))
        return contents, files

    def _rendered(self, args: dict[str, Any], task_vars: dict[str, Any]) -> Iterator[Rendered]:
        """Yield the unit, the commands and the configuration."""
        config = f"/etc/sightline/{args['name']}/current"
        release = (
            f"/opt/sightline/releases/{args['release']['component']}/{args['release']['name']}"
        )
        scripts = {f"{COMMANDS}/{name}": _script(args, name) for name in args["commands"]}
        for path, text in {unit_name(args["name"]): _unit(args, config), **scripts}.items():
            content = text.replace("{release}", release).replace("{config}", config).encode()
            yield path, content, COMMAND if path in scripts else {}
        for path, environment, item in _expanded(args):
            variables = {**task_vars, "file_environment": environment}
            kept = {key: item[key] for key in ("on_change", "mode", "secret")}
            for inner, content in self._contents(path, item, variables):
                yield inner, content, {**kept, "environment": environment}

    def _contents(
        self, path: str, item: dict[str, Any], variables: dict[str, Any]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of a file, or of each file of a directory."""
        if bool(item["template"]) == bool(item["file"]):
            raise AnsibleActionFail(f"{path} needs either a template or a file")
        if item["template"]:
            yield path, self._template(item["template"], variables)
            return
        source = Path(self._find_needle("files", item["file"]))
        if source.is_file():
            yield path, source.read_bytes()
            return
        for inner in sorted(source.iterdir()):
            yield f"{path}/{inner.name}", inner.read_bytes()

    def _template(self, name: str, variables: dict[str, Any]) -> bytes:
        source = Path(self._find_needle("templates", name))
        templar = self._templar.copy_with_new_env(
            searchpath=[str(source.parent)], available_variables=variables
        )
        text = trust_as_template(source.read_text(encoding="utf-8"))
        rendered = templar.template(text, overrides={"trim_blocks": True})
        return str(rendered or "").encode()

    def _ask(self, orders: list[Order], task_vars: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the host's answers, up to the first that is a failure."""
        result: dict[str, Any] = self._execute_module(
            module_name=MODULE,
            module_args={"requests": [order.request for order in orders]},
            task_vars=task_vars,
        )
        answers: list[dict[str, Any]] = result.get("answers", [result])
        return answers

    def _with_archives(self, order: Order, needs: list[str]) -> Order:
        """Send what the host lacks, and name it in the request."""
        given = {}
        if "tree" in needs:
            given["tree"] = self._send(pack(order.contents), order.request, "tree")
        if "release" in needs:
            archive = Path(order.args["release"]["path"]).read_bytes()
            given["release_archive"] = self._send(archive, order.request, "release")
        return replace(order, request={**order.request, **given})

    def _send(self, content: bytes, request: dict[str, Any], kind: str) -> str:
        """Write bytes that may be secret straight into root's own directory on the host."""
        path = incoming(request["service"], request["holder"], kind)
        parent = path.parent
        made = f"install -d -m 0755 {parent.parent} && install -d -m 0700 {parent}"
        command = f"{made} && umask 077 && cat > {path}"
        done = self._low_level_execute_command(command, in_data=content)
        if done["rc"] != 0:
            said = (done["stderr"] or done["stdout"]).strip()
            raise AnsibleActionFail(f"{request['service']}: {path} could not be sent: {said}")
        return str(path)

    def _presented(
        self, result: dict[str, Any], service: str, task_vars: dict[str, Any]
    ) -> dict[str, Any]:
        result.pop("needs", None)
        if not self._task.diff:
            result.pop("diff", None)
        for note in result.get("notes", ()):
            self._display.display(f"{task_vars['inventory_hostname']}: {service}: {note}")
        return result


def _expanded(args: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, environment and options of each file, those of environments one by one."""
    for item in args["files"]:
        if EACH_ENVIRONMENT not in item["path"]:
            yield item["path"], "", item
            continue
        for environment in args["environments"]:
            yield item["path"].replace(EACH_ENVIRONMENT, environment), environment, item


def _unit(args: dict[str, Any], config: str) -> str:
    try:
        sections = merged(args["unit"], args["unit_overrides"])
        return render_unit(args["name"], _user(args), sections, config)
    except DeployError as error:
        raise AnsibleActionFail(f"{args['name']}: {error.detail}; {error.hint}") from None


def _script(args: dict[str, Any], name: str) -> str:
    """Return what stands in the file of a command."""
    words = args["commands"][name]
    if not isinstance(words, list) or not words:
        raise AnsibleActionFail(f"{args['name']}: command {name} is no list of words")
    return f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n'


def merged(unit: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Merge a site's directives over those of a unit, section by section."""
    sections = [*unit, *(section for section in overrides if section not in unit)]
    return {name: {**unit.get(name, {}), **(overrides.get(name) or {})} for name in sections}


def _wanted(args: dict[str, Any], files: list[File]) -> dict[str, Any]:
    return {
        "user": _user(args),
        "release": {key: args["release"][key] for key in ("component", "name", "sha256")},
        "files": [vars(file) for file in files],
        "revision": vars(revision()),
        **{key: args[key] for key in ("probe", "check", "reload_proof", "packages", "masks")},
    }


def _user(args: dict[str, Any]) -> str:
    return args["user"] or f"sightline-{args['name']}"
