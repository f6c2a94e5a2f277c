"""Make METRICS.md of the catalogue: `python tests/metrics_page.py > METRICS.md`."""

from __future__ import annotations

from shopapi.instruments import CATALOGUE

UNITS = {"s": "_seconds", "By": "_bytes"}
HEAD = """# Metrics

Made from `src/shopapi/instruments.py`; a test compares both with what the service exports. Names
in Prometheus are those that the collector gives (underscores, unit, `_total`). Every series carries
`environment`, `data_plane_id` and `service_instance_id`, the worker as `<data_plane_id>:<slot>`.
"""


def in_prometheus(instrument):
    """Return the name that the collector's Prometheus exporter gives an instrument."""
    name = instrument.name.replace(".", "_") + UNITS.get(instrument.unit, "")
    return name + {"counter": "_total", "histogram": "_{bucket,sum,count}"}.get(instrument.kind, "")


def page():
    """Return the page."""
    parts = [HEAD]
    for instrument in CATALOGUE:
        kind = f"{instrument.kind}, unit `{instrument.unit}`"
        parts.append(
            f"## {instrument.name}\n\n{instrument.description}.\n\n"
            f"`{in_prometheus(instrument)}`, {kind}"
        )
        if instrument.boundaries:
            bounds = ", ".join(f"{bound:g}" for bound in instrument.boundaries)
            parts[-1] += f", buckets up to {bounds}"
        parts[-1] += ".\n"
        if instrument.attributes:
            rows = [
                f"| `{key}` | {_values(values)} |" for key, values in instrument.attributes.items()
            ]
            parts.append("| attribute | values |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _values(values):
    return values if isinstance(values, str) else ", ".join(f"`{value}`" for value in values)


if __name__ == "__main__":
    print(page(), end="")
