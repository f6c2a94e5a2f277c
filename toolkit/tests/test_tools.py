import pytest

from toolkit import console
from toolkit.errors import UserError
from toolkit.files import locked, staging, write_atomically
from toolkit.waiting import DeadlineError, wait_for


def raising(error):
    def body(_argv):
        raise error

    return body


def test_known_failures_become_one_line_and_a_hint(capsys):
    assert console.main(raising(UserError("no root", hint="sudo make demo")), []) == console.FAILED
    assert capsys.readouterr().err == "error: no root\n  → sudo make demo\n"


def test_unknown_failures_keep_their_traceback_and_another_code(capsys):
    assert console.main(raising(ZeroDivisionError()), []) == console.UNEXPECTED
    assert "Traceback" in capsys.readouterr().err


def test_interrupt_ends_with_the_shells_code(capsys):
    assert console.main(raising(KeyboardInterrupt()), []) == console.INTERRUPTED
    assert capsys.readouterr().err == "interrupted\n"


def test_table_columns_are_as_wide_as_their_widest_cell():
    assert console.table(["a", "bb"], [["ccc", "d"]]) == "a    bb\nccc  d"


def test_numbers_stand_to_the_right():
    assert console.table(["x", "ms"], [["a", "10.5"], ["b", "-"]]) == "x    ms\na  10.5\nb     -"


def test_a_failed_write_leaves_the_old_text_and_no_remains(tmp_path):
    target = tmp_path / "file"
    write_atomically(target, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(target, "\udcff")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_staging_is_removed_even_when_its_content_is_read_only(tmp_path):
    with staging(tmp_path / "final") as directory:
        inner = directory / "module"
        inner.mkdir()
        (inner / "file").write_text("x")
        inner.chmod(0o500)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_admits_the_next_one_after_release(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "lock", purpose="test"):
            pass


def test_waiting_reports_what_it_saw_last():
    with pytest.raises(DeadlineError, match=r"three: not within 0.05 s; last seen: 2"):
        wait_for(lambda: 2, lambda n: n == 3, within=0.05, what="three", every=0.01)


def test_waiting_takes_errors_as_not_yet():
    answers = iter([OSError("refused"), "up"])

    def look():
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert wait_for(look, within=1, what="up", every=0.01) == "up"
