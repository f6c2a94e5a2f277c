"""The product's query path on loopback, started with the command lines that its roles deploy."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from tests.benchmarks.product import command_lines, endpoints, ports
from toolkit import promql
from toolkit.errors import UserError
from toolkit.process import child_environment
from toolkit.waiting import wait_for

COMPONENTS = ("minio", "prometheus", "thanos")
ADDRESS = "127.0.0.2"
"""What stands for the host's address: Prometheus listens on it and on 127.0.0.1 besides."""

BUCKET = "blocks"
_STATE = "/var/lib/sightline/"
_PROBES = {
    "minio": ("object_store", "/minio/health/ready"),
    "prometheus": ("prometheus", "/-/ready"),
    "thanos-sidecar": ("thanos_sidecar", "/-/ready"),
    "thanos-store": ("thanos_store", "/-/ready"),
    "thanos-query": ("thanos_query", "/-/ready"),
}


@dataclass(frozen=True)
class Memory:
    """What a process holds, and the most it ever held, in bytes."""

    resident: int
    peak: int


class Server:
    """One running program."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.name, self.url = name, url
        self._process, self._log = process, log

    def wait_until_ready(self, within: float = 120) -> None:
        """Poll the probe. Raises UserError with the log's end when the program has ended."""
        wait_for(self._answers, within=within, what=f"{self.name} is ready", every=0.05)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            last = "\n".join(self._log.read_text(errors="replace").splitlines()[-10:])
            raise UserError(f"{self.name} ended:\n{last}")
        promql.get(self.url)
        return True

    def memory(self) -> Memory:
        """Return what it holds now: nothing once it has ended."""
        if self._process.poll() is not None:
            return Memory(0, 0)
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        resident, peak = (int(fields[key].split()[0]) * 1024 for key in ("VmRSS", "VmHWM"))
        return Memory(resident, peak)

    def stop(self) -> None:
        """End it and wait, as long as the product lets a Prometheus write what is in memory."""
        self._process.terminate()
        try:
            self._process.wait(300)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class ControlPlane:
    """Programs in `home/<component>`, state in `home/state`, everything else beside them."""

    def __init__(self, home: Path) -> None:
        self.home, self.state = home, home / "state"
        self._servers: dict[str, Server] = {}
        self._peaks: dict[str, int] = {}
        self._configuration = home / "configuration"
        self._write_configuration()

    def __enter__(self) -> Self:
        """Nothing runs yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what runs, the last one first."""
        self.stop(*reversed(list(self._servers)))

    def start(self, *names: str, extra: Sequence[str] = ()) -> None:
        """Start programs at once and wait until all are ready."""
        for name in names:
            self._servers[name] = self._spawn(name, extra)
        for name in names:
            self._servers[name].wait_until_ready()

    def stop(self, *names: str) -> None:
        """Stop programs, one after the other."""
        for name in names:
            server = self._servers.pop(name)
            self._peaks[name] = max(server.memory().peak, self._peaks.get(name, 0))
            server.stop()

    def memory(self) -> dict[str, Memory]:
        """Return what each running program holds, and the most since the first start of it."""
        now = {name: server.memory() for name, server in self._servers.items()}
        return {
            name: Memory(one.resident, max(one.peak, self._peaks.get(name, 0)))
            for name, one in now.items()
        }

    def address(self, port: str) -> str:
        """Return host and port of a listener, by its name in the table of ports."""
        return f"{ADDRESS}:{self._ports[port]}"

    @cached_property
    def _ports(self) -> dict[str, int]:
        """A free port for each name of the product's table."""
        with contextlib.ExitStack() as stack:
            free = {name: stack.enter_context(socket.socket()) for name in ports()}
            for one in free.values():
                one.bind((ADDRESS, 0))
            return {name: one.getsockname()[1] for name, one in free.items()}

    @cached_property
    def _command_lines(self) -> dict[str, str]:
        return command_lines(ADDRESS, self._ports)

    def _spawn(self, name: str, extra: Sequence[str]) -> Server:
        line = self._command_lines[name].replace(_STATE, f"{self.state}/")
        release = self.home / name.partition("-")[0]
        line = line.format(release=release, config=self._configuration)
        log = self.home / f"{name}.log"
        environment: dict[str, str | Path] = {
            "MINIO_CONFIG_ENV_FILE": self._configuration / "minio.env",
            "MINIO_UPDATE": "off",
        }
        with log.open("ab") as stream:
            process = subprocess.Popen(
                [*shlex.split(line), *extra],
                env=child_environment(environment), stdin=subprocess.DEVNULL,
                stdout=stream, stderr=subprocess.STDOUT,
            )  # fmt: skip
        port, path = _PROBES[name]
        return Server(name, process, f"http://{self.address(port)}{path}", log)

    def _write_configuration(self) -> None:
        (self._configuration / "certs").mkdir(parents=True)
        (self.state / "minio" / BUCKET).mkdir(parents=True, exist_ok=True)
        user, password = secrets.token_hex(8), secrets.token_hex(16)
        store = {
            "type": "S3",
            "config": {
                "bucket": BUCKET, "endpoint": self.address("object_store"), "insecure": True,
                "access_key": user, "secret_key": password, "bucket_lookup_type": "path",
            },
        }  # fmt: skip
        prometheus = {"global": {"external_labels": {"replica": "cp"}}}
        files = {
            "minio.env": f"MINIO_ROOT_USER={user}\nMINIO_ROOT_PASSWORD={password}\n",
            "objstore.yml": json.dumps(store),
            "endpoints.yml": endpoints(ADDRESS, self._ports),
            "prometheus.yml": json.dumps(prometheus),
        }
        for name, text in files.items():
            (self._configuration / name).write_text(text, encoding="utf-8")


def forget(directory: Path) -> None:
    """Drop a directory's files from the page cache, as far as nobody has mapped them."""
    for path in directory.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
