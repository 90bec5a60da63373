"""The baseline: hand-written SQL behind Starlette, for exactly the queries of the benchmark.

It shows what the same libraries could at best reach. It recognises an operation by its text and a
key by its hash in memory, and it has one SQL statement per query, which builds the text of the
answer. It validates nothing, checks no permissions, and answers no other query.
"""

import hashlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.reads import baseline_sql
from benchmarks.reads.queries import (
    COUNTRY_PAGE_QUERY,
    CURSOR_QUERY,
    NESTED_QUERY,
    ORDER_QUERY,
    PAGE_QUERY,
    STATUS_PAGE_QUERY,
    STATUSES_PAGE_QUERY,
    VIEWER_QUERY,
)
from benchmarks.reads.servers import POOL_SIZE

BEARER_LENGTH = len("Bearer ")
LIST_START = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")
"""The cursor before the first order of a list."""

Variables = dict[str, Any]
Resolver = Callable[[asyncpg.Pool, Variables, str], Awaitable[bytes]]


async def order(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    text: str = await pool.fetchval(baseline_sql.ORDER, variables["trackingId"])
    return text.encode()


async def page(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    text: str = await pool.fetchval(baseline_sql.PAGE, *cursor_values(variables))
    return text.encode()


async def page_of_status(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    text: str = await pool.fetchval(baseline_sql.PAGE_OF_STATUS, *variables["status"])
    return text.encode()


async def page_of_statuses(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    text: str = await pool.fetchval(baseline_sql.PAGE_OF_STATUSES, *variables["status"])
    return text.encode()


async def page_of_country(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    values = (*variables["status"], *variables["country"])
    text: str = await pool.fetchval(baseline_sql.PAGE_OF_COUNTRY, *values)
    return text.encode()


async def nested(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    text: str = await pool.fetchval(baseline_sql.NESTED, *cursor_values(variables))
    return text.encode()


async def viewer(_pool: asyncpg.Pool, _variables: Variables, key_name: str) -> bytes:
    return orjson.dumps({"data": {"viewer": {"name": key_name}}})


async def cursor(pool: asyncpg.Pool, variables: Variables, _key_name: str) -> bytes:
    """Return a cursor to begin a page at; this query is not measured."""
    until = datetime.fromisoformat(variables["until"])
    rows = await pool.fetch(baseline_sql.CURSOR, until)
    end = f"{rows[-1]['placed_at'].isoformat()}~{rows[-1]['id']}" if rows else None
    page_info = {"endCursor": end}
    return orjson.dumps({"data": {"orders": {"pageInfo": page_info}}})


def cursor_values(variables: Variables) -> tuple[str, ...]:
    after = variables.get("after")
    return LIST_START if after is None else tuple(after.split("~"))


RESOLVERS: dict[str, Resolver] = {
    ORDER_QUERY: order,
    PAGE_QUERY: page,
    STATUS_PAGE_QUERY: page_of_status,
    STATUSES_PAGE_QUERY: page_of_statuses,
    COUNTRY_PAGE_QUERY: page_of_country,
    NESTED_QUERY: nested,
    VIEWER_QUERY: viewer,
    CURSOR_QUERY: cursor,
}


async def execute(request: Request) -> Response:
    key = request.headers["authorization"][BEARER_LENGTH:]
    key_name = request.app.state.key_names.get(hashlib.sha256(key.encode()).hexdigest())
    if key_name is None:
        return Response(status_code=401)
    body = orjson.loads(await request.body())
    resolve = RESOLVERS[body["query"]]
    content = await resolve(request.app.state.pool, body.get("variables", {}), key_name)
    return Response(content, media_type="application/json")


async def is_ready(_request: Request) -> Response:
    return Response()


async def skip_reset(_connection: asyncpg.Connection) -> None:
    """Reset nothing: no statement changes the session, and asyncpg's reset costs a round trip."""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
    async with asyncpg.create_pool(
        os.environ["WHEREABOUTS_DATABASE_URL"],
        max_size=POOL_SIZE,
        reset=skip_reset,
        server_settings={"timezone": "UTC"},
    ) as pool:
        rows = await pool.fetch("SELECT key_hash, name FROM api_key")
        app.state.pool = pool
        app.state.key_names = {row["key_hash"]: row["name"] for row in rows}
        yield


app = Starlette(
    routes=[Route("/graphql", execute, methods=["POST"]), Route("/readyz", is_ready)],
    lifespan=lifespan,
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(os.environ["WHEREABOUTS_PORT"]),
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
