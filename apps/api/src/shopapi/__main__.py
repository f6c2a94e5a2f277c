"""`python -m shopapi check-config`: is this environment one the API would start with?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from shopapi import environment_file
from shopapi.environment_file import EnvironmentFileError
from shopapi.settings import Settings, SettingsError


def main(argv: Sequence[str]) -> int:
    """Check the configuration without touching database or network; 0 is good, 1 is not."""
    parser = argparse.ArgumentParser(prog="python -m shopapi", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check-config", help="check the environment and say what is wrong")
    check.add_argument(
        "--environment-file", type=Path, metavar="FILE",
        help="check this file of NAME=value lines instead of the process' own environment",
    )  # fmt: skip
    file: Path | None = parser.parse_args(argv).environment_file
    try:
        Settings.from_mapping(_variables(file))
    except OSError as error:
        return _refuse(f"{file}: {error.strerror}")
    except (EnvironmentFileError, UnicodeDecodeError) as error:
        return _refuse(f"{file}: {error}")
    except SettingsError as error:
        return _refuse(f"{file}: {error}" if file else str(error))
    return 0


def _variables(file: Path | None) -> Mapping[str, str]:
    return environment_file.parse(file.read_text("utf-8")) if file else os.environ


def _refuse(reason: str) -> int:
    print(f"error: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
