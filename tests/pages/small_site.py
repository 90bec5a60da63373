"""A small site: one page, which a test changes, and the event stream that tells of the changes."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from language.catalog import open_catalogs
from tests.embedded_server import EmbeddedServer
from tests.timeouts import poll_until
from web.pages.assets import Assets
from web.pages.replies import REVALIDATED, page_reply
from web.pages.templates import Templates

FOLDER = Path(__file__).parent
GRACE_SECONDS = 1


class SmallSite:
    """The site, on a port that stays its own while it is stopped."""

    def __init__(self) -> None:
        self.headline, self.events = "On its way", [1, 2, 3]
        self.version = 0
        self.fetches = 0
        self.is_ended = self.is_failing = False
        self.refuses_streams = self.ends_streams = self.holds_streams_back = False
        self.retry_after: int | None = None
        self.held_count = self.ended_count = 0
        self._stopped = asyncio.Event()
        self._may_send = asyncio.Event()
        self._may_send.set()
        self.spread: int | None = None
        self.seen_headers: dict[str, str] = {}
        self._streams: set[asyncio.Event] = set()
        assets = Assets([FOLDER / "assets"], joined={"site.css": ("base.css", "small.css")})
        self._templates = Templates([FOLDER / "templates"], assets)
        self._catalogs = open_catalogs()
        self._app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/changes", self._changes),
                Route("/sent", self._sent, methods=["POST"]),
                *assets.routes(),
            ]
        )
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    @property
    def stream_count(self) -> int:
        return len(self._streams)

    def change(self, headline: str | None = None, *, is_told: bool = True) -> None:
        """Add an event, with a new headline if there is one, and tell the streams."""
        self.headline = headline or self.headline
        self.events = [len(self.events) + 1, *self.events]
        self.version += 1
        for stream in self._streams if is_told else ():
            stream.set()

    async def start(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listening.getsockname()[1]
        self._stopped.clear()
        config = uvicorn.Config(
            self._app, log_config=None, timeout_graceful_shutdown=GRACE_SECONDS, lifespan="off"
        )
        self._server = EmbeddedServer(config)
        self._task = asyncio.create_task(self._server.serve([self._listening]))
        await poll_until(lambda: self._server.started)

    async def stop(self) -> None:
        """Break all connections off."""
        self._stopped.set()
        for stream in self._streams:
            stream.set()
        self._server.end()
        await self._task
        self._listening.close()

    async def wait_for_streams(self, count: int) -> None:
        await poll_until(lambda: self.stream_count == count)

    async def wait_for_held_streams(self, count: int) -> None:
        await poll_until(lambda: self.held_count == count)

    async def wait_for_fetches(self, count: int) -> None:
        await poll_until(lambda: self.fetches == count)

    @contextmanager
    def pages_held(self) -> Iterator[None]:
        """Send no page before the block ends."""
        self._may_send.clear()
        yield
        self._may_send.set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._task.done():
            await self.stop()

    async def _page(self, request: Request) -> Response:
        self.fetches += 1
        await self._may_send.wait()
        if self.is_failing:
            return PlainTextResponse("Try again later.", 503)
        if self.retry_after is not None:
            wait = {"Retry-After": str(self.retry_after)}
            return PlainTextResponse("Too many requests.", 429, wait)
        codes = self._catalogs.codes
        values = {
            "headline": self.headline,
            "events": self.events,
            "stream": None if self.is_ended else f"/changes?after={self.version}",
            "spread": self.spread,
            "language_links": [
                {"language": self._catalogs.language(code), "address": f"/?lang={code}"}
                for code in codes
            ],
        }
        language = self._catalogs.negotiate(asked=request.query_params.get("lang"))
        page = self._templates.render("small.html", language, values)
        etag = self._templates.etag(self.version, language.code)
        return page_reply(request, page, etag=etag, cache_control=REVALIDATED)

    async def _changes(self, request: Request) -> Response:
        if self.refuses_streams:
            return PlainTextResponse("Too many streams.", 429)
        if self.ends_streams:
            self.ended_count += 1
            return PlainTextResponse("retry: 1000\n", media_type="text/event-stream")
        if self.holds_streams_back:
            self.held_count += 1
            await self._stopped.wait()
        after = int(request.query_params["after"])
        return StreamingResponse(self._follow(after), media_type="text/event-stream")

    async def _follow(self, after: int) -> AsyncGenerator[str, None]:
        changed = asyncio.Event()
        self._streams.add(changed)
        try:
            yield ":\n\n"
            while not self._stopped.is_set():
                if self.version > after:
                    after = self.version
                    yield f"event: next\nid: {after}\ndata: {{}}\n\n"
                await changed.wait()
                changed.clear()
        finally:
            self._streams.discard(changed)

    async def _sent(self, request: Request) -> Response:
        self.seen_headers = dict(request.headers)
        return HTMLResponse('<!doctype html><link rel="icon" href="data:,">Sent.')
