"""The runner, against a server that answers as its world is, on a clock of its own."""

import json
import os
import signal

import pytest

from tests.scenarios.__main__ import command, ended_by_signals
from tests.scenarios.model import Called
from tests.scenarios.reading import load, names
from tests.scenarios.report import to_json, to_markdown, verdict, write
from tests.scenarios.runner import Runner
from tests.scenarios.simulated import BEGAN, ENVIRONMENTS, Fault, World, served
from toolkit.errors import UserError

TIMELINE = ["normal", "prod-latency", "qa-errors"]


class Silent:
    def begin(self, scenario):
        pass

    def expect(self, phase, rows):
        pass

    def tell(self, text):
        pass

    def waiting(self, rows):
        pass

    def settled(self, row):
        pass


def play(world, *wanted, brief=True):
    scenarios = [load(name) for name in wanted]
    with served(world) as site:
        records = Runner(site, Silent(), world, brief=brief).run(scenarios)
    return records, verdict(records, scenarios)


def is_clean(world):
    return not any(world.in_force(environment) for environment in ENVIRONMENTS)


def test_the_timeline_is_green_and_takes_at_most_nine_minutes():
    world = World()
    records, faults = play(world, *TIMELINE)
    assert faults == []
    assert [record.scenario.name for record in records] == TIMELINE
    assert world.time - BEGAN <= 9 * 60
    assert is_clean(world)


@pytest.mark.parametrize("name", names())
def test_each_scenario_is_green_alone(name):
    _, faults = play(World(), name)
    assert faults == []


@pytest.mark.parametrize("brief", [True, False], ids=["brief", "until the alert"])
def test_a_fault_outlives_what_is_awaited_and_ends_by_itself(brief):
    world = World()
    (record,), _ = play(world, "prod-latency", brief=brief)
    (injected,) = [command for _, command in world.commands if " set " in command]
    ends = record.injected + float(injected.rpartition("--for ")[2].removesuffix("s"))
    fired = next(
        r for r in record.rows if r.phase == "incident" and isinstance(r.condition, Called)
    )
    assert record.cleared < ends <= record.injected + 10 * 60
    assert (record.cleared < fired.became) == brief


def test_a_fault_that_was_there_before_is_cleared_first():
    world = World(calls=lambda *_: False)
    world.faults.append(Fault("dev", "latency", BEGAN - 30, BEGAN + 1000))
    records, faults = play(world, "normal")
    assert faults == []
    assert records[0].rows[0].took > 30, "normal was said while a window still held the fault"


def test_a_site_without_a_steady_state_gets_no_fault():
    world = World(change=lambda n, e, _t, v: 0.9 if (n, e) == ("p95", "dev") else v)
    records, faults = play(world, "prod-latency", "qa-errors")
    assert [record.scenario.name for record in records] == ["prod-latency"]
    assert world.faults == []
    assert (
        "answers are quick: not within 180 s (prod 0.100 s, dev 0.900 s at 4 of 4 steps, qa"
        in (faults[0])
    )
    assert faults[-1] == "qa-errors: not begun"


def test_steady_means_that_nothing_is_missing_in_between():
    world = World()
    gap = BEGAN + 40, BEGAN + 200
    world.change = lambda n, _e, t, v: float("nan") if n == "p95" and gap[0] < t < gap[1] else v
    world.time = BEGAN + 50
    records, _ = play(world, "normal")
    assert records[0].rows[0].became >= gap[1]


def test_a_fault_without_effect_is_missed_and_cleared():
    world = World(change=lambda n, _e, _t, v: 0.1 if n == "p95" else v)
    _, faults = play(world, "prod-latency")
    assert "prod-latency: production is slow: not within 45 s (prod 0.100 s)" in faults
    assert "prod-latency: p95 of prod did not differ: 0.100 s → 0.100 s" in faults
    assert is_clean(world)


def test_an_environment_that_suffers_with_another_is_told():
    def leak(name, environment, time, value):
        fault = [f for f in world.faults if f.share(time) > 0]
        return 0.7 if name == "p95" and environment == "dev" and fault else value

    world = World()
    world.change = leak
    _, faults = play(world, "prod-latency")
    assert any(f.startswith("prod-latency: answers are quick: dev 0.700 s at") for f in faults)
    assert any(f.startswith("prod-latency: p95 of dev differed") for f in faults)


def test_a_signal_that_must_not_differ_is_told():
    world = World()
    world.change = lambda n, e, t, v: (
        6.0 if (n, e) == ("rate", "prod") and world.faults and world.faults[0].share(t) else v
    )
    _, faults = play(world, "prod-latency")
    assert faults == ["prod-latency: rate of prod differed: 10.0 /s → 6.0 /s"]


