"""Websocket frames: the part of the protocol that a counting client needs."""

from collections.abc import Iterator
from typing import NamedTuple

TEXT, PING, PONG = 0x81, 0x89, 0x8A
MASKED = 0x80
MASK = bytes(4)
"""A mask of zeros leaves the payload unchanged, so that masking costs nothing."""
EXTENDED_LENGTH = 126
"""A smaller length stands in the header's second byte. This value there means that the length
stands in the two bytes after it."""


class Frame(NamedTuple):
    """The opcode of a frame and the offsets of its payload in the received data."""

    opcode: int
    start: int
    stop: int


def upgrade_request(host: str, path: str) -> bytes:
    """Return the request of a websocket handshake."""
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
    """Return a text frame of a client."""
    size = len(payload)
    if size < EXTENDED_LENGTH:
        return bytes((TEXT, MASKED | size)) + MASK + payload
    return bytes((TEXT, MASKED | EXTENDED_LENGTH)) + size.to_bytes(2, "big") + MASK + payload


def pong_frame(payload: bytes) -> bytes:
    """Return a pong frame of a client."""
    return bytes((PONG, MASKED | len(payload))) + MASK + payload


def whole_frames(data: bytes, start: int = 0) -> Iterator[Frame]:
    """Yield the complete frames of a server in `data`.

    Raises ValueError for a frame of 64 KiB or more.
    """
    end = len(data)
    while end - start >= 2:
        size, body = data[start + 1], start + 2
        if size == EXTENDED_LENGTH:
            size, body = int.from_bytes(data[start + 2 : start + 4], "big"), start + 4
        elif size > EXTENDED_LENGTH:
            raise ValueError("A frame of 64 KiB or more is not a change of an order.")
        stop = body + size
        if stop > end or body > end:
            return
        yield Frame(data[start], body, stop)
        start = stop
