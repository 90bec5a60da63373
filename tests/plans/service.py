"""The service, asked as HTTP asks it, without a socket between."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

from auth import Scope
from server import create_app
from tests.live_server import build_settings
from tests.plans.oracle.asking import Asker
from tracking.api_keys import create_key

ANONYMOUS = Asker("anonymous")
READER = Asker("reader", frozenset({"ORDERS_READ"}))
CONFIDANT = Asker("confidant", frozenset({"ORDERS_READ", "PERSONAL_READ", "TRACKING_WRITE"}))
ADMIN = Asker("admin", frozenset({"ADMIN"}))
ASKERS = (ANONYMOUS, READER, CONFIDANT, ADMIN)
Answer = dict[str, Any]


@dataclass
class Service:
    app: ASGIApp
    keys: dict[Asker, str] = field(default_factory=dict)

    async def ask(
        self,
        query: str,
        asker: Asker,
        variables: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> Answer:
        """The whole answer, parsed; a name that stands twice in an object is an error."""
        asked = {"query": query, "variables": variables or {}, "operationName": name}
        body = await self._post(json.dumps(asked).encode(), asker)
        answer: Answer = json.loads(body, object_pairs_hook=_without_doubles)
        return answer

    async def _post(self, body: bytes, asker: Asker) -> bytes:
        headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
        if asker in self.keys:
            headers.append((b"authorization", f"Bearer {self.keys[asker]}".encode()))
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


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), f"A name stands twice among {[name for name, _ in pairs]}."
    return found


@asynccontextmanager
async def running(database_url: str) -> AsyncGenerator[Service, None]:
    """The database is open in it, and each of the askers has a key."""
    app = create_app(build_settings(database_url, "memory://"))
    async with app.router.lifespan_context(app):
        service = Service(app)
        for asker in ASKERS:
            if asker.scopes:
                scopes = [Scope(one) for one in asker.scopes]
                _, service.keys[asker] = await create_key(asker.name, scopes)
        yield service
