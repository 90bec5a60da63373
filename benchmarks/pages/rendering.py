"""The server's time for a page, beside that for the bare answer of the API that the page shows.

It is processor time: what else runs on the machine would make a request take longer.
"""

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from unittest.mock import patch

import orjson
from starlette.types import ASGIApp

from config import Settings
from portal.documents import ORDER_PAGE, read_documents
from portal.order_pages import EVENTS
from server import COLLECT_AFTER, create_app

CLIENT = ("192.0.2.1", 50_000)
JSON = (b"content-type", b"application/json")
BROWSER = [(b"accept", b"text/html"), (b"accept-encoding", b"gzip"), (b"accept-language", b"en")]
KEPT_ORDERS = 1
"""Pages of so many orders are kept: each page of another order is rendered."""


@dataclass(frozen=True, slots=True)
class ServerTimes:
    """Milliseconds of processor time for each request, by what was asked for."""

    answers: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    kept_pages: list[float] = field(default_factory=list)

    @property
    def answer_ms(self) -> float:
        return median(self.answers)

    @property
    def page_ms(self) -> float:
        return median(self.pages)

    @property
    def kept_page_ms(self) -> float:
        return median(self.kept_pages)


async def measure_rendering(
    environ: dict[str, str], tracking_ids: Sequence[str], rounds: int
) -> ServerTimes:
    """Ask this process for the orders' answers and pages in turns, one after another."""
    with patch("portal.page_cache.CACHED_ORDERS", KEPT_ORDERS):
        app: Any = create_app(Settings.from_env(environ))
    # Garbage is collected as a server process does it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    times = ServerTimes()
    async with app.router.lifespan_context(app):
        for _ in range(rounds):
            for tracking_id in tracking_ids:
                times.answers.append(await answer_ms(app, tracking_id))
                times.pages.append(await page_ms(app, tracking_id))
                times.kept_pages.append(await page_ms(app, tracking_id))
    # Each has made its first answer and its first page, which are prepared anew.
    del times.answers[0], times.pages[0], times.kept_pages[0]
    return times


async def answer_ms(app: ASGIApp, tracking_id: str) -> float:
    variables = {"id": tracking_id, "events": EVENTS, "personal": False}
    body = orjson.dumps({"query": read_documents()[ORDER_PAGE], "variables": variables})
    return await request_ms(app, "POST", "/graphql", [JSON], body)


async def page_ms(app: ASGIApp, tracking_id: str) -> float:
    return await request_ms(app, "GET", f"/t/{tracking_id}", BROWSER)


async def request_ms(
    app: ASGIApp, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes = b""
) -> float:
    """Return the milliseconds that a whole response takes. Its status must be 200."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), *headers],
        "client": CLIENT,
        "server": ("localhost", 80),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    began = time.process_time()
    await app(scope, receive, send)
    took = time.process_time() - began
    if sent[0]["status"] != 200:
        raise RuntimeError(f"{method} {path}: {sent}")
    return 1000 * took
