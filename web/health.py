"""Probes: what whoever watches over the process may ask."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from web.connection_registry import ConnectionRegistry

logger = logging.getLogger("whereabouts.server")

READINESS_SECONDS = 1.0
"""Within which the database says that it is there."""


async def is_alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the process stands on, asked anew by each probe.

    `count_backlog` asks the database how many changes aggregates lag behind the log; `links` say
    whether something is there without which the service is degraded; `describe` returns how well
    operations are remembered.
    """

    count_backlog: Callable[[], Awaitable[int]]
    links: Sequence[Callable[[], bool]]
    describe: Callable[[], Mapping[str, object]]


class Readiness:
    """Whether the process can answer. Without one of its links it is degraded: changes then arrive
    by the look at the log."""

    def __init__(self, connections: ConnectionRegistry, dependencies: Dependencies) -> None:
        self._connections, self._dependencies = connections, dependencies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        backlog = None if self._connections.is_leaving else await self._backlog()
        body: dict[str, object] = {"status": self._status(backlog)}
        if backlog is not None:
            body |= {"uncounted": backlog, "operations": self._dependencies.describe()}
        response = JSONResponse(body, 503 if backlog is None else 200)
        await response(scope, receive, send)

    def _status(self, backlog: int | None) -> str:
        if self._connections.is_leaving:
            return "leaving"
        if backlog is None:
            return "unavailable"
        return "ok" if all(is_up() for is_up in self._dependencies.links) else "degraded"

    async def _backlog(self) -> int | None:
        """None if no database answers."""
        try:
            async with asyncio.timeout(READINESS_SECONDS):
                return await self._dependencies.count_backlog()
        except Exception as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            return None
