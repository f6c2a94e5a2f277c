"""Samples as Prometheus' remote write protocol 1.0 wants them: protobuf in a snappy block.

Fields of a fixed layout are packed many at once, so that millions of samples take seconds.
"""

from __future__ import annotations

import http.client
import struct
from collections.abc import Iterable, Mapping, Sequence

from toolkit.errors import UserError

HEADERS = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}

_BYTES_FIELD_1, _BYTES_FIELD_2 = b"\x0a", b"\x12"
_DOUBLE_FIELD_1, _VARINT_FIELD_2 = b"\x09", b"\x10"
_LITERAL_WITH_4_BYTES_OF_LENGTH = 63 << 2


def labels_of(name: str, labels: Mapping[str, str]) -> bytes:
    """Return a series' labels, sorted as the protocol demands, as fields of a TimeSeries."""
    return b"".join(
        _field(_BYTES_FIELD_1, _text(_BYTES_FIELD_1, key) + _text(_BYTES_FIELD_2, value))
        for key, value in sorted({"__name__": name, **labels}.items())
    )


class Grid:
    """The times that the series of a request share, in whole seconds since 1970."""

    def __init__(self, times: Sequence[int]) -> None:
        stamps = [_VARINT_FIELD_2 + _varint(time * 1000) for time in times]
        heads = [_BYTES_FIELD_2 + _varint(9 + len(stamp)) + _DOUBLE_FIELD_1 for stamp in stamps]
        self._layout = struct.Struct(
            "<" + "".join(f"{len(a)}sd{len(b)}s" for a, b in zip(heads, stamps, strict=True))
        )
        self._fields: list[bytes | float] = [0.0] * (3 * len(times))
        self._fields[0::3] = heads
        self._fields[2::3] = stamps

    def series(self, labels: bytes, values: Sequence[float]) -> bytes:
        """Return one TimeSeries with a value for each time, as a field of a WriteRequest."""
        self._fields[1::3] = values
        return _field(_BYTES_FIELD_1, labels + self._layout.pack(*self._fields))


def request(series: Iterable[bytes]) -> bytes:
    """Return the body of one request: a snappy block that is one literal, uncompressed."""
    body = b"".join(series)
    tag = struct.pack("<BI", _LITERAL_WITH_4_BYTES_OF_LENGTH, len(body) - 1)
    return _varint(len(body)) + tag + body


def send(connection: http.client.HTTPConnection, body: bytes) -> None:
    """Hand one request to a Prometheus. Raises UserError with its words when it refuses."""
    connection.request("POST", "/api/v1/write", body, HEADERS)
    answer = connection.getresponse()
    said = answer.read().decode(errors="replace").strip()
    if answer.status >= 300:
        raise UserError(f"Prometheus refused samples with {answer.status}: {said[:300]}")


def _text(field: bytes, text: str) -> bytes:
    return _field(field, text.encode())


def _field(field: bytes, content: bytes) -> bytes:
    return field + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
