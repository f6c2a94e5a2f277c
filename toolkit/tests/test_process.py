import pytest

from toolkit.errors import UserError
from toolkit.process import ProcessError, child_environment, run


def test_a_failing_program_is_named_with_its_code_and_last_words():
    with pytest.raises(ProcessError, match="ended with code 7:\nno such flag") as caught:
        run(["sh", "-c", "echo no such flag >&2; exit 7"])
    assert caught.value.code == 7


def test_a_missing_program_says_how_to_get_it():
    with pytest.raises(UserError, match="no-such-program is not installed") as caught:
        run(["no-such-program"])
    assert caught.value.hint == "make prerequisites"


def test_a_program_that_hangs_is_ended():
    with pytest.raises(UserError, match=r"did not end within 0.1 s"):
        run(["sleep", "60"], timeout=0.1)


def test_a_child_sees_nothing_of_the_callers_secrets(monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "secret")
    assert "SOME_TOKEN" not in child_environment()
    assert child_environment({"GOOS": "linux"})["GOOS"] == "linux"


def test_output_goes_to_the_log_and_failures_quote_it(tmp_path):
    log = tmp_path / "logs" / "x.log"
    with pytest.raises(ProcessError, match="second"):
        run(["sh", "-c", "echo first; echo second >&2; false"], log=log)
    assert log.read_text() == "first\nsecond\n"
