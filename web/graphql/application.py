"""The ASGI application around the GraphQL endpoint."""

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from web.graphql import responses
from web.graphql.endpoint import Endpoint
from web.origins import Origins
from web.security_headers import SecurityHeaders

PATH = "/graphql"
"""Where the endpoint is, for HTTP, event streams and websockets."""
PATH_WITH_SLASH = f"{PATH}/"
"""How clients and proxies write it, too; it is answered alike."""

FOR_ALL_PAGES = ("/assets/", "/widget.js")
"""Scripts and styles that pages of any site may load: they tell nothing of anybody."""


class Application(Starlette):
    """Passes GraphQL requests on without middleware and routes, which would cost half as much again
    as a short answer. Requests from browser pages go through the middleware for CORS."""

    def __init__(self, endpoint: Endpoint, hsts_seconds: int = 0, **options: Any) -> None:
        middleware = [Middleware(PagesMiddleware, origins=endpoint.origins)]
        super().__init__(middleware=middleware, **options)
        # Starlette would send clients of `/livez/` to the host that their own header names.
        self.router.redirect_slashes = False
        self._serve = endpoint.http
        self._headers = endpoint.http.security_headers = SecurityHeaders(hsts_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope["path"] == PATH_WITH_SLASH:
            scope["path"] = PATH
        is_ours = scope["type"] == "http" and scope["path"] == PATH
        if is_ours and b"origin" not in dict(scope["headers"]):
            await self._serve(scope, receive, send)
        else:
            send = self._headers.added(send) if scope["type"] == "http" else send
            await super().__call__(scope, receive, send)


class PagesMiddleware(CORSMiddleware):
    """Lets browser pages of the allowed origins read answers, and tells the others why not.

    They may send any header: cookies do not count for them (`web.credentials`), and
    libraries for tracing add headers of their own. Websockets check origins themselves.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        super().__init__(
            app,
            allow_origins=origins.allowed,
            allow_methods=("GET", "POST"),
            allow_headers=("*",),
            expose_headers=("Retry-After", "X-Request-Id"),
        )
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and not scope["path"].startswith(FOR_ALL_PAGES)
        refusal = self._origins.refusal(scope) if is_asked else None
        if refusal is not None and scope["method"] == "OPTIONS":
            await responses.refusal(403, refusal, None)(scope, receive, send)
        elif self._origins.allowed:
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
