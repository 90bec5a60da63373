"""Probes: what whoever watches over the process may ask."""

import asyncio
import dataclasses
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from resolvers.stats.rollup_sql import positions
from engine.schema import Schema
from subscriptions.feed import Feed
from subscriptions.transport import Transport
from web.connection_registry import Connections

logger = logging.getLogger("whereabouts.server")

READINESS_SECONDS = 1.0
"""Within which the database says that it is there."""


async def is_alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


class Readiness:
    """Whether it can answer. Degraded without the transport: changes then arrive by the look at
    the log."""

    def __init__(
        self, feed: Feed, transport: Transport, connections: Connections, schema: Schema
    ) -> None:
        self._feed, self._transport = feed, transport
        self._connections, self._schema = connections, schema

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        uncounted = None if self._connections.is_leaving else await _uncounted()
        said: dict[str, object] = {"status": self._status(uncounted)}
        if uncounted is not None:
            said["uncounted"] = uncounted
            said["operations"] = {
                **dataclasses.asdict(self._schema.documents.tally),
                "plans": dataclasses.asdict(self._schema.plans.tally),
            }
        response = JSONResponse(said, 200 if "operations" in said else 503)
        await response(scope, receive, send)

    def _status(self, uncounted: int | None) -> str:
        if self._connections.is_leaving:
            return "leaving"
        if uncounted is None:
            return "unavailable"
        is_whole = self._feed.is_reading and self._transport.is_connected
        return "ok" if is_whole else "degraded"


async def _uncounted() -> int | None:
    """How many changes aggregates have yet to be counted up to; None if no database answers."""
    try:
        async with asyncio.timeout(READINESS_SECONDS):
            counted, head = await positions()
    except Exception as error:
        logger.warning("The database does not answer: %s", type(error).__name__)
        return None
    return head - counted
