"""What Prometheus scrapes in the benchmark is what the product's data planes answer."""

import yaml

from tests.benchmarks.product import ROLES
from tests.benchmarks.scale import PAGES, configuration, hosts, pages
from tests.benchmarks.shape import Fleet

END = 1_763_856_000
NUMBERS = {"collector_metrics": 8889, "collector_telemetry": 8888}


def test_a_page_has_every_raw_series_and_nothing_that_a_scrape_adds():
    answers = [page.decode().splitlines() for page in pages(Fleet(END))]
    assert len(answers) == PAGES
    assert {len(lines) for lines in answers} == {2082}
    added = ("environment=", "data_plane_id=", "service_name=")
    assert not any(label in line for line in answers[0] for label in added)
    assert any('instance="east-0000:0"' in line for line in answers[0])


def test_every_data_plane_is_two_targets_under_the_products_own_configuration():
    read = yaml.safe_load(configuration("127.0.0.2:9090", 300, NUMBERS))
    own, planes = read["scrape_configs"]
    targets = [target for group in planes["static_configs"] for target in group["targets"]]
    assert own["job_name"] == "prometheus"
    assert len(set(targets)) == 2 * len(hosts(300)) == 600
    assert planes["honor_labels"] is False
    assert planes["metric_relabel_configs"]
    [rules] = read["rule_files"]
    assert list((ROLES / "prometheus/files/rules").glob(rules.rpartition("/")[2]))
