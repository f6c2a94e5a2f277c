"""How quick each endpoint of a lab's API is, as its customers see it."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import Counter
from collections.abc import Sequence

from lab.lab import Lab
from lab.traffic import requests
from toolkit.console import main, step, table
from toolkit.errors import UserError
from toolkit.open_loop import Answer, percentile, send
from toolkit.promql import get

API_PORT = 8080


def rows(answers: Sequence[Answer]) -> list[list[str]]:
    """Return one row for each kind of request: count, milliseconds and how they ended."""
    kinds: dict[str, list[Answer]] = {}
    for answer in answers:
        kinds.setdefault(answer.name, []).append(answer)
    return [
        [
            kind,
            str(len(found)),
            *(f"{1000 * percentile((a.seconds for a in found), p):.1f}" for p in (0.5, 0.95, 1)),
            ", ".join(
                f"{status}: {count}"
                for status, count in sorted(Counter(a.status for a in found).items())
            ),
        ]
        for kind, found in sorted(kinds.items())
    ]


def latencies(argv: Sequence[str]) -> int:
    """Send the mix to one API at a steady rate and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m lab.latencies", description=__doc__)
    parser.add_argument("host", nargs="?", default="dp-prod-01", help="whose (dp-prod-01)")
    parser.add_argument("--name", default="sightline", help="the lab (sightline)")
    parser.add_argument("--rate", type=float, default=50, help="requests a second (50)")
    parser.add_argument("--seconds", type=float, default=60, help="for how long (60)")
    options = parser.parse_args(argv)
    lab = Lab.open(options.name)
    lab.topology.only([options.host])
    # Straight to the host: the forwards of the loopback hold small packets back for 40 ms.
    address = f"{lab.hosts[options.host].address}:{API_PORT}"
    try:
        get(f"http://{address}/ready")
    except UserError as error:
        raise UserError(f"no API answers at {address}", hint="make demo") from error
    with step(f"Sending {options.rate:g} requests/s to {options.host}"):
        wanted = itertools.islice(requests(), int(options.rate * options.seconds))
        answers = send(address, wanted, per_second=options.rate)
    print(table(["request", "sent", "p50 ms", "p95 ms", "max ms", "answers"], rows(answers)))
    return 0


if __name__ == "__main__":
    sys.exit(main(latencies))
