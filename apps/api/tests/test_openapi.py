"""The document, and the running service against it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import falcon.inspect
import pytest

from running_api import running_api
from shopapi.routes import ROUTES

ROOT = Path(__file__).parents[1]
FALCONS_OWN = {"OPTIONS", "HEAD"}


def test_every_route_and_method_is_in_the_document(client):
    document = client.simulate_get("/openapi.json").json
    served = {
        (route.path, method.method)
        for route in falcon.inspect.inspect_app(client.app).routes
        for method in route.methods
        if method.internal is False and method.method not in FALCONS_OWN
    }

    assert served == {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert set(document["paths"]) == set(ROUTES)


def test_an_optional_parameter_is_no_null(client):
    (category,) = [
        parameter
        for parameter in client.simulate_get("/openapi.json").json["paths"]["/api/products"]["get"][
            "parameters"
        ]
        if parameter["name"] == "category"
    ]

    assert category["schema"] == {"type": "string", "pattern": "^[a-z-]{1,40}$"}
    assert category["required"] is False


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--max-examples", "50", "--seed", "1"], id="the same 50 examples"),
        pytest.param(["--max-examples", "500"], id="500 random ones", marks=pytest.mark.long),
    ],
)
def test_schemathesis_finds_nothing_on_the_running_service(exporting, log, options):
    with running_api(exporting, log) as api:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("st"), "--no-color", "run",
                f"http://127.0.0.1:{api.port}/openapi.json", "--checks", "all", *options,
            ],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=1500,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout
    assert '"level":"error"' not in log.read_text()
