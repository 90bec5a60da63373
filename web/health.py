"""Health checks for orchestrators: whether the process lives, and whether it can answer."""

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
"""Seconds in which the database must answer."""


async def is_alive(_request: Request) -> Response:
    """Answer that the process lives, whatever it depends on."""
    return PlainTextResponse("ok")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The dependencies of the process; each check asks them anew.

    `describe_log` returns what happened to the log that clients have to know.

    `count_backlog` asks the database how many changes the aggregates lag behind the log. Each of
    `links` tells whether something is up without which the service is degraded. `describe` returns
    figures of the caches of operations.
    """

    count_backlog: Callable[[], Awaitable[int]]
    links: Sequence[Callable[[], bool]]
    describe: Callable[[], Mapping[str, object]]
    describe_log: Callable[[], Mapping[str, object]]


class Readiness:
    """Answers whether the process can answer requests, with status 200 or 503.

    Without one of its links it is degraded: changes then arrive by polling the log.
    """

    def __init__(self, connections: ConnectionRegistry, dependencies: Dependencies) -> None:
        self._connections, self._dependencies = connections, dependencies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        backlog = None if self._connections.is_draining else await self._backlog()
        body: dict[str, object] = {"status": self._status(backlog)}
        if backlog is not None:
            body |= {"uncounted": backlog, "operations": self._dependencies.describe()}
            body |= self._dependencies.describe_log()
        response = JSONResponse(body, 503 if backlog is None else 200)
        await response(scope, receive, send)

    def _status(self, backlog: int | None) -> str:
        if self._connections.is_draining:
            return "leaving"
        if backlog is None:
            return "unavailable"
        return "ok" if all(is_up() for is_up in self._dependencies.links) else "degraded"

    async def _backlog(self) -> int | None:
        """Return the number of uncounted changes, or None if the database does not answer."""
        try:
            async with asyncio.timeout(READINESS_SECONDS):
                return await self._dependencies.count_backlog()
        except Exception as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            return None
