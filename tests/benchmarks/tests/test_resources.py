"""What a host says of its services is read as it is meant."""

from tests.benchmarks.resources import Taken, parse


def test_units_become_services_in_seconds_and_megabytes():
    said = (
        "sightline-api.service 12500000000 96000 161000\nsightline-minio.service 0 127000 130000\n"
    )
    assert parse(said) == {
        "api": Taken(cpu=12.5, resident=96.0, peak=161.0),
        "minio": Taken(cpu=0.0, resident=127.0, peak=130.0),
    }
