"""Requests are what the protocol says; the reader here shares no code with the writer."""

import struct

from tests.benchmarks.remote_write import Grid, labels_of, request


def varint(data, at):
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return number, at


def fields(data):
    """Yield number and content of each field of a protobuf message."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            content, at = varint(data, at)
        elif key & 7 == 1:
            [content] = struct.unpack_from("<d", data, at)
            at += 8
        else:
            length, at = varint(data, at)
            content, at = data[at : at + length], at + length
        yield key >> 3, content


def read(body):
    """Return labels and samples of each series of a request."""
    length, at = varint(body, 0)
    assert body[at] == 63 << 2
    assert int.from_bytes(body[at + 1 : at + 5], "little") == length - 1
    message = body[at + 5 :]
    assert len(message) == length
    for _, series in fields(message):
        parts = list(fields(series))
        pairs = [dict(fields(content)) for number, content in parts if number == 1]
        samples = [dict(fields(content)) for number, content in parts if number == 2]
        labels = [(one[1].decode(), one[2].decode()) for one in pairs]
        yield labels, [(one[2], one[1]) for one in samples]


def test_a_request_says_which_series_had_which_values_when():
    grid = Grid([1_763_856_000, 1_763_856_060])
    body = request(
        [
            grid.series(labels_of("up", {"job": "a", "Zone": "é"}), [1.0, 0.0]),
            grid.series(labels_of("load", {}), [0.25, float("inf")]),
        ]
    )
    assert list(read(body)) == [
        (
            [("Zone", "é"), ("__name__", "up"), ("job", "a")],
            [(1_763_856_000_000, 1.0), (1_763_856_060_000, 0.0)],
        ),
        (
            [("__name__", "load")],
            [(1_763_856_000_000, 0.25), (1_763_856_060_000, float("inf"))],
        ),
    ]
