"""The life of a dashboard on Debian 12 and 13: it comes, changes, is upgraded, and goes.

The tests follow one site in order.
"""

import contextlib
import json
import re
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugins.plugin_utils.checkout import revision
from tests.benchmarks.panels import pages
from tests.benchmarks.queries import path_of
from tests.benchmarks.shape import Fleet
from tests.dashboard.site import HOSTS
from tests.http_answer import as_user, ask
from toolkit.process import run
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

FOREIGN = "[Service]\nExecStart=/bin/sleep infinity\n"
EXPOSURE = re.compile(r"Overall exposure level for \S+: ([\d.]+)")
ASKED = re.compile(r'prometheus_http_requests_total{.*handler="/api/v1/query(?:_range)?"} (\S+)')
VIEWERS, TICKS, EVERY = 40, 3, 10
"""People, and moments they ask about with the seconds between them, of which each is asked once."""

EVERYTHING = [
    "/",
    "/metrics",
    "/config.json",
    "/runbooks.md",
    "/theme.js",
    "/assets/x.js",
    "/api/v1/query?query=up",
    "/templates/index.json",
    "/dashboards/slo",
]

every_host = pytest.mark.parametrize("host", HOSTS)


# --------------------------------------------------------------------------------- it comes


def test_a_host_whose_nginx_somebody_else_uses_is_left_alone(site):
    site.write("north")
    unit = "/etc/systemd/system/nginx.service"
    for name in HOSTS:
        site.lab.hosts[name].run(f"cat > {unit} && systemctl start nginx", stdin=FOREIGN)
    done = site.play("control_plane", "north")
    assert done.code != 0
    assert "nginx.service is in use on this host, and not by this product" in done.said
    assert set(site.run("systemctl is-active nginx").values()) == {"active\n"}
    assert set(site.run("ls /usr/sbin/nginx", check=False).values()) == {""}
    site.run(f"systemctl stop nginx && rm {unit} && systemctl daemon-reload")


def test_a_bare_host_is_told_what_would_come_and_what_cannot_be_checked(site):
    done = site.play("control_plane", "north", check=True)
    assert done.code == 0, done.said
    assert "+  upstream query {" in done.said
    assert re.search(r"dashboard: not checked: dashboard \S+ is not on the host yet", done.said)
    assert set(
        site.run("ls -d /etc/sightline/dashboard /usr/sbin/nginx", check=False).values()
    ) == {""}


def test_after_it_has_come_nothing_is_left_to_be_done(site, north):
    assert set(site.play("control_plane", north).changed.values()) == {0}
    assert set(site.play("control_plane", north, check=True).changed.values()) == {0}


@pytest.mark.usefixtures("north")
def test_debians_own_nginx_has_never_run(site):
    assert set(site.run("systemctl is-enabled nginx", check=False).values()) == {"masked\n"}
    shown = site.run("systemctl show --property=ActiveEnterTimestamp --value nginx")
    assert set(shown.values()) == {"\n"}


@pytest.mark.usefixtures("north")
def test_the_unit_exposes_little(site):
    for said in site.run("systemd-analyze security --no-pager sightline-dashboard").values():
        assert float(EXPOSURE.search(said)[1]) <= 1.5, said


# --------------------------------------------------------------------------- who is let in


@every_host
@pytest.mark.usefixtures("north")
def test_without_the_password_there_is_no_answer(site, host):
    address = site.lab.hosts[host].address
    for path in EVERYTHING:
        for headers in ({}, as_user("sightline", "guessed"), as_user("admin", site.password)):
            answer = ask(address, path, headers=headers)
            assert answer.status == 401, path
            assert b"root" not in answer.body
            assert answer.headers["WWW-Authenticate"] == 'Basic realm="Sightline"'
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert ask(address, "/healthz").body == b"# ready\n"


@every_host
@pytest.mark.usefixtures("north")
def test_with_the_password_there_are_pages_and_answers_of_prometheus(site, host):
    assert b'<div id="root">' in site.ask(host, "/").body
    assert b'"status":"success"' in site.ask(host, "/api/v1/query?query=up").body


