"""The syntax of systemd's EnvironmentFile=, read strictly."""

from __future__ import annotations

import re

ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
SINGLE_QUOTED = re.compile(r"'([^']*)'")
PLAIN = re.compile(r"(?:[^\"'\\]|\\.)*")


class EnvironmentFileError(Exception):
    """A line is not what systemd would read as an assignment."""


def parse(text: str) -> dict[str, str]:
    """Return the variables of an environment file; a later assignment wins.

    systemd skips lines that it cannot read and goes on; here they are errors, and so are
    values that continue on the next line or are quoted in part.

    Raises EnvironmentFileError with the line's number. The line itself is not repeated,
    because it may hold a secret.
    """
    variables: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        found = ASSIGNMENT.fullmatch(stripped)
        value = _unquoted(found[2].strip()) if found else None
        if found is None or value is None:
            raise EnvironmentFileError(f"line {number}: expected NAME=value")
        variables[found[1]] = value
    return variables


def _unquoted(value: str) -> str | None:
    if quoted := SINGLE_QUOTED.fullmatch(value):
        return quoted[1]
    if quoted := DOUBLE_QUOTED.fullmatch(value):
        return re.sub(r'\\(["\\`$])', r"\1", quoted[1])
    return re.sub(r"\\(.)", r"\1", value) if PLAIN.fullmatch(value) else None
