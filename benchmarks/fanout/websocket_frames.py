"""Websocket frames as a client sends and counts them, and nothing else of the protocol."""

from collections.abc import Iterator
from typing import NamedTuple

TEXT, PING, PONG = 0x81, 0x89, 0x8A
MASKED = 0x80
MASK = bytes(4)
"""All zeros: what is masked with it stays as it is, and costs nothing to make."""
SHORT, TWO_BYTES = 126, 126
"""A length below is written in the header's second byte; this value there: in two more."""


class Frame(NamedTuple):
    """Where a frame's payload stands in what was received."""

    opcode: int
    start: int
    stop: int


def upgrade_request(host: str, path: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        "Sec-WebSocket-Protocol: graphql-transport-ws",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def text_frame(payload: bytes) -> bytes:
    """As a client sends it."""
    size = len(payload)
    if size < SHORT:
        return bytes((TEXT, MASKED | size)) + MASK + payload
    return bytes((TEXT, MASKED | TWO_BYTES)) + size.to_bytes(2, "big") + MASK + payload


def pong_frame(payload: bytes) -> bytes:
    return bytes((PONG, MASKED | len(payload))) + MASK + payload


def whole_frames(data: bytes, start: int = 0) -> Iterator[Frame]:
    """The frames of a server that are complete in `data`."""
    end = len(data)
    while end - start >= 2:
        size, body = data[start + 1], start + 2
        if size == TWO_BYTES:
            size, body = int.from_bytes(data[start + 2 : start + 4], "big"), start + 4
        elif size > TWO_BYTES:
            raise ValueError("A frame of more than 64 KiB is no change of an order.")
        stop = body + size
        if stop > end or body > end:
            return
        yield Frame(data[start], body, stop)
        start = stop
