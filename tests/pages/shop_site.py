"""A page of a shop, on an origin of its own, that shows an order in a frame."""

import asyncio
import socket
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.embedded_server import EmbeddedServer
from tests.timeouts import poll_until

POLICY = (
    "default-src 'none'; script-src {service}; frame-src {service}; img-src 'self' data:;"
    " require-trusted-types-for 'script'"
)
"""A strict policy, as careful shops have it: the widget needs no more than to be named in it."""


class ShopSite:
    """The site of the shop. Its host is `localhost`, which is another site than 127.0.0.1."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://localhost:{self._listening.getsockname()[1]}"
        self.body = self.service = ""

    def show(self, body: str, service: str) -> str:
        """Have a page with this body, which may load from a service. Returns its address."""
        self.body, self.service = body, service
        return f"{self.origin}/"

    async def __aenter__(self) -> Self:
        app = Starlette(routes=[Route("/", self._page)])
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        self._server = EmbeddedServer(config)
        self._task = asyncio.create_task(self._server.serve([self._listening]))
        await poll_until(lambda: self._server.started)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.end()
        await self._task
        self._listening.close()

    async def _page(self, request: Request) -> HTMLResponse:
        policy = POLICY.format(service=self.service)
        headers = {"Content-Security-Policy": policy}
        head = '<title>Shop</title><link rel="icon" href="data:,">'
        main = f"<main><h1>Shop</h1>{self.body}</main>"
        page = f'<!doctype html><html lang="en">{head}{main}</html>'
        return HTMLResponse(page, headers=headers)