def test_more_errors_than_injected_are_told_although_the_right_share_passes_by():
    world = World(change=lambda n, _e, _t, v: v * 3 if n == "errors" else v)
    _, faults = play(world, "qa-errors")
    assert faults == ["qa-errors: one request in ten fails: not within 100 s (qa 30.0 %)"]


def test_an_alert_for_somebody_else_is_told():
    world = World()
    world.calls = lambda alert, environment, time, fires: (
        fires or (alert == "SLOLatencyBurn" and environment == "qa" and time > BEGAN + 200)
    )
    _, faults = play(world, "prod-latency")
    assert faults == ["prod-latency: nobody is called for the others: SLOLatencyBurn of qa fired"]


def test_an_alert_that_has_yet_to_fire_is_not_resolved():
    (record,), _ = play(World(), "qa-errors")
    fired, resolved = [
        row.became
        for row in record.rows
        if row.phase != "steady" and isinstance(row.condition, Called)
    ]
    assert record.cleared < fired < resolved


def test_an_alert_that_is_never_resolved_is_told():
    world = World()
    world.calls = lambda alert, environment, time, fires: (
        fires or ((alert, environment) == ("SLOLatencyBurn", "prod") and time > BEGAN + 100)
    )
    _, faults = play(world, "prod-latency")
    assert len(faults) == 1
    assert faults[0].startswith("prod-latency: the alert is resolved: not within 390 s")


def test_an_alert_that_fires_already_proves_nothing():
    world = World(calls=lambda *_: True)
    _, faults = play(world, "qa-errors")
    assert any("SLOAvailabilityBurn does not fire yet: not within" in fault for fault in faults)
    assert world.faults == []


def interrupt(*_):
    raise KeyboardInterrupt


def test_an_interruption_clears():
    world = World()
    world.wake = lambda _: interrupt() if world.in_force("prod", before=10) else None
    with pytest.raises(KeyboardInterrupt):
        play(world, "prod-latency")
    assert world.faults
    assert is_clean(world)


def test_sigterm_clears():
    world = World()
    world.wake = lambda _: (
        os.kill(os.getpid(), signal.SIGTERM) if world.in_force("prod", before=10) else None
    )
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ended_by_signals():
        play(world, "prod-latency")
    assert world.faults
    assert is_clean(world)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_host_that_cannot_be_cleared_does_not_keep_others_from_it():
    def refuse(command):
        if command.endswith("clear") and world.commands[-1][0] == "dp-dev-01":
            raise UserError("no route to host")

    world = World(obey=refuse)
    with pytest.raises(UserError, match="dp-dev-01: no route to host"):
        play(world, "normal")
    assert {host for host, _ in world.commands} == {f"dp-{name}-01" for name in ENVIRONMENTS}


def test_the_report_tells_when_each_became_true(tmp_path):
    (record,), _ = play(World(), "prod-latency")
    write([record], tmp_path)
    document = json.loads((tmp_path / "prod-latency.json").read_text())
    assert document == json.loads(json.dumps(to_json(record)))
    first = next(row for row in document["timeline"] if row["phase"] == "incident")
    assert first["what"] == "every worker has the fault"
    assert 0 < first["after_seconds"] <= first["within_seconds"]
    page = (tmp_path / "prod-latency.md").read_text()
    assert page == to_markdown(record)
    assert "everything was as expected" in page
    assert "| p95 | 0.100 s → 0.100 s | **0.100 s → 0.900 s** | 0.100 s → 0.100 s |" in page


def test_the_report_of_a_red_one_says_what_was_missed():
    (record,), _ = play(World(change=lambda n, _e, _t, v: 0.1 if n == "p95" else v), "prod-latency")
    page = to_markdown(record)
    assert "**not** as expected" in page
    assert "| production is slow | **never** | 45 s | prod 0.100 s |" in page


def test_without_a_name_scenarios_are_listed(capsys):
    assert command([]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == names()


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        (["prod-latenzy"], "no scenario 'prod-latenzy'", "did you mean 'prod-latency'?"),
        (["normal", "--lab", "nowhere"], "lab nowhere is not up", "--name nowhere up"),
    ],
    ids=["unknown scenario", "no lab"],
)
def test_what_cannot_be_played_is_one_line_and_a_hint(words, said, hint, capsys):
    assert command(words) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert said in first
    assert hint in second


def test_what_is_never_the_same_may_differ():
    def bursts(name, environment, time, value):
        dev = (name, environment) == ("rate", "dev")
        return (4 if (time - BEGAN) % 120 < 60 else 18) if dev else value

    (record,), faults = play(World(change=bursts), "prod-latency")
    assert faults == []
    assert "Never the same, so not judged: rate of dev." in to_markdown(record)
