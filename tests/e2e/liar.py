"""A data plane that tells Prometheus whatever it likes, as a compromised host may."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from testinfra.host import Host

PROGRAM = """
import http.server, itertools
PAGE, asked = '''CLAIMS''', itertools.count(1)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(PAGE.replace("ASKED", str(next(asked))).encode())
http.server.HTTPServer(("ADDRESS", PORT), Handler).serve_forever()
"""


@contextlib.contextmanager
def lying(host: Host, address: str, port: int, claims: str) -> Iterator[None]:
    """Answer scrapes in the collector's place until the block ends.

    Args:
        host: the data plane's.
        address: where Prometheus asks it.
        port: of its collector's metrics.
        claims: Prometheus' text format, one sample a line; the word ASKED becomes the number of
            times that somebody asked.
    """
    program = PROGRAM.replace("ADDRESS", address).replace("PORT", str(port))
    host.check_output("systemctl stop sightline-collector")
    try:
        told = program.replace("CLAIMS", claims)
        host.check_output("systemd-run --unit=liar --collect python3 -c %s", told)
        yield
    finally:
        host.run("systemctl stop liar")
        host.check_output("systemctl start sightline-collector")