@pytest.mark.usefixtures("north")
def test_the_password_is_on_no_host(site):
    places = "/etc /run /opt/sightline /var/lib/sightline /tmp /var/tmp /var/log"
    search = f"grep --recursive --files-with-matches --fixed-strings -f - {places} 2> /dev/null"
    for name in HOSTS:
        found = site.lab.hosts[name].run(search, stdin=f"{site.password}\n", check=False)
        assert found.stdout == ""
    users = site.run("cat /etc/sightline/dashboard/current/users")
    assert all(re.fullmatch(r"sightline:\$6\$\S{90,}\n", text) for text in users.values()), users


# ------------------------------------------------------------------ what depends on environments


def test_an_environment_changes_without_a_restart(site, north):
    before = site.processes()
    site.write(north, dashboard_environment_title="The North", dashboard_environment_slot=4)
    assert site.play("control_plane", north).changed == {"cp": 1, "cp-2": 1}
    for host in HOSTS:
        found = site.configuration(host)[north]
        assert (found["title"], found["slot"]) == ("The North", 4)
    assert site.processes() == before


def test_an_environment_comes_and_goes_by_its_own_inventory(site, north):
    before = site.processes()
    site.write("south", dashboard_environment_thresholds={"p95_seconds": 2})
    assert site.play("control_plane", "south").code == 0
    for host in HOSTS:
        found = site.configuration(host)
        assert found[north]["title"] == "The North"
        assert found["south"]["thresholds"] == {
            "error_ratio": 0.05,
            "p95_seconds": 2,
            "freshness_seconds": 30,
        }
        assert found["south"]["data_planes"] == [{"id": "south-1", "host": "south-1"}]
    assert site.play("control_plane", north, environments_removed="south").code == 0
    assert all(list(site.configuration(host)) == [north] for host in HOSTS)
    assert site.processes() == before


def test_a_wrong_threshold_is_one_line_and_changes_nothing(site, north):
    before = site.processes(), site.configuration("cp")
    site.write(north, dashboard_environment_thresholds={"p95_seconds": "high"})
    done = site.play("control_plane", north)
    assert done.code != 0
    assert "config.d/north.json: threshold p95_seconds 'high' is no number above 0" in done.said
    assert (site.processes(), site.configuration("cp")) == before
    site.write(north, dashboard_environment_title="The North", dashboard_environment_slot=4)


# ----------------------------------------------------------------------- dashboards of the site


def write_template(folder, file, name, /, **display):
    folder.mkdir(exist_ok=True)
    document = {"kind": "Dashboard", "metadata": {"name": name}, "spec": {"display": display}}
    (folder / file).write_text(json.dumps(document))


def listed(site, host):
    found = json.loads(site.ask(host, "/templates/index.json").body)["templates"]
    return {one["name"]: one["from"] for one in found}


def test_dashboards_of_the_site_come_go_and_stand_before_shipped_ones(site, north):
    before, folder = site.processes(), site.folder / "dashboards"
    write_template(folder, "a.json", "Nodes_1.2")
    write_template(folder, "b.json", "slo", name="Our SLO")
    own = {"dashboard_templates": str(folder)}
    assert site.play("control_plane", north, **own).changed == {"cp": 1, "cp-2": 1}
    assert set(site.play("control_plane", north, **own).changed.values()) == {0}
    for host in HOSTS:
        shown = listed(site, host)
        assert (shown["Nodes_1.2"], shown["slo"]) == ("yours", "yours")
        assert shown["golden-signals"] == "shipped"
        assert site.ask(host, "/templates/slo.json").body == (folder / "b.json").read_bytes()
        assert site.ask(host, "/templates/golden-signals.json").status == 200
        assert b'<div id="root">' in site.ask(host, "/dashboards/Nodes_1.2").body
    assert site.play("control_plane", north).code == 0
    for host in HOSTS:
        assert "Nodes_1.2" not in listed(site, host)
        assert listed(site, host)["slo"] == "shipped"
        assert site.ask(host, "/templates/Nodes_1.2.json").status == 404
    assert site.processes() == before


def test_a_template_that_no_page_could_open_is_named_and_changes_nothing(site, north):
    before, folder = listed(site, "cp"), site.folder / "wrong"
    write_template(folder, "bad.json", "../x")
    done = site.play("control_plane", north, dashboard_templates=str(folder))
    assert done.code != 0
    assert "templates/bad.json: metadata.name '../x' is no name" in done.said
    assert listed(site, "cp") == before
    done = site.play("control_plane", north, dashboard_templates=str(folder / "none"))
    assert done.code != 0
    assert "is no directory on this machine" in done.said


