"""The body of a request, read within its bounds."""

from starlette.types import Receive

from web.connection_registry import ClientDisconnected

MAXIMUM_BODY = 1024 * 1024
"""The most bytes of a request's body: 500 tracking events fit."""


class BodyTooLarge(Exception):
    """The body has more bytes than a request may have."""


async def read_body(receive: Receive) -> bytes:
    """Return the whole body. Raises ClientDisconnected, and BodyTooLarge."""
    message = await receive()
    chunks, size = [message.get("body", b"")], len(message.get("body", b""))
    while size <= MAXIMUM_BODY and message.get("more_body"):
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    if message["type"] == "http.disconnect":
        raise ClientDisconnected
    if size > MAXIMUM_BODY:
        raise BodyTooLarge
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
