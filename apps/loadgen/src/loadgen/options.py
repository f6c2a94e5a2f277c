"""The options of the command, and its help."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from loadgen import __version__
from loadgen.addresses import OWN_FLAG
from loadgen.errors import UsageError, likely
from loadgen.settings import TRAFFIC

DESCRIPTION = """\
Sends requests to the shop API on a fixed schedule, whatever its answers do (open loop), and
counts latency from the moment a request was due. So a target that stalls looks as slow as it is.
"""

EPILOG = """\
profiles (each sends health 40, products 30, orders 15, reports 10, payments 5 in every 100):
  prod   50 a second, steadily
  dev    bursts of 10 to 40 s at 5 to 20 a second, pauses of 5 to 20 s between them
  qa     10 a second, steadily

examples:
  loadgen --target http://localhost:8081 --environment prod --rate 50 --duration 300
  loadgen --env prod=http://localhost:8081 --env dev=http://localhost:8082 --duration forever
  loadgen --targets targets.yml --fail-if "p95>500ms" "qa:errors>1%" --html report.html

targets.yml:
  prod: http://localhost:8081
  dev: {url: "http://localhost:8082", rate: 5-20, arrivals: poisson}
  qa: {url: "http://localhost:8083", malformed: 5%, weights: {products: 60, search: 40}}

exit codes:
  0    done
  1    done, and a threshold of --fail-if was missed
  2    the command, a file or an address is wrong; nothing was sent
  3    a target did not answer at the start, or not any more at the end
  130  stopped by ^C or SIGTERM, after the report
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints look like all others."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint="loadgen --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options as words. Raises UsageError for those that nobody knows."""
    parser = _parser()
    options, unknown = parser.parse_known_args(argv)
    if unknown:
        flags = [word for word in parser._option_string_actions if word.startswith("--")]  # noqa: SLF001 - argparse has no other way to ask
        raise UsageError(
            "\n".join(
                f"no option {word}; {likely(word.partition('=')[0], flags)}"
                if word.startswith("-")
                else f"{word!r} belongs to no option"
                for word in unknown
            ),
            hint="loadgen --help",
        )
    return options


def traffic_of(options: argparse.Namespace) -> dict[str, str]:
    """Return what was said of the traffic."""
    return {name: word for name in TRAFFIC if (word := getattr(options, name)) is not None}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="loadgen",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
            prog, max_help_position=30, width=98
        ),
        usage="loadgen (--target URL | --env NAME=URL ... | --targets FILE | --merge FILE ...) "
        "[option ...]",
        allow_abbrev=False,
        add_help=False,
    )
    _add_targets(parser.add_argument_group("where to"))
    _add_traffic(
        parser.add_argument_group("what, for each environment (a targets file has its own)")
    )
    _add_run(parser.add_argument_group("how long, and how"))
    _add_results(parser.add_argument_group("results"))
    return parser


def _add_targets(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--target", metavar="URL", help="one address, such as http://localhost:8081")
    group.add_argument(
        "--environment",
        metavar="NAME",
        help="what --target is called, and the profile of that name (default: prod; a name "
        "without a profile has prod's)",
    )
    group.add_argument(
        "--env",
        metavar="NAME=URL",
        action="append",
        default=[],
        help="an environment and its address; repeat it for several at once",
    )
    group.add_argument("--targets", metavar="FILE", type=Path, help="environments from a YAML file")
    group.add_argument(
        OWN_FLAG,
        dest="owned",
        action="store_true",
        help="load addresses that are neither loopback nor private, too",
    )
    group.add_argument(
        "--ca",
        metavar="FILE",
        type=Path,
        help="trust this authority's certificates (PEM) instead of the system's, for https",
    )


def _add_traffic(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--profile", metavar="NAME", help="prod, dev or qa, whatever the name")
    group.add_argument(
        "--rate", metavar="N|LOW-HIGH", help="requests a second: steady 50, or bursts of 5-20"
    )
    group.add_argument(
        "--arrivals",
        metavar="KIND",
        help="uniform: equal gaps (default); poisson: random gaps, as of many customers",
    )
    group.add_argument(
        "--weights",
        metavar="KIND=N,...",
        help="how many of each kind in every 100: health, products, orders, reports, payments, "
        "search; those not named: none",
    )
    group.add_argument(
        "--malformed", metavar="N%", help="share that the API has to refuse (default: 0%%)"
    )
    group.add_argument(
        "--think",
        metavar="LOW-HIGH",
        help="time between an order and its payment (default: 2s-15s)",
    )
    group.add_argument(
        "--max-in-flight",
        metavar="N",
        help="drop and count what is due while N wait for answers (default: 4 seconds' worth, "
        "at least 100)",
    )


def _add_run(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--duration", metavar="TIME", default="300", help="300, 5m, 1h, forever (default: 300)"
    )
    group.add_argument(
        "--timeout", metavar="TIME", default="10", help="for one answer (default: 10)"
    )
    group.add_argument(
        "--seed",
        metavar="N",
        default="1",
        help="the same seed sends the same requests at the same times (default: 1)",
    )


def _add_results(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--merge",
        metavar="FILE",
        nargs="+",
        type=Path,
        default=[],
        help="send nothing: report what several --json of runs side by side say together",
    )
    group.add_argument(
        "--fail-if",
        metavar="THRESHOLD",
        nargs="+",
        action="extend",
        default=[],
        help='exit with 1 if it is so: "p95>500ms" "errors>1%%" "dropped>0" "rate<49" '
        '"prod/orders:p99>1s"',
    )
    group.add_argument("--json", metavar="FILE", type=Path, help="write all figures")
    group.add_argument("--html", metavar="FILE", type=Path, help="write a report with charts")
    group.add_argument(
        "--version", action="version", version=f"loadgen {__version__}", help="show it, and end"
    )
    group.add_argument("-h", "--help", action="help", help="show this, and end")
