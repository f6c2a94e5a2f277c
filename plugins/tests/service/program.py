"""A small daemon that behaves like the ones we deploy, faults included.

Its configuration is lines of `key: value`. It loads `answer` again on SIGHUP, says in its metrics
whether and when that succeeded, and starts another child process when it did. `fail: ready` never
gets ready, `fail: start` ends at once, `fail: babble` speaks no HTTP, and the file DOWN plays a
dependency that is away. `check FILE` judges a configuration.
"""

import http.server
import signal
import subprocess
import sys
import time
from pathlib import Path

KNOWN = {"answer", "port", "fail"}
DOWN = Path("/etc/dependency-is-down")


def load(path):
    lines = Path(path).read_text().splitlines()
    config = dict(line.split(": ", 1) for line in lines)
    for number, key in enumerate(config, 1):
        if key not in KNOWN:
            sys.exit(f"{path}: line {number}: field {key} not found")
    return config


class State:
    config = load(sys.argv[-1])
    successful = 1
    timestamp = time.time()
    child = None

    @classmethod
    def reload(cls, *_):
        try:
            cls.config = load(sys.argv[-1])
        except SystemExit:
            cls.successful = 0
        else:
            cls.successful, cls.timestamp = 1, time.time()
            if cls.child:
                cls.child.terminate()
                cls.child.wait()
            cls.child = subprocess.Popen(["/usr/bin/sleep", "infinity"])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = 200, State.config["answer"]
        if State.config.get("fail") == "babble":
            self.wfile.write(b"SSH-2.0-hello\r\n")
            return
        if self.path == "/ready" and State.config.get("fail") == "ready":
            status, body = 503, "still missing its friends"
        if self.path == "/ready" and DOWN.exists():
            status, body = 503, "the dependency is down"
        if self.path == "/metrics":
            body = f"reload_successful {State.successful}\nreload_timestamp {State.timestamp}\n"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


if sys.argv[1] == "check":
    sys.exit(0)
if sys.argv[1].startswith("--"):
    sys.exit(f"unknown flag {sys.argv[1]}")
if State.config.get("fail") == "start":
    sys.stderr.buffer.write(b"caf\xe9, no UTF-8\n")
    sys.exit("the disk is on fire")
print("starting, at length\n" * 25, flush=True)
signal.signal(signal.SIGHUP, State.reload)
address = "127.0.0.1", int(State.config["port"])
http.server.ThreadingHTTPServer(address, Handler).serve_forever()
