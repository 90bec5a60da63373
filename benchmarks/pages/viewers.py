"""Many viewers of one order: each follows it, and fetches the page again when it has changed."""

import asyncio
import gzip
import random
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from html import unescape
from ipaddress import IPv4Address
from typing import Self
from urllib.parse import urlsplit

from benchmarks.ingest.http_client import CONTENT_LENGTH
from benchmarks.pages.shop import Shop

GATHER_SECONDS = 0.25
"""How long a page waits for more changes before it fetches itself, as its script does."""
OPENED_AT_ONCE = 50
FIRST_CLIENT = IPv4Address("198.18.0.0")
"""Each viewer has an address from here on; the network is reserved for benchmarks."""
LIVE = re.compile(r'data-live="([^"]+)"')
SPREAD = re.compile(r'data-spread="(\d+)"')
"""The milliseconds over which the server wants the viewers of an order to spread."""
NEWS = b"event: next"


@dataclass(frozen=True, slots=True)
class Wave:
    """The outcome of one change that all viewers followed, in seconds since it was sent."""

    heard: Sequence[float]
    shown: Sequence[float]
    server_seconds: float
    """The processor time that the server used."""


class HttpConnection:
    """A connection that stays open for one GET after another."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str
    ) -> None:
        self._reader, self._writer, self._client = reader, writer, client

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str, client: str) -> AsyncGenerator[Self, None]:
        """Connect to the server's address, as a proxy of a client with an address of its own."""
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield cls(reader, writer, client)
        finally:
            writer.close()

    async def begin(self, path: str, accept: str) -> bytes:
        """Send a GET and return the head of the response. Raises RuntimeError if it is refused."""
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {self._client}\r\n"
        self._writer.write(f"{head}Accept: {accept}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if not answer.startswith(b"http/1.1 200"):
            raise RuntimeError(answer.decode(errors="replace"))
        return answer

    async def page(self, path: str) -> str:
        head = await self.begin(path, "text/html")
        start = head.index(CONTENT_LENGTH) + len(CONTENT_LENGTH)
        body = await self._reader.readexactly(int(head[start : head.index(b"\r", start)]))
        return gzip.decompress(body).decode()

    async def next_event(self) -> None:
        await self._reader.readuntil(NEWS)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A browser with the page open: one connection for pages, and one for its stream."""

    pages: HttpConnection
    stream: HttpConnection
    path: str
    spread: float

    async def shown_change(self, city: str) -> tuple[float, float]:
        """Return when the viewer heard of the change, and when they saw it."""
        await self.stream.next_event()
        heard = time.perf_counter()
        await asyncio.sleep(GATHER_SECONDS + random.random() * self.spread)
        if city not in await self.pages.page(self.path):
            raise RuntimeError("The page does not show the change")
        return heard, time.perf_counter()


async def measure_viewers(shop: Shop, count: int) -> Wave:
    """Have so many viewers follow one order, and change it once."""
    parcel, city = shop.parcels[1], "Viewed Town"
    url = urlsplit(shop.page(parcel))
    async with AsyncExitStack() as stack:
        viewers = list[Viewer]()
        while len(viewers) < count:
            numbers = range(len(viewers), len(viewers) + OPENED_AT_ONCE)
            opening = [_open_viewer(stack, url.netloc, url.path, number) for number in numbers]
            viewers += await asyncio.gather(*opening)
        looking = [asyncio.create_task(viewer.shown_change(city)) for viewer in viewers]
        used, began = shop.server.cpu_seconds(), time.perf_counter()
        await shop.scan(parcel, city)
        moments = await asyncio.gather(*looking)
        used = shop.server.cpu_seconds() - used
    heard, shown = zip(*moments, strict=True)
    return Wave([one - began for one in heard], [one - began for one in shown], used)


async def _open_viewer(stack: AsyncExitStack, address: str, path: str, number: int) -> Viewer:
    client = str(FIRST_CLIENT + number)
    pages = await stack.enter_async_context(HttpConnection.open(address, client))
    stream = await stack.enter_async_context(HttpConnection.open(address, client))
    page = await pages.page(path)
    live, spread = LIVE.search(page), SPREAD.search(page)
    if live is None:
        raise RuntimeError("The page is not live")
    await stream.begin(unescape(live[1]), "text/event-stream")
    return Viewer(pages, stream, path, int(spread[1]) / 1000 if spread else 0.0)
