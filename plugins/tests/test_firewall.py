import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from plugins.module_utils.deploy.model import DeployError
from plugins.module_utils.firewall.host import unit_text
from plugins.module_utils.firewall.rules import hosts_of, merged, opened, read_table, render

NETWORKS = {
    "api_networks": ["0.0.0.0/0", "::/0"],
    "operator_networks": ["10.1.0.0/16", "fd00:1::/64"],
    "prometheus": ["192.168.56.10"],
    "thanos": [],
}


def entry(port=9000, group="all", bind="host_address", sources=("everyone",), **more):
    return {"port": port, "group": group, "bind": bind, "from": list(sources), **more}


def rules(*sources, networks=NETWORKS, **more):
    """Return the rules that one entry makes, without what every host has."""
    ports = read_table({"x": entry(sources=sources, **more)}, "ports")
    return [line.strip() for line in render(ports, networks).splitlines() if '"x: ' in line]


def products_own(**variables):
    """Return the product's table on a host with these variables."""
    loader = DataLoader()
    path = "roles/host_baseline/defaults/main.yml"
    defaults = loader.load_from_file(path, trusted_as_template=True)
    ports = Templar(loader, variables=variables).template(defaults["host_baseline_ports"])
    return read_table(ports, "ports")


def test_the_products_own_table_lets_prometheus_scrape_and_everyone_log_in():
    table = products_own()
    mine = {port.name for port in opened(table, ["data_plane", "prod"])}
    assert {"ssh", "api", "collector_metrics", "collector_telemetry"} <= mine
    assert "prometheus" not in mine
    assert not mine & {port.name for port in table if port.bind == "loopback"}


def test_the_port_of_tls_is_opened_with_a_certificate_alone():
    def mine(**variables):
        return {port.name for port in opened(products_own(**variables), ["dashboard"])}

    assert mine(dashboard_tls_certificate="PEM") - mine() == {"dashboard_tls"}
    assert mine(dashboard_tls_certificate="") == mine()


def test_everyone_needs_no_address_in_the_rule():
    expected = ['tcp dport 9000 counter accept comment "x: {}"']
    assert rules("everyone") == [expected[0].format("everyone")]
    assert rules("api_networks") == [expected[0].format("api_networks")]


def test_sources_of_both_families_make_one_rule_each():
    rule = '{} tcp dport 9000 counter accept comment "x: prometheus, operator_networks"'
    assert rules("prometheus", "operator_networks") == [
        rule.format("ip saddr { 10.1.0.0/16, 192.168.56.10 }"),
        rule.format("ip6 saddr fd00:1::/64"),
    ]


def test_overlapping_networks_are_folded_since_nftables_refuses_them():
    networks = {"a_networks": ["10.0.0.0/8", "10.1.2.3", "10.0.0.0/8"]}
    assert rules("a_networks", networks=networks) == [
        'ip saddr 10.0.0.0/8 tcp dport 9000 counter accept comment "x: a_networks"'
    ]


def test_nobody_gets_in_where_a_group_is_empty():
    assert rules("thanos") == []


def test_a_port_may_be_udp():
    assert rules("everyone", protocol="udp")[0].startswith("udp dport 9000 ")


def test_a_comment_never_outgrows_what_nftables_takes():
    names = [f"{'n' * 30}{number}_networks" for number in range(9)]
    made = rules(*names, networks={name: ["10.1.2.3"] for name in names})
    assert len(made[0].partition('comment "')[2].rstrip('"')) == 127


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"port": 1}, "give bind, from, group, port"),
        (entry(comment="x"), "give bind, from, group, port"),
        (8080, "give bind, from, group, port"),
        (entry(port=0), "port 0 is no number"),
        (entry(port="http"), "port http is no number"),
        (entry(bind="eth0"), "bind is one of host_address, loopback, any"),
        (entry(protocol="sctp"), "protocol is tcp or udp"),
        ({**entry(), "from": "everyone"}, "has to be a list"),
        (entry(sources=["10.0.0.0/8"]), "networks go into a variable"),
        (entry(sources=['x" accept']), "is no name"),
    ],
)
def test_an_entry_of_another_shape_is_refused(wrong, said):
    with pytest.raises(DeployError) as caught:
        read_table({"x": wrong}, "extra_ports")
    assert caught.value.detail == "extra_ports.x"
    assert said in caught.value.hint


def test_a_site_cannot_change_an_entry_of_the_product_by_accident():
    table = read_table({"x": entry()}, "ports")
    with pytest.raises(DeployError, match="x is the product's own entry"):
        merged(table, table)


@pytest.mark.parametrize("given", ["192.168.56.1/24", "cp-01", "10.0.0.0/33"])
def test_what_is_no_network_is_refused_by_name(given):
    with pytest.raises(DeployError, match=f"x: a_networks: .*{given}"):
        rules("a_networks", networks={"a_networks": [given]})


def test_a_group_is_its_hosts_and_one_that_the_site_does_not_use_has_none():
    product = read_table({"x": entry(sources=["prometheus", "thanos"])}, "ports")
    groups = {"prometheus": ["cp-01"], "data_plane": ["dp-01"], "prod": ["dp-01"]}
    assert hosts_of("prometheus", groups, product) == ["cp-01"]
    assert hosts_of("thanos", groups, product) == ()
    with pytest.raises(DeployError, match="`from` names promethus, which is no group"):
        hosts_of("promethus", groups, product)


def test_a_group_of_data_planes_is_refused_since_a_run_may_know_only_some():
    groups = {"prod": ["dp-01"], "data_plane": ["dp-01"]}
    with pytest.raises(DeployError, match="prod holds data planes"):
        hosts_of("prod", groups, ())


def test_the_text_replaces_the_whole_table_and_names_no_other():
    lines = render((), {}).splitlines()
    assert lines[1:4] == [
        "table inet sightline",
        "delete table inet sightline",
        "table inet sightline {",
    ]
    assert not [line for line in lines if "flush" in line]


def test_the_unit_stops_by_removing_our_table_alone():
    stop = [line for line in unit_text().splitlines() if line.startswith("ExecStop=")]
    command = "table inet sightline; delete table inet sightline"
    assert stop == [f'ExecStop=/usr/sbin/nft "{command}"']
