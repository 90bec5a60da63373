"""The bare application: hand-written SQL behind Starlette, for exactly these questions.

What could at best be reached with these parts. It knows an operation by its text, a key by its
hash in memory, and has one statement for each question, which makes the answer's very text.
It validates nothing, knows no rights, and can be asked nothing else.
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

from benchmarks.reads import baseline_sql as statements
from benchmarks.reads.queries import NESTED, ORDER, PAGE, PLACE, VIEWER
from benchmarks.reads.servers import CONNECTIONS

BEARER = len("Bearer ")
FIRST = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")
"""The place before the first order of all."""

Variables = dict[str, Any]
Answer = Callable[[asyncpg.Pool, Variables, str], Awaitable[bytes]]


async def order(pool: asyncpg.Pool, variables: Variables, _name: str) -> bytes:
    text: str = await pool.fetchval(statements.ORDER, variables["trackingId"])
    return text.encode()


async def page(pool: asyncpg.Pool, variables: Variables, _name: str) -> bytes:
    text: str = await pool.fetchval(statements.PAGE, *place(variables))
    return text.encode()


async def nested(pool: asyncpg.Pool, variables: Variables, _name: str) -> bytes:
    text: str = await pool.fetchval(statements.NESTED, *place(variables))
    return text.encode()


async def viewer(_pool: asyncpg.Pool, _variables: Variables, name: str) -> bytes:
    return orjson.dumps({"data": {"viewer": {"name": name}}})


async def cursor(pool: asyncpg.Pool, variables: Variables, _name: str) -> bytes:
    """Not measured: a place in the list, to begin a page at."""
    until = datetime.fromisoformat(variables["until"])
    rows = await pool.fetch(statements.PLACE, until)
    end = f"{rows[-1]['placed_at'].isoformat()}~{rows[-1]['id']}" if rows else None
    page_info = {"endCursor": end}
    return orjson.dumps({"data": {"orders": {"pageInfo": page_info}}})


def place(variables: Variables) -> tuple[str, ...]:
    after = variables.get("after")
    return FIRST if after is None else tuple(after.split("~"))


ANSWERS: dict[str, Answer] = {
    ORDER: order,
    PAGE: page,
    NESTED: nested,
    VIEWER: viewer,
    PLACE: cursor,
}


async def answer(request: Request) -> Response:
    key = request.headers["authorization"][BEARER:]
    name = request.app.state.names.get(hashlib.sha256(key.encode()).hexdigest())
    if name is None:
        return Response(status_code=401)
    asked = orjson.loads(await request.body())
    found = await ANSWERS[asked["query"]](request.app.state.pool, asked.get("variables", {}), name)
    return Response(found, media_type="application/json")


async def is_ready(_request: Request) -> Response:
    return Response()


async def keep(_connection: asyncpg.Connection) -> None:
    """As it is: nothing was changed on it, and asyncpg would have PostgreSQL undo it each time."""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
    async with asyncpg.create_pool(
        os.environ["WHEREABOUTS_DATABASE_URL"],
        max_size=CONNECTIONS,
        reset=keep,
        server_settings={"timezone": "UTC"},
    ) as pool:
        rows = await pool.fetch("SELECT key_hash, name FROM api_key")
        app.state.pool = pool
        app.state.names = {row["key_hash"]: row["name"] for row in rows}
        yield


app = Starlette(
    routes=[Route("/graphql", answer, methods=["POST"]), Route("/readyz", is_ready)],
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
