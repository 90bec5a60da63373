"""The body of a request, read within its bounds."""

from starlette.types import Receive

from web.connection_registry import ClientDisconnected

MAXIMUM_BODY = 1024 * 1024
"""The most bytes of a request's body: 500 tracking events fit."""


class BodyTooLarge(Exception):
    """The body has more bytes than it may have."""


async def read_body(receive: Receive, maximum: int = MAXIMUM_BODY) -> bytes:
    """Return the whole body of at most so many bytes.

    Raises ClientDisconnected, and BodyTooLarge.
    """
    message = await receive()
    chunks, size = [message.get("body", b"")], len(message.get("body", b""))
    while size <= maximum and message.get("more_body"):
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    if message["type"] == "http.disconnect":
        raise ClientDisconnected
    if size > maximum:
        raise BodyTooLarge
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
