from __future__ import annotations

import pytest

from shopapi.settings import Settings, SettingsError


def test_three_variables_are_enough(variables):
    settings = Settings.from_mapping(variables)

    assert settings.bind == ("127.0.0.1:8080",)
    assert settings.otlp_endpoint == "http://127.0.0.1:4318/v1/metrics"
    assert (settings.export_interval_ms, settings.otlp_timeout_seconds) == (5000, 2)


@pytest.mark.parametrize("name", ["ENV", "DATA_PLANE_ID", "API_DATABASE"])
@pytest.mark.parametrize("value", [None, "", "  "], ids=["unset", "empty", "blank"])
def test_a_missing_variable_is_named(variables, name, value):
    variables.pop(name) if value is None else variables.update({name: value})

    with pytest.raises(SettingsError, match=f"^{name} is not set: expected "):
        Settings.from_mapping(variables)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "Prod"),
        ("ENV", 'prod"} or vector(1)'),
        ("DATA_PLANE_ID", "dp:01"),
        ("API_DATABASE", "shop.db"),
        ("API_BIND", "8080"),
        ("API_BIND", "127.0.0.1:0"),
        ("API_BIND", "127.0.0.1:65536"),
        ("API_BIND", "127.0.0.1:8080,"),
        ("API_BIND", "::1:8080"),
        ("API_WORKERS", "0"),
        ("API_WORKERS", "2.5"),
        ("API_THREADS", "many"),
        ("OTEL_ENDPOINT", "127.0.0.1:4318"),
        ("OTEL_ENDPOINT", "http://"),
        ("OTEL_ENDPOINT", "http://cp-01:port"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "cp-01"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10000"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "5s"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "nan"),
        ("OTEL_SEMCONV_STABILITY_OPT_IN", "database"),
        ("OTEL_SEMCONV_STABILITY_OPT_IN", "http/dup,http"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=one"),
        ("OTEL_RESOURCE_ATTRIBUTES", "team"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_with_name_value_and_what_is_accepted(
    variables, name, value
):
    with pytest.raises(SettingsError) as refused:
        Settings.from_mapping(variables | {name: value})

    message = str(refused.value)
    assert message.startswith(f"{name}={value!r}: expected ")
    assert "\n" not in message


def test_several_addresses_of_both_families_can_be_bound(variables):
    settings = Settings.from_mapping(variables | {"API_BIND": "10.0.0.1:8080, [::1]:8080"})

    assert settings.bind == ("10.0.0.1:8080", "[::1]:8080")


@pytest.mark.parametrize(
    ("told", "endpoint"),
    [
        ({"OTEL_ENDPOINT": "http://a:1/"}, "http://a:1/v1/metrics"),
        (
            {"OTEL_ENDPOINT": "http://a:1", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://b:2"},
            "http://b:2/v1/metrics",
        ),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://b:2",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c:3/x",
            },
            "http://c:3/x",
        ),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http://127.0.0.1:4317"),
        (
            {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_ENDPOINT": "https://a:1"},
            "https://a:1",
        ),
    ],
    ids=["ours", "standard name wins", "the signal's own name wins", "gRPC", "gRPC, ours"],
)
def test_the_endpoint_follows_the_standard_names_first(variables, told, endpoint):
    assert Settings.from_mapping(variables | told).otlp_endpoint == endpoint
