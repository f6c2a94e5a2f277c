"""What comes back when a host does."""

import json
import os
import time

from lab.lab import Lab
from toolkit.waiting import wait_for

BACK_WITHIN = 60
"""Seconds from the reboot to the last service that is ready."""

# Asks every probe, as `deploy_service` does, and prints what each service says.
PROBES = """
import glob, json, urllib.request
states = {}
for path in glob.glob("/etc/sightline/*/current/manifest.json"):
    url = json.load(open(path))["probe"]["url"]
    try:
        states[path.split("/")[3]] = urllib.request.urlopen(url, timeout=2).status
    except OSError as error:
        states[path.split("/")[3]] = str(error)
print(json.dumps(states))
"""


def test_after_a_reboot_every_service_is_back_by_systemd_alone():
    control_plane = Lab.open(os.environ["LAB_NAME"]).hosts["cp-01"]

    def states():
        said = control_plane.run("python3 -", stdin=PROBES, check=False, timeout=30)
        return json.loads(said.stdout or "{}")

    before = states()
    assert set(before.values()) == {200}, before
    assert {"minio", "prometheus", "thanos-query"} <= set(before)
    began = time.monotonic()
    control_plane.reboot()
    wait_for(states, before.__eq__, within=BACK_WITHIN, what="every service is ready")
    took = time.monotonic() - began
    print(f"{len(before)} services were ready {took:.1f} s after the reboot began")
    assert took <= BACK_WITHIN
