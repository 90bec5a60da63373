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

    `count_backlog` asks the database how many changes the aggregates lag behind the log, and
    `takes_writes` whether it takes writes. Each of `links` tells whether something is up without
    which the service is degraded. `describe` returns figures of the caches of operations, and
    `describe_log` what happened to the log that clients have to know.
    """

    count_backlog: Callable[[], Awaitable[int]]
    takes_writes: Callable[[], Awaitable[bool]]
    links: Sequence[Callable[[], bool]]
    describe: Callable[[], Mapping[str, object]]
    describe_log: Callable[[], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """The database's answer: how many changes are uncounted, and whether it takes writes."""

    backlog: int
    takes_writes: bool


class Readiness:
    """Answers whether the process can answer requests, with status 200 or 503.

    Without one of its links it is degraded: changes then arrive by polling the log. While the
    database takes no writes, queries are answered all the same.
    """

    def __init__(self, connections: ConnectionRegistry, dependencies: Dependencies) -> None:
        self._connections, self._dependencies = connections, dependencies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = None if self._connections.is_draining else await self._ask_database()
        body: dict[str, object] = {"status": self._status(state)}
        if state is not None:
            body |= {"uncounted": state.backlog, "operations": self._dependencies.describe()}
            body |= self._dependencies.describe_log()
        response = JSONResponse(body, 503 if state is None else 200)
        await response(scope, receive, send)

    def _status(self, state: DatabaseState | None) -> str:
        if self._connections.is_draining:
            return "leaving"
        if state is None:
            return "unavailable"
        if not state.takes_writes:
            return "read-only"
        return "ok" if all(is_up() for is_up in self._dependencies.links) else "degraded"

    async def _ask_database(self) -> DatabaseState | None:
        """Return the state of the database, or None if it does not answer."""
        try:
            async with asyncio.timeout(READINESS_SECONDS):
                backlog = await self._dependencies.count_backlog()
                return DatabaseState(backlog, await self._dependencies.takes_writes())
        except Exception as error:
            logger.warning("The database does not answer: %s", type(error).__name__)
            return None
