"""The service in this process: requests are HTTP as ASGI sees it, without a socket."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

from access.api_keys import create_key
from access.scopes import Scope
from server import create_app
from tests.live_server import build_settings
from tests.plans.reference.context import Caller
from tests.schemas import give_back, take_schema

ANONYMOUS = Caller("anonymous")
READER = Caller("reader", frozenset({"ORDERS_READ"}))
CONFIDANT = Caller("confidant", frozenset({"ORDERS_READ", "PERSONAL_READ", "TRACKING_WRITE"}))
ADMIN = Caller("admin", frozenset({"ADMIN"}))
PARTNER = Caller("partner", frozenset({"ORDERS_READ"}), frozenset({"ups"}))
PARTNER_IN_CONFIDENCE = Caller(
    "partner in confidence",
    frozenset({"ORDERS_READ", "PERSONAL_READ", "ANALYTICS_READ"}),
    frozenset({"ups", "dhl_express"}),
)
CALLERS = (ANONYMOUS, READER, CONFIDANT, ADMIN, PARTNER, PARTNER_IN_CONFIDENCE)
Answer = dict[str, Any]


@dataclass
class Service:
    app: ASGIApp
    keys: dict[Caller, str] = field(default_factory=dict)

    async def execute(
        self,
        query: str,
        caller: Caller,
        variables: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> Answer:
        """The parsed answer. Fails if a name is twice in one object of it."""
        request = {"query": query, "variables": variables or {}, "operationName": name}
        body = await self._post(json.dumps(request).encode(), caller)
        answer: Answer = json.loads(body, object_pairs_hook=_unique_names)
        return answer

    async def _post(self, body: bytes, caller: Caller) -> bytes:
        headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
        if caller in self.keys:
            headers.append((b"authorization", f"Bearer {self.keys[caller]}".encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return b"".join(message.get("body", b"") for message in sent)


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    assert len(values) == len(pairs), f"A name is twice among {[name for name, _ in pairs]}."
    return values


@asynccontextmanager
async def run_service(database_url: str) -> AsyncGenerator[Service, None]:
    """A started service whose database is open, and which has an API key for each caller."""
    settings = build_settings(database_url, "memory://")
    schema = take_schema(settings)
    app = create_app(settings, schema)
    async with app.router.lifespan_context(app):
        service = Service(app)
        for caller in CALLERS:
            if caller.scopes:
                scopes = [Scope(scope) for scope in caller.scopes]
                _, service.keys[caller] = await create_key(
                    caller.name, scopes, carriers=caller.carriers
                )
        yield service
    give_back(schema, settings)
