"""The ASGI application around the GraphQL endpoint."""

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from web.graphql.endpoint import Endpoint

PATH = "/graphql"
"""Where the endpoint is, for HTTP, event streams and websockets."""


class Application(Starlette):
    """Passes GraphQL requests on without middleware and routes, which would cost half as much again
    as a short answer. Requests from browser pages go through the middleware for CORS, if any."""

    def __init__(
        self, endpoint: Endpoint, middleware: Sequence[Middleware], **options: Any
    ) -> None:
        super().__init__(middleware=middleware, **options)
        # Starlette would send clients of `/graphql/` to the host that their own header names.
        self.router.redirect_slashes = False
        self._serve = endpoint.http
        self._has_middleware = bool(middleware)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["path"] == PATH
        if is_ours and not (self._has_middleware and b"origin" in dict(scope["headers"])):
            await self._serve(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def allow_pages_of(origins: Sequence[str]) -> list[Middleware]:
    """Return the middleware that lets browser pages of these origins read answers.

    It allows no credentials, as keys are sent in `Authorization`. Websockets check origins
    themselves.
    """
    if not origins:
        return []
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization", "Content-Type", "Last-Event-ID"),
        expose_headers=("Retry-After",),
    )
    return [cors]
