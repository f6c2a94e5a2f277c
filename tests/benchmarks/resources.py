"""What each service of a running lab takes: `python -m tests.benchmarks.resources [LAB]`.

Memory is what a service's processes hold, pages that several share counted once, and the most they
ever held; processors are what systemd counts for the unit over a minute. Customers are those that
the lab has: `make demo` brings some.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lab.host import Host
from lab.lab import DEFAULT_NAME, Lab
from tests.conftest import load
from toolkit.console import OK, main, step, table
from toolkit.promql import query, value_of
from toolkit.waiting import wait_for

SECONDS = 60
"""How long processors are counted."""

# A machine without a memory controller has no MemoryCurrent; the processes tell everywhere.
SERVICES = """
for unit in $(systemctl list-units --plain --no-legend --state=running 'sightline-*.service' |
    cut --delimiter=' ' --fields=1); do
  group=$(systemctl show --value --property=ControlGroup $unit)
  processes=$(cat /sys/fs/cgroup$group/cgroup.procs)
  echo $unit $(systemctl show --value --property=CPUUsageNSec $unit) \
    $(for one in $processes; do cat /proc/$one/smaps_rollup; done |
      awk '/^Pss:/ { kilobytes += $2 } END { print kilobytes }') \
    $(for one in $processes; do cat /proc/$one/status; done |
      awk '/^VmHWM:/ { kilobytes += $2 } END { print kilobytes }')
done
"""
RELEASES = "cd /opt/sightline/releases && du --apparent-size --block-size=1 --summarize */*"

OF_DATA_PLANES = {
    "SERIES": 'count by (data_plane_id) ({data_plane_id!=""})',
    "SCRAPED": 'sum by (data_plane_id) (scrape_samples_scraped{data_plane_id!=""})',
}
OF_PROMETHEUS = {
    "series in memory": "sum(prometheus_tsdb_head_series)",
    "samples a second": "sum(rate(prometheus_tsdb_head_samples_appended_total[1m]))",
    "rules, ms a round": "1000 * sum(prometheus_rule_group_last_duration_seconds)",
}


@dataclass(frozen=True)
class Taken:
    """What a service takes at one moment."""

    cpu: float
    """Processor seconds since it started."""
    resident: float
    peak: float
    """Megabytes."""


def parse(said: str) -> dict[str, Taken]:
    """Read what `SERVICES` prints: service to what it takes."""
    found = {}
    for line in said.splitlines():
        unit, nanoseconds, resident, peak = line.split()
        name = unit.removeprefix("sightline-").removesuffix(".service")
        found[name] = Taken(int(nanoseconds) / 1e9, int(resident) / 1e3, int(peak) / 1e3)
    return found


def services(host: Host) -> dict[str, Taken]:
    """Ask a host what its services take now."""
    return parse(host.run("bash -s", stdin=SERVICES).stdout)


def of_services(hosts: Sequence[Host]) -> list[list[str]]:
    """Return a row for each service of each host, and one for what all of a host take."""
    with ThreadPoolExecutor(len(hosts)) as pool:
        first, began = list(pool.map(services, hosts)), time.monotonic()
        wait_for(time.monotonic, (began + SECONDS).__le__, within=SECONDS + 5, what="time", every=1)
        last, seconds = list(pool.map(services, hosts)), time.monotonic() - began
    rows = []
    for host, before, after in zip(hosts, first, last, strict=True):
        cells = [
            (name, one.resident, one.peak, 100 * (one.cpu - before[name].cpu) / seconds)
            for name, one in sorted(after.items())
        ]
        everything = ("all", *(sum(column) for column in list(zip(*cells, strict=True))[1:]))
        rows += [
            [host.name, name, f"{resident:.0f}", f"{peak:.0f}", f"{share:.1f}"]
            for name, resident, peak, share in (*cells, everything)
        ]
    return rows


def of_releases(hosts: Sequence[Host]) -> list[list[str]]:
    """Return a row for each release on each host."""
    lines = [(host, line) for host in hosts for line in host.run(RELEASES).stdout.splitlines()]
    return [
        [host.name, path, f"{int(size) / 1e6:.0f}"]
        for host, (size, path) in ((host, line.split()) for host, line in lines)
    ]


def of_data_planes(prometheus: str) -> list[list[str]]:
    """Return a row for each data plane: series in Prometheus, and samples in a scrape of it."""
    columns = [
        {sample.labels["data_plane_id"]: sample.value for sample in query(prometheus, expression)}
        for expression in OF_DATA_PLANES.values()
    ]
    return [[name, *(f"{one[name]:.0f}" for one in columns)] for name in sorted(columns[0])]


def cli(argv: Sequence[str]) -> int:
    """Look at every host of the lab and ask its Prometheus, and print both."""
    lab = Lab.open(*argv[:1] or [DEFAULT_NAME])
    hosts = list(lab.hosts.values())
    port = load("roles/host_baseline/defaults/main.yml")["host_baseline_ports"]["prometheus"][
        "port"
    ]
    prometheus = f"http://{lab.hosts['cp-01'].address}:{port}"
    with step(f"Watching the services of lab {lab.claim.name} for {SECONDS} s"):
        taken = of_services(hosts)
    print(table(["HOST", "SERVICE", "MEMORY MB", "PEAK MB", "CPU %"], taken), end="\n\n")
    print(table(["HOST", "RELEASE", "MB"], of_releases(hosts)), end="\n\n")
    print(table(["DATA PLANE", *OF_DATA_PLANES], of_data_planes(prometheus)), end="\n\n")
    told = [[what, f"{value_of(prometheus, asked):.0f}"] for what, asked in OF_PROMETHEUS.items()]
    print(table(["PROMETHEUS", ""], told))
    return OK


if __name__ == "__main__":
    sys.exit(main(cli))
