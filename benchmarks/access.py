"""`python -m benchmarks.access`: what the checks of a client cost a request.

One order is read by an API key, with all checks and without them, in turns in this process: what is
counted for the client, what the operation costs, and the headers for browsers. The key is looked up
in both cases. Rounds are short, and the best of each kind are compared: what else runs on the
machine makes a round longer, and none shorter. The last line is one JSON object: `order_overhead`
is the processor time of a checked request in proportion to that of an unchecked one.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import orjson
import uvloop
from starlette.types import ASGIApp

from benchmarks.ingest.servers import create_api_key
from config import Settings
from server import create_app
from settings.limits import UNLIMITED

CALLERS = 16
REQUESTS = 320
ROUNDS, QUICK_ROUNDS = 400, 100
PLENTY = "100000000"
"""A limit that is counted and never reached."""
CREATE = """mutation { orderCreate(input: {
  idempotencyKey: "benchmark", reference: "BENCHMARK", currency: "EUR"
  customer: { name: "Customer 1", email: "customer1@example.com" }
  shippingAddress: { line1: "Sample Street 1", city: "Berlin", country: "DE" }
  items: [{ sku: "MUG", name: "Mug", quantity: 2, unitPrice: "9.99" }]
}) { order { trackingId } userErrors { message } } }"""
READ = """query Where($id: ID!) {
  order(trackingId: $id) {
    status health reference destination { city country } items { name quantity shippedQuantity }
    shipments { carrier trackingNumber events(last: 5) { nodes { type occurredAt } } }
  }
}"""
Costs = dict[str, list[float]]
"""Microseconds that this process computed for a request, with and without checks, of each round."""


@click.command()
@click.option("--quick", is_flag=True, help="Measure fewer rounds, in less than a minute.")
def main(*, quick: bool) -> None:
    """Measure the checks of clients."""
    with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
        environ = {
            "WHEREABOUTS_DATABASE_URL": f"sqlite://{folder}/shop.sqlite3",
            "WHEREABOUTS_LOG_LEVEL": "error",
            **dict.fromkeys(UNLIMITED, PLENTY),
        }
        key = create_api_key(environ)
        costs = uvloop.run(measured(environ, key, QUICK_ROUNDS if quick else ROUNDS))
    best = {name: round(min(found), 1) for name, found in costs.items()}
    overhead = best["checked"] / best["unchecked"]
    print(f"one order: checked {best['checked']} us, unchecked {best['unchecked']} us")
    print(orjson.dumps({**best, "order_overhead": round(overhead, 3)}).decode())


async def measured(environ: dict[str, str], key: str, rounds: int) -> Costs:
    app: Any = create_app(Settings.from_env(environ))
    costs: Costs = {"checked": [], "unchecked": []}
    async with app.router.lifespan_context(app):
        answer = await call(app, key, {"query": CREATE})
        tracking_id = orjson.loads(answer)["data"]["orderCreate"]["order"]["trackingId"]
        body = {"query": READ, "variables": {"id": tracking_id}}
        for turn in range(rounds):
            for name in sorted(costs, reverse=bool(turn % 2)):
                with checks(app, are_on=name == "checked"):
                    costs[name].append(await microseconds(lambda: call(app, key, body)))
    return costs


@contextmanager
def checks(app: Any, *, are_on: bool) -> Iterator[None]:
    """Turn the checks of the application off during the block, unless they are on."""
    endpoint = app._serve
    callers, headers = endpoint._service.callers, endpoint.security_headers
    admission = callers.admission
    if not are_on:
        callers.admission, endpoint.security_headers = None, NoHeaders()
    try:
        yield
    finally:
        callers.admission, endpoint.security_headers = admission, headers


class NoHeaders:
    """Headers that add nothing."""

    def missing_in(self, _headers: Any) -> tuple[()]:
        return ()


async def microseconds(read: Callable[[], Any]) -> float:
    """Return the processor time of one request, on average of a round."""

    async def read_often() -> None:
        for _ in range(REQUESTS // CALLERS):
            assert b'"MUG"' not in (answer := await read())
            assert b'"Mug"' in answer

    began = time.process_time()
    async with asyncio.TaskGroup() as callers:
        for _ in range(CALLERS):
            callers.create_task(read_often())
    return 1e6 * (time.process_time() - began) / REQUESTS


async def call(app: ASGIApp, key: str, payload: dict[str, Any]) -> bytes:
    headers = [
        (b"content-type", b"application/json"),
        (b"authorization", f"Bearer {key}".encode()),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "headers": headers,
        "client": ("192.0.2.1", 50_000),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": orjson.dumps(payload)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return bytes(sent[1]["body"])


if __name__ == "__main__":
    main()
