from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from loadgen.report import Lines, LiveTable, final, sparkline
from loadgen.stats import Outcome, Recorder
from samples import request, result, traffic

NAMES = ["prod", "dev", "production-west-2"]


def printed(renderable, *, width=100):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, no_color=True)
    console.print(renderable)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())


@pytest.fixture
def recorder():
    return Recorder(NAMES)


def row(text, name):
    (found,) = (line for line in text.splitlines() if line.split()[:1] == [name])
    return found


def test_the_live_table_fits_a_hundred_columns_and_nothing_in_it_moves(recorder):
    table = LiveTable("a title that is longer than the terminal is wide " * 3)
    shapes = set()
    for second in range(40):
        for number in range(50 if second % 7 else 5000):
            took = [0.0004, 0.03, 29.9][second % 3]
            request(recorder, second + number / 5000, took=took)
        lines = printed(table.render(recorder.snapshot(second + 1))).splitlines()
        assert max(map(len, lines)) <= 100
        assert "…" not in "".join(lines[1:4])  # no header is cut off
        header = lines[2]
        shapes.add((len(lines), header, lines[3]))
    assert len(shapes) == 1


def test_the_live_table_shows_the_last_ten_seconds(recorder):
    table = LiveTable("title")
    for second in range(60):
        for number in range(10):
            took = 0.5 if second < 40 else 0.02
            request(recorder, second + number / 10, took=took)
        text = printed(table.render(recorder.snapshot(second + 1)))
    cells = row(text, "prod").split()
    assert cells[:6] == ["prod", "●", "ok", "10.0", "10.0", "0.00"]
    assert cells[6] == cells[7] == cells[8] == "20.1"
    assert cells[-1] == "████████▁▁▁▁"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(200), "● ok"),
        (Outcome(402), "● ok"),
        (Outcome(503), "▲ errors"),
        (Outcome(None, "refused"), "■ silent"),
    ],
    ids=["fine", "declined", "failing", "dead"],
)
def test_the_state_of_an_environment_is_a_glyph_and_a_word(recorder, outcome, state):
    table = LiveTable("title")
    table.render(recorder.snapshot(0))
    for number in range(10):
        request(recorder, number / 10, outcome=outcome)
    assert state in row(printed(table.render(recorder.snapshot(1))), "prod")


def test_drops_show_as_a_state_and_stay_counted(recorder):
    table = LiveTable("title")
    table.render(recorder.snapshot(0))
    request(recorder, 0.1)
    recorder.dropped("prod", "/health", due=0.5)
    assert "▼ drops" in row(printed(table.render(recorder.snapshot(1))), "prod")
    for second in range(2, 20):
        request(recorder, second)
        text = row(printed(table.render(recorder.snapshot(second + 1))), "prod")
    assert "● ok" in text
    assert text.split()[-2] == "1"


def test_a_line_tells_what_happened_since_the_last_one(recorder):
    lines = Lines()
    for number in range(50):
        request(recorder, number / 10, took=0.5, outcome=Outcome(500))
    lines.render(recorder.snapshot(5))
    for number in range(50, 150):
        request(recorder, number / 20 + 2.5, took=0.1)
    first = lines.render(recorder.snapshot(10)).splitlines()[0]
    assert first == (
        "t=10s env=prod wanted=20.0/s sent=20.0/s answered=20.0/s errors=0.00% "
        "p50=100ms p95=100ms p99=100ms service_p95=100ms in_flight=0 dropped=0"
    )


def test_a_line_of_nothing_has_the_same_fields(recorder):
    keys = [
        re.findall(r"(\w+)=\S", line) for line in Lines().render(recorder.snapshot(0)).split("\n")
    ]
    assert len(keys) == len(NAMES)
    assert all(len(found) == 12 for found in keys)


def test_the_final_table_has_every_environment_and_route(recorder):
    traffic(recorder, NAMES, seconds=10, rate=20)
    recorder.dropped("dev", "/health", due=1)
    text = printed(final(result(recorder, seconds=10)), width=120)
    for name in NAMES:
        total = recorder.snapshot(10).environment(name).total
        cells = row(text, name).split()
        assert cells[1:3] == [f"{total.sent}", "20.0"]
        assert cells[8] == str(total.failed)
    assert text.count("/api/orders") == len(NAMES)
    assert "Errors of prod: " in text
    assert max(map(len, text.splitlines())) <= 120


def test_the_final_report_says_which_thresholds_were_missed_and_what_was_found(recorder):
    for number in range(100):
        request(recorder, number / 50, took=0.7)
    text = printed(
        final(result(recorder, seconds=2, thresholds=["prod:p95>500ms", "prod:errors>1%"]))
    )
    assert re.search(r"✘ missed +prod:p95>500ms +prod +700 ms", text)
    assert re.search(r"✔ kept +prod:errors>1% +prod +0\.00 %", text)


def test_what_looks_like_markup_is_shown_as_it_is():
    name, outcome = "[red]prod[/red]", Outcome(None, "[b]")
    recorder = Recorder([name])
    request(recorder, 0, environment=name, route="/[bold]", outcome=outcome)
    text = printed(final(result(recorder, seconds=1)), width=140)
    assert "[red]prod[/red]" in text
    assert "/[bold]" in text
    assert "1 [b]" in text
    live = LiveTable("[bold]title")
    assert "[red]prod" in printed(live.render(recorder.snapshot(1)))
    assert "[bold]title" in printed(live.render(recorder.snapshot(1)))


def test_a_sparkline_starts_at_zero_and_leaves_gaps():
    assert sparkline([None, 0, 1, 2, 4]) == " ▁▃▅█"
    assert sparkline([None, None]) == "  "
    assert sparkline([0.0]) == "▁"
