"""Every interruption in every stage of a deployment of every service: the next run heals it."""

import itertools
from pathlib import Path

import pytest

from tests.long.deployment import Deployment
from toolkit.console import table
from toolkit.files import write_atomically
from toolkit.process import ProcessError

pytestmark = pytest.mark.lab

RESTART = ("transfer", "check", "stop", "start", "probe")
RELOAD = ("transfer", "check", "reload", "probe")
FIRST = ("transfer", "check", "start", "probe")
STAGES = {
    ("prometheus", "configuration"): RELOAD,
    ("prometheus", "release"): RESTART,
    ("collector", "first deployment"): FIRST,
    ("collector", "configuration"): RESTART,
    ("api", "configuration"): RESTART,
    ("api", "release"): RESTART,
}
INTERRUPTIONS = {
    "controller killed": Deployment.kill_controller,
    "module killed": Deployment.kill_module,
    "host powered off": Deployment.power_off,
}
CASES = [
    (service, change, stage, interruption)
    for (service, change), stages in STAGES.items()
    for stage, interruption in itertools.product(stages, INTERRUPTIONS)
]
BY_DEFAULT = {
    ("prometheus", "configuration", "transfer", "controller killed"),
    ("collector", "configuration", "start", "module killed"),
    ("api", "release", "probe", "host powered off"),
}
"""One of each interruption, which runs with the tests that need hosts."""


def marked(case):
    marks = [] if case in BY_DEFAULT else [pytest.mark.long]
    return pytest.param(*case, marks=marks, id=", ".join(case))


def tabulated(outcomes):
    """Lay out what became of the cases that ran, one row for each stage of a change."""
    rows = [
        [*key, *(outcomes.get((*key, by), "") for by in INTERRUPTIONS)]
        for key in dict.fromkeys(case[:-1] for case in CASES if case in outcomes)
    ]
    return table(["service", "change", "stage", *INTERRUPTIONS], rows)


@pytest.fixture(scope="module")
def outcomes(pytestconfig):
    """What became of each case; the table of those that ran is written when all have."""
    seen = {}
    yield seen
    text = tabulated(seen)
    write_atomically(Path(".logs/interruptions.md"), f"```\n{text}\n```\n")
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{text}")


@pytest.fixture
def deployment(deployments, service):
    """The service, deployed."""
    deployments[service].settle()
    return deployments[service]


def interrupted(deployment, change, stage, interruption):
    """Begin a deployment, interrupt it in a stage, and return what it wanted."""
    wanted = deployment.another(change)
    deployment.settled = False
    if change == "first deployment":
        deployment.make_bare()
    if change == "release":
        deployment.forget(wanted)
    deployment.hold(stage, change)
    with deployment.running(wanted) as run:
        try:
            deployment.reach(stage, change, run)
            INTERRUPTIONS[interruption](deployment)
        finally:
            deployment.let_go()
        with pytest.raises(ProcessError):
            run.result(timeout=120)
    deployment.power_on()
    return wanted


def settled(deployment, wanted):
    """Assert that it is in force, that one more run changes nothing, and that nothing is left."""
    deployment.is_in_force(wanted)
    before = deployment.invocation()
    assert deployment.deploy(wanted)[0] == 0
    assert deployment.invocation() == before
    assert deployment.remains() == []
    deployment.proven, deployment.settled = wanted, True


@pytest.mark.parametrize(
    ("service", "change", "stage", "interruption"), [marked(case) for case in CASES]
)
def test_a_run_that_was_interrupted_is_healed_by_the_next(
    deployment, service, change, stage, interruption, outcomes
):
    case = (service, change, stage, interruption)
    outcomes[case] = "failed"
    wanted = interrupted(deployment, change, stage, interruption)
    changed, seconds = deployment.deploy(wanted)
    settled(deployment, wanted)
    outcomes[case] = f"{seconds:.1f} s" if changed else f"{seconds:.1f} s, found it done"


@pytest.mark.long
@pytest.mark.parametrize("service", ["collector"])
@pytest.mark.parametrize(
    ("stage", "interruption"),
    [(stage, by) for stage in ("check", "start") for by in INTERRUPTIONS],
)
def test_a_change_that_is_given_up_after_an_interruption_leaves_nothing(
    deployment, stage, interruption
):
    before = deployment.proven
    interrupted(deployment, "configuration", stage, interruption)
    deployment.deploy(before)
    settled(deployment, before)


@pytest.mark.long
@pytest.mark.parametrize("service", ["api"])
@pytest.mark.parametrize(
    ("stage", "interruption"),
    [(stage, by) for stage in ("transfer", "check", "probe") for by in INTERRUPTIONS],
)
def test_no_copy_of_the_configuration_outlives_the_run_after_an_interruption(
    deployment, stage, interruption
):
    wanted = interrupted(deployment, "configuration", stage, interruption)
    deployment.deploy(wanted)
    settled(deployment, wanted)
    assert deployment.copies(wanted) == []
