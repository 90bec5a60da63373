"""The answer to a request is the same to the byte, whether it reaches the endpoint directly or
through the middleware, in one piece or in many."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from access.scopes import Scope
from tests.live_server import RunningService, build_settings, running_service
from tests.profiles import examples
from web.graphql.application import Application

SHOP = "https://shop.example"
QUERIES = [
    "{ viewer { name scopes } }",
    "{ orders { totalCount } }",
    "query A { position } query B { viewer { name } }",
    "query ($id: ID!) { node(id: $id) { id } }",
    "{ nothing }",
    "{",
    "",
    "{ a: __typename ä }",
    "subscription { changes { position } }",
    'mutation { orderConfirm(trackingId: "x") { userErrors { code message } } }',
]
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "query": st.sampled_from(QUERIES) | ANYTHING,
        "operationName": st.sampled_from(["A", "B", ""]) | ANYTHING,
        "variables": st.fixed_dictionaries({}, optional={"id": ANYTHING}) | ANYTHING,
        "extensions": ANYTHING,
        "documentId": ANYTHING,
    },
)
BODIES = PARAMETERS.map(lambda request: json.dumps(request).encode()) | st.binary(max_size=20)
HEADERS = st.fixed_dictionaries(
    {"content-type": st.sampled_from(["application/json"] * 5 + ["text/plain", ""])},
    optional={
        "accept": st.sampled_from(
            [
                "*/*",
                "application/json",
                "application/graphql-response+json",
                "image/png",
                "text/html",
            ]
        ),
        "authorization": st.sampled_from(["KEY", "KEY", "Bearer x", "Basic y", ""]),
        "content-encoding": st.sampled_from(["identity", "gzip"]),
        "last-event-id": st.just("3"),
    },
)


@dataclass
class Response:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Request:
    method: str
    headers: dict[str, str]
    address: bytes
    body: bytes

    async def by(self, app: Any, *, pieces: int = 1, **more: str) -> Response:
        """The response of an ASGI application to the request."""
        response = Response()
        step = -(-len(self.body) // pieces) or 1
        chunks = [self.body[at : at + step] for at in range(0, len(self.body), step)] or [b""]

        async def receive() -> dict[str, Any]:
            chunk = chunks.pop(0) if chunks else b""
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                response.status = message["status"]
                response.headers = {
                    key.decode(): value.decode() for key, value in message["headers"]
                }
            response.body += message.get("body", b"")

        await app(self._scope(more), receive, send)
        return response

    def _scope(self, more: dict[str, str]) -> dict[str, Any]:
        all_headers = {"x-request-id": "1"} | self.headers | more
        headers = [(key.encode(), value.encode()) for key, value in all_headers.items()]
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "root_path": "",
            "query_string": self.address,
            "headers": headers,
            "client": ("192.0.2.1", 50_000),
            "server": ("192.0.2.2", 80),
        }


ADDRESSES = PARAMETERS.map(
    lambda request: urlencode(
        {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in request.items()
        }
    ).encode()
)
REQUESTS = st.builds(
    Request,
    st.sampled_from(["POST", "POST", "POST", "GET", "GET", "PUT", "HEAD", "OPTIONS"]),
    HEADERS,
    ADDRESSES,
    BODIES,
)


@pytest.fixture
async def open_service(
    database_url: str, broadcast_url: str
) -> AsyncGenerator[RunningService, None]:
    """A service that allows the shop's origin."""
    options = {"WHEREABOUTS_ALLOWED_ORIGINS": SHOP}
    async with running_service(build_settings(database_url, broadcast_url, **options)) as service:
        yield service


@examples(150, on_one_database=True)
@given(REQUESTS)
async def test_every_path_to_the_endpoint_gives_the_same_answer(
    open_service: RunningService, request: Request
) -> None:
    if request.headers.get("authorization") == "KEY":
        request.headers["authorization"] = f"Bearer {await open_service.key(Scope.ORDERS_READ)}"
    app = open_service.app
    assert isinstance(app, Application)
    added = app._headers.added

    direct = await request.by(app)
    without_middleware = await request.by(
        lambda scope, receive, send: Starlette.__call__(app, scope, receive, added(send))
    )
    in_pieces = await request.by(app, pieces=3)
    from_page = await request.by(app, origin=SHOP)

    assert direct.status < 500
    assert in_pieces == direct
    for other, vary in ((without_middleware, "Origin"), (from_page, "Origin")):
        assert other.headers.pop("vary") == vary
        other.headers.pop("access-control-allow-origin", None)
        other.headers.pop("access-control-expose-headers", None)
        assert other == direct
