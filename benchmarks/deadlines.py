"""`python -m benchmarks.deadlines`: what a time limit costs a request.

The shortest request is answered without a further limit, with one of `Deadlines`, and with
`asyncio.timeout`, in turns: in this process, and by three server processes over HTTP. The last line
is one JSON object.
"""

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import click
import orjson
import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.fanout.servers import InstrumentedServer
from benchmarks.ingest.servers import create_api_key, pin_load_generator
from benchmarks.reads.load_generator import Load
from benchmarks.reads.queries import VIEWER_QUERY
from config import Settings
from server import create_app, serving_config
from web.deadlines import Deadlines

SECONDS = 10.0
"""The time limit that the service gives a request."""
CALLERS = 16
REQUESTS = 4000
"""Requests of a round: a quarter of a second's work over HTTP."""
BODY = orjson.dumps({"query": VIEWER_QUERY})
DEADLINES = Deadlines(SECONDS)


def without(app: ASGIApp) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return call


def with_deadlines(app: ASGIApp) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with DEADLINES.limited():
            await app(scope, receive, send)

    return call


def with_timeout(app: ASGIApp) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async with asyncio.timeout(SECONDS):
            await app(scope, receive, send)

    return call


def serve_limited(app: ASGIApp, limit: Callable[[ASGIApp], ASGIApp]) -> ASGIApp:
    """Limit requests and not the application's whole life, which uvicorn begins by a call too."""
    limited = limit(app)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        await (limited if scope["type"] == "http" else app)(scope, receive, send)

    return call


LIMITS: dict[str, Callable[[ASGIApp], ASGIApp]] = {
    "none": without,
    "deadlines": with_deadlines,
    "timeout": with_timeout,
}

Costs = dict[str, list[float]]
"""Microseconds that the server computed for a request, by its limit, of each round."""


class LimitedServer(InstrumentedServer):
    """A server whose requests have one more limit."""

    def __init__(self, environ: dict[str, str], limit: str) -> None:
        super().__init__(environ)
        self.name = limit
        self.arguments = ("-m", "benchmarks.deadlines", "--serve", limit)


@click.command()
@click.option("--rounds", default=30, show_default=True, help="Rounds of each limit.")
@click.option("--serve", "limit", type=click.Choice(list(LIMITS)), hidden=True)
def main(rounds: int, limit: str | None) -> None:
    """Measure time limits."""
    if limit is not None:
        settings = Settings.from_env(os.environ)
        app = serve_limited(create_app(settings), LIMITS[limit])
        uvicorn.Server(serving_config(settings, app)).run()
        return
    print(pin_load_generator(), flush=True)
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        environ = {
            "WHEREABOUTS_DATABASE_URL": f"sqlite://{folder}/shop.sqlite3",
            "WHEREABOUTS_LOG_LEVEL": "error",
        }
        key = create_api_key(environ)
        figures = shown("in process", uvloop.run(measure_in_process(environ, key, rounds)))
        figures |= shown("over http", measure_over_http(environ, key, rounds))
    print(orjson.dumps(figures).decode())


def shown(place: str, costs: Costs) -> dict[str, float]:
    """Print the best round of each limit; more than `none` is what the limit itself costs."""
    best = {name: min(found) for name, found in costs.items()}
    each = "; ".join(f"{name} {1e6 / cost:,.0f}/s, {cost:.1f} us" for name, cost in best.items())
    ratios = [
        timeout / deadlines - 1
        for timeout, deadlines in zip(costs["timeout"], costs["deadlines"], strict=True)
    ]
    print(f"{place}: {each}; timeout over deadlines {statistics.median(ratios):+.1%}", flush=True)
    return {f"{place} {name}": round(cost, 1) for name, cost in best.items()}


def order_of(turn: int) -> list[str]:
    """Another limit comes first each time."""
    names = list(LIMITS)
    return names[turn % len(names) :] + names[: turn % len(names)]


async def measure_in_process(environ: dict[str, str], key: str, rounds: int) -> Costs:
    app: Any = create_app(Settings.from_env(environ))
    limited = {name: limit(app) for name, limit in LIMITS.items()}
    costs: Costs = {name: [] for name in LIMITS}
    async with app.router.lifespan_context(app):
        for turn in range(rounds):
            for name in order_of(turn):
                began = time.process_time()
                async with asyncio.TaskGroup() as callers:
                    for _ in range(CALLERS):
                        callers.create_task(call_often(limited[name], key))
                costs[name].append(1e6 * (time.process_time() - began) / REQUESTS)
    return costs


async def call_often(app: ASGIApp, key: str) -> None:
    kind, authorization = b"application/json", f"Bearer {key}".encode()
    headers = [(b"content-type", kind), (b"authorization", authorization)]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": BODY}

    async def send(message: Any) -> None:
        sent.append(message)

    for _ in range(REQUESTS // CALLERS):
        await app(scope, receive, send)
    assert all(b'"benchmark"' in answer["body"] for answer in sent[1::2])


def measure_over_http(environ: dict[str, str], key: str, rounds: int) -> Costs:
    load = Load(key, [[BODY]] * CALLERS, b'"benchmark"')
    costs: Costs = {name: [] for name in LIMITS}
    url = environ["WHEREABOUTS_DATABASE_URL"]
    with ExitStack() as stack:
        servers = {}
        for name in LIMITS:
            # Each writes when the key was last used, and SQLite has one writer.
            own = f"{url}.{name}"
            shutil.copyfile(url.removeprefix("sqlite://"), own.removeprefix("sqlite://"))
            server = LimitedServer(environ | {"WHEREABOUTS_DATABASE_URL": own}, name)
            servers[name] = stack.enter_context(server)
        for turn in range(rounds):
            for name in order_of(turn):
                before = servers[name].cpu_seconds()
                found = load.run(servers[name].url, count=REQUESTS)
                used = servers[name].cpu_seconds() - before
                costs[name].append(1e6 * used / len(found.latencies))
    return costs


if __name__ == "__main__":
    main()
