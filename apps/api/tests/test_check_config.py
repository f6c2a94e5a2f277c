from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopapi import environment_file
from shopapi.environment_file import EnvironmentFileError

SOURCES = Path(__file__).parents[1] / "src"


def check_config(*arguments, env):
    return subprocess.run(
        [sys.executable, "-m", "shopapi", "check-config", *map(str, arguments)],
        env=env | {"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )


def written(path, variables):
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    return path


def test_a_good_environment_is_accepted_silently_and_nothing_is_created(variables, tmp_path):
    done = check_config(env=variables)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(tmp_path.iterdir())


def test_a_bad_environment_costs_one_line_and_exit_code_1(variables):
    done = check_config(env=variables | {"API_THREADS": "lots"})

    assert done.returncode == 1
    assert done.stderr == "error: API_THREADS='lots': expected a whole number from 1 to 512\n"


def test_a_file_is_checked_instead_of_the_environment(variables, tmp_path):
    staged = written(tmp_path / "api.env", variables | {"ENV": "Prod"})

    done = check_config("--environment-file", staged, env=variables)

    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {staged}: ENV='Prod': expected ")


def test_a_good_file_is_enough_in_an_empty_environment(variables, tmp_path):
    staged = written(tmp_path / "api.env", variables)

    assert check_config("--environment-file", staged, env={}).returncode == 0


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = check_config("--environment-file", tmp_path / "api.env", env={})

    assert done.returncode == 1
    assert done.stderr == f"error: {tmp_path / 'api.env'}: No such file or directory\n"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  A = 1", None),
        ("A=two words ", "two words"),
        ('A="two words"', "two words"),
        ("A='$5 \\ \"'", '$5 \\ "'),
        (r'A="say \"hi\" \d"', r'say "hi" \d'),
        (r"A=back\\slash", r"back\slash"),
        ("A=", ""),
        ("A=b=c # not a comment", "b=c # not a comment"),
        ('A="open', None),
        ('A="half"quoted', None),
        ("A=goes on \\", None),
        ("export A=1", None),
        ("A", None),
        ("1A=1", None),
    ],
)
def test_lines_are_read_as_systemd_reads_them_or_refused(line, value):
    text = f"# comment\n; comment\n\n{line}\n"
    if value is not None:
        assert environment_file.parse(text) == {"A": value}
    else:
        with pytest.raises(EnvironmentFileError, match=r"^line 4: "):
            environment_file.parse(text)


def test_a_refused_line_is_not_repeated_because_it_may_hold_a_secret():
    with pytest.raises(EnvironmentFileError) as refused:
        environment_file.parse("OTEL_EXPORTER_OTLP_HEADERS='Authorization=Basic c2VjcmV0")

    assert "c2VjcmV0" not in str(refused.value)
