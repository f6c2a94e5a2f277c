"""The shop API: a catalogue over HTTP, measured by OpenTelemetry."""

__version__ = "0.1.0"