# -------------------------------------------------------------------------------- who answers


@pytest.mark.usefixtures("north")
def test_when_the_first_prometheus_is_away_the_other_one_answers(site):
    first, second = (site.lab.hosts[name] for name in HOSTS)

    def statuses():
        return [site.ask(name, "/api/v1/labels").status for name in HOSTS]

    first.run("systemctl stop sightline-prometheus")
    try:
        assert statuses() == [200, 200]
        second.run("systemctl stop sightline-prometheus")
        wait_for(statuses, [502, 502].__eq__, within=10, what="an honest failure")
    finally:
        for host in (first, second):
            host.run("systemctl start sightline-prometheus")
    wait_for(statuses, [200, 200].__eq__, within=60, what="answers")
    # So many at once are taken by all processes of nginx: none still holds both for away.
    with ThreadPoolExecutor(VIEWERS) as pool:
        asked = [
            (name, f"/api/v1/labels?limit={one}") for one in range(1, VIEWERS) for name in HOSTS
        ]
        assert {one.status for one in pool.map(site.ask, *zip(*asked, strict=True))} == {200}


def asked_upstream(site):
    """Return how many questions both Prometheus were asked so far."""
    found = 0.0
    for name in HOSTS:
        said = site.lab.hosts[name].run(
            f"curl --silent http://{site.lab.hosts[name].address}:9090/metrics"
        )
        found += sum(map(float, ASKED.findall(said.stdout)))
    return found


@pytest.mark.usefixtures("north")
def test_forty_viewers_cost_one_query_for_each_panel_and_tick(site):
    """Each asks all panels at each tick, soon after it, as pages do."""
    page = next(page for page in pages(Fleet(0)) if page.name == "environments, recorded, 15m")
    before = asked_upstream(site)

    def look(viewer):
        told = []
        for tick in ticks:
            time.sleep(max(0.0, tick + viewer / VIEWERS / 2 - time.time()))
            told += [site.ask("cp", path_of(panel, tick)) for panel in page.panels]
        return told

    now = int(time.time())
    ticks = range(now + 2, now + 2 + TICKS * EVERY, EVERY)
    with ThreadPoolExecutor(VIEWERS) as pool:
        answers = [one for of_one in pool.map(look, range(VIEWERS)) for one in of_one]
    assert {answer.status for answer in answers} == {200}
    upstream = asked_upstream(site) - before
    print(
        f"{VIEWERS} viewers, {len(page.panels)} panels, {TICKS} ticks:"
        f" {len(answers)} questions, {upstream:.0f} of them upstream"
    )
    assert upstream == TICKS * len(page.panels)


@pytest.mark.usefixtures("north")
def test_two_prometheus_are_started_anew_one_after_the_other(site):
    def times():
        """Return when each was last stopped and was up again, by the clock that hosts share."""
        shown = ("InactiveEnterTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        asked = " ".join(f"--property={name}" for name in shown)
        said = site.run(f"systemctl show {asked} sightline-prometheus").values()
        found = [dict(line.split("=") for line in one.splitlines()) for one in said]
        return sorted(tuple(int(one[name]) for name in shown) for one in found)

    before = times()
    try:
        nicer = {"Service": {"Nice": "1"}}
        assert site.play("control_plane", "north", prometheus_unit_overrides=nicer).code == 0
        after = times()
    finally:
        assert site.play("control_plane", "north").code == 0
    assert not set(before) & set(after)
    (_, first_is_back), (second_stops, _) = after
    assert first_is_back < second_stops


# ------------------------------------------------------------------------- pages are upgraded


@pytest.fixture(scope="module")
def newer_checkout(tmp_path_factory):
    """Copy this checkout and let the pages in the copy be later ones."""
    copied = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True).stdout
    copy = ["xargs", "--null", "cp", "--archive", "--parents", f"--target-directory={copied}"]
    subprocess.run(copy, input=listed, check=True)
    main = copied / "apps/dashboard/src/main.tsx"
    main.write_text(main.read_text() + '\ndocument.documentElement.dataset["newer"] = "yes";\n')
    (copied / "REVISION").write_text(f"{revision().committed + 1} newer\n")
    return copied


