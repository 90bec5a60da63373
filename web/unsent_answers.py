"""Unsent answers: how long, and for how many bytes, answers wait for clients to read them."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Receive, Scope, Send

from errors import TooManyRequests

PART_BYTES = 64 * 1024
"""The bytes of an answer that are handed to the connection at once. What is not longer is not
watched: the connection buffers as much for every client."""
PROGRESS_BYTES = 100 * 1024
PROGRESS_SECONDS = 10.0
"""A client must read PROGRESS_BYTES of an answer within PROGRESS_SECONDS, or all that is left of
it. The slowest mobile networks do."""
UNSENT_PER_ADDRESS = 32 * 1024 * 1024
"""The bytes of answers that wait for one client address: three of the longest."""
REFUSAL = (
    f"{UNSENT_PER_ADDRESS // 1024 // 1024} MiB of answers wait for your address already. Read them,"
    " and send this again. Ask for smaller pages, or for fewer of them at once."
)
ABORT = "abort"
"""The key in the scope of a request under which the server's protocol gives the function that drops
the connection."""


class UnsentAnswers:
    """The answers that wait for the clients of this process."""

    def __init__(self) -> None:
        self._bytes: Counter[str] = Counter()

    @contextmanager
    def holding(self, network: str, size: int, *, is_owed: bool = False) -> Iterator[None]:
        """Count an answer during the block, unless it is short.

        Raises TooManyRequests. A single answer always fits, and so does one that is owed: that of a
        mutation has to arrive, because whoever is refused sends the mutation again.
        """
        if size <= PART_BYTES:
            yield
            return
        is_full = self._bytes[network] and self._bytes[network] + size > UNSENT_PER_ADDRESS
        if is_full and not is_owed:
            raise TooManyRequests(REFUSAL)
        self._bytes[network] += size
        try:
            yield
        finally:
            self._bytes[network] -= size
            if not self._bytes[network]:
                del self._bytes[network]


async def send_watched(body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the body of an answer in parts, and drop the connection if its client does not read."""
    try:
        async with asyncio.timeout(PROGRESS_SECONDS) as limit:
            await _send_parts(body, send, limit)
    except TimeoutError:
        if abort := scope.get(ABORT):
            abort()
            # The server must know that the client is gone, or it logs that the answer is not whole.
            await receive()


async def _send_parts(body: bytes, send: Send, limit: asyncio.Timeout) -> None:
    clock = asyncio.get_running_loop().time
    unwatched = 0
    for first in range(0, len(body), PART_BYTES):
        part = body[first : first + PART_BYTES]
        has_more = first + PART_BYTES < len(body)
        await send({"type": "http.response.body", "body": part, "more_body": has_more})
        unwatched += len(part)
        if unwatched >= PROGRESS_BYTES:
            unwatched = 0
            limit.reschedule(clock() + PROGRESS_SECONDS)
