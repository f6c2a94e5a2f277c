from __future__ import annotations

import pytest

from shopapi.settings import Otlp, Settings, SettingsError


def test_three_variables_are_enough(variables):
    settings = Settings.from_mapping(variables)

    assert settings.bind == ("127.0.0.1:8080",)
    assert settings.metrics == Otlp("http/protobuf", "http://127.0.0.1:4318/v1/metrics", 2)
    assert settings.traces == Otlp("http/protobuf", "http://127.0.0.1:4318/v1/traces", 2)
    assert (settings.export_interval_ms, settings.traces_sampler) == (5000, "always_off")


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
        ("API_ORDERS", "29"),
        ("API_ORDERS", "600001"),
        ("API_PRODUCTS", "0"),
        ("API_QUERY_SECONDS", "0"),
        ("ERROR_RATE", "1.01"),
        ("ERROR_RATE", "10%"),
        ("LATENCY_MS", "-1"),
        ("LATENCY_JITTER_MS", "inf"),
        ("DEPENDENCY_LATENCY_MS", "0"),
        ("RUNTIME_DIRECTORY", "run"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
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


@pytest.mark.parametrize(("latency", "jitter"), [("0", "5"), ("100", "101"), ("29000", "1001")])
def test_a_jitter_that_no_latency_can_have_is_refused(variables, latency, jitter):
    told = {"LATENCY_MS": latency, "LATENCY_JITTER_MS": jitter}

    with pytest.raises(SettingsError, match=f"^LATENCY_JITTER_MS='{jitter}': expected "):
        Settings.from_mapping(variables | told)


def test_credentials_in_an_address_are_refused_and_not_repeated(variables):
    with pytest.raises(SettingsError) as refused:
        Settings.from_mapping(variables | {"OTEL_ENDPOINT": "http://me:hunter2@cp-01:4318"})

    assert "OTEL_EXPORTER_OTLP_HEADERS" in str(refused.value)
    assert "hunter2" not in str(refused.value)


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
    assert Settings.from_mapping(variables | told).metrics.endpoint == endpoint


def test_each_signal_can_go_its_own_way(variables):
    told = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b:2/x",
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "7",
    }

    settings = Settings.from_mapping(variables | told)

    assert settings.metrics == Otlp("grpc", "http://a:1", 2)
    assert settings.traces == Otlp("http/protobuf", "http://b:2/x", 7)