def assets_of(site, host):
    return set(re.findall(rb'"(/assets/[^"]+\.js)"', site.ask(host, "/").body))


@contextlib.contextmanager
def visitors(site):
    """Ask for everything again and again; give the paths and statuses that were seen."""
    over, seen = threading.Event(), set()

    def visit():
        while not over.wait(0.02):  # slower than the limit of requests
            seen.update(
                (path, site.ask(host, path).status) for host in HOSTS for path in ("/", "/theme.js")
            )

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        yield seen
    finally:
        over.set()
        visitor.join()


def test_pages_are_upgraded_while_they_are_open_and_taken_back(site, north, newer_checkout):
    old, before = assets_of(site, "cp"), site.processes()
    with visitors(site) as seen:
        done = site.play_from(newer_checkout, "control_plane", north)
        assert done.changed == {"cp": 1, "cp-2": 1}
        new = assets_of(site, "cp")
        assert new - old  # the chart chunk may well be the same
        for host in HOSTS:
            for path in {*old, *new}:
                answer = site.ask(host, path.decode())
                assert answer.status == 200
                assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
        assert site.play("rollback", north, service="dashboard").code == 0
        assert assets_of(site, "cp") == old
    assert seen == {("/", 200), ("/theme.js", 200)}
    assert site.processes() == before


# ---------------------------------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def certificate(site, tmp_path_factory):
    """Give a certificate for both hosts and its key."""
    folder = tmp_path_factory.mktemp("tls")
    names = ",".join(f"IP:{site.lab.hosts[name].address}" for name in HOSTS)
    run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=dashboard", "-addext", f"subjectAltName={names}",
        "-keyout", folder / "key.pem", "-out", folder / "certificate.pem",
    ])  # fmt: skip
    return folder / "certificate.pem", folder / "key.pem"


def test_a_certificate_moves_the_dashboard_to_its_own_port_and_no_older_protocol_is_spoken(
    site, north, certificate
):
    tls = {
        "dashboard_tls_certificate": certificate[0].read_text(),
        "dashboard_tls_key": certificate[1].read_text(),
        "allow_older_revision": True,
    }
    trusting = ssl.create_default_context(cafile=certificate[0])
    headers = as_user("sightline", site.password)
    done = site.play("control_plane", north, **tls)
    assert done.code == 0, done.said
    assert "PRIVATE KEY" not in done.said
    for host in HOSTS:
        address = site.lab.hosts[host].address
        moved = ask(address, "/metrics?range=1h")
        assert (moved.status, moved.headers["Location"]) == (
            301,
            f"https://{address}/metrics?range=1h",
        )
        answer = ask(address, "/", headers=headers, trusting=trusting)
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert ask(address, "/", trusting=trusting).status == 401
        assert ask(address, "/healthz").status == 200
        said = run(
            ["openssl", "s_client", "-connect", f"{address}:443", "-alpn", "h2", "-brief"],
            check=False,
        )
        assert "Protocol version: TLSv1.3" in said.stdout + said.stderr
        old = [
            "openssl",
            "s_client",
            "-connect",
            f"{address}:443",
            "-tls1_1",
            "-cipher",
            "ALL:@SECLEVEL=0",
        ]
        assert run(old, check=False).returncode != 0
    assert set(site.play("control_plane", north, **tls).changed.values()) == {0}
    broken = {**tls, "dashboard_tls_key": "no key"}
    done = site.play("control_plane", north, **broken)
    assert done.code != 0
    assert "cannot load certificate key" in " ".join(done.said.split())
    assert ask(address, "/", headers=headers, trusting=trusting).status == 200
    assert site.play("control_plane", north, allow_older_revision=True).code == 0
    assert site.ask("cp", "/").status == 200


# ---------------------------------------------------------------------------------- it goes


def test_what_is_uninstalled_leaves_debians_nginx_installed_and_at_rest(site, north):
    assert site.play("uninstall", north, uninstall="control_plane").code == 0
    left = site.run(
        "find /etc /opt /run /usr -name '*sightline*'; systemctl is-active nginx;"
        " systemctl is-enabled nginx; ss -Hltn 'sport = :80';"
        " dpkg-query -Wf '${db:Status-Status}' nginx",
        check=False,
    )
    assert set(left.values()) == {"inactive\ndisabled\ninstalled"}
