"""Floods: many requests of one client, and what they do to everybody else.

`python -m benchmarks.attacks.floods` prints for each flood how many orders four other clients
create beside it, as a part of what they create alone, the longest time that one of them waits, and
the memory that the server takes in addition.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import websockets

from benchmarks.attacks.flooded_server import Figures, FloodedServer, flooded_server
from benchmarks.ingest.http_client import Connection, open_connections

ORDERS = 1_000
SECONDS = 10.0
PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
ORDER = (
    "order { status items { name } shipments { id estimates { latest }"
    " events(first: 1) { nodes { type occurredAt location { city } } } } }"
)
SIZE = 13
"""The orders that a subscription selects under names of their own: a caller without a key may
select hardly more."""
Flood = Callable[[FloodedServer], Coroutine[Any, Any, None]]
_numbers = count()


def new_subscription() -> str:
    """Return a subscription that no client has sent before."""
    number = next(_numbers)
    orders = " ".join(f"o{number}_{part}: {ORDER}" for part in range(SIZE))
    return f"subscription ($t: [ID!]!) {{ orderChanged(trackingIds: $t) {{ position {orders} }} }}"


async def follow_by_new_documents(target: FloodedServer, sockets: int, each: int) -> None:
    """Follow one order by many documents, all sent at once, and read what comes."""
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(
                websockets.connect(target.websocket_url, subprotocols=[PROTOCOL])
            )
            for _ in range(sockets)
        ]
        for connection in connections:
            await connection.send('{"type":"connection_init"}')
            await connection.recv()
        await asyncio.gather(*(_follow(one, target.tracking_id, each) for one in connections))


async def _follow(connection: websockets.ClientConnection, order: str, subscriptions: int) -> None:
    for number in range(subscriptions):
        payload = {"query": new_subscription(), "variables": {"t": [order]}}
        message = {"id": str(number), "type": "subscribe", "payload": payload}
        await connection.send(json.dumps(message))
    with suppress(websockets.ConnectionClosed):
        async for _ in connection:
            pass


async def hold_documents(target: FloodedServer) -> None:
    await follow_by_new_documents(target, sockets=4, each=48)


async def burst_on_websockets(target: FloodedServer) -> None:
    await follow_by_new_documents(target, sockets=45, each=48)


async def send_new_documents(target: FloodedServer) -> None:
    """Send new documents over HTTP, ten at a time."""
    await _post_for_ever(target, lambda: f"{{ a{next(_numbers)}: position }}")


async def search_for_parts(target: FloodedServer) -> None:
    """Send ten requests at a time that search for ten texts each."""
    fields = " ".join(
        f'a{number}: orders(filter: {{ search: "zq{number}" }}) {{ totalCount }}'
        for number in range(10)
    )
    await _post_for_ever(target, lambda: f"{{ {fields} }}")


async def _post_for_ever(target: FloodedServer, query: Callable[[], str]) -> None:
    async def post(connection: Connection) -> None:
        while True:
            with suppress(RuntimeError):  # it was refused
                await connection.execute(query())

    async with open_connections(target.url, target.key, 10) as connections:
        await asyncio.gather(*map(post, connections))


async def read_slowly(target: FloodedServer) -> None:
    """Ask for long answers on 15 connections, and read a little of them every two seconds."""
    page = "orders(first: 100) { nodes { id reference status items { id name sku } } }"
    query = "{ " + " ".join(f"a{number}: {page}" for number in range(8)) + " }"
    await asyncio.gather(*(_read_slowly(target, query) for _ in range(15)))


async def _read_slowly(target: FloodedServer, query: str) -> None:
    address = urlsplit(target.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
    body = json.dumps({"query": query})
    writer.write(
        f"POST /graphql HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {target.key}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    while await reader.read(1024):  # noqa: ASYNC110 (a slow reader waits for nothing)
        await asyncio.sleep(2.0)


FLOODS: Mapping[str, Flood] = {
    "192 subscriptions by documents of their own": hold_documents,
    "45 websockets with 48 new documents each": burst_on_websockets,
    "new documents over HTTP": send_new_documents,
    "searches of one key": search_for_parts,
    "answers that are read slowly": read_slowly,
}


async def _rest(target: FloodedServer) -> None:
    """Nothing: what the writers do alone."""


async def measure(flood: Flood, orders: int, seconds: float) -> tuple[Figures, Figures]:
    """Return the figures without and with the flood, of a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with flooded_server(Path(folder), orders) as target:
            return await target.measure(_rest, seconds), await target.measure(flood, seconds)


async def main(orders: int, seconds: float) -> None:
    print(f"{'':46}{'writers':>9}{'longest':>11}{'memory':>11}")
    results = []
    for name, flood in FLOODS.items():
        alone, beside = await measure(flood, orders, seconds)
        ratio = beside.writes_per_second / alone.writes_per_second
        results.append((ratio, beside))
        print(
            f"{name:46}{ratio:8.2f}x{beside.longest_write_ms:8.0f} ms{beside.mib:7.1f} MiB",
            flush=True,
        )
    print(
        f"floods_writers_ratio={min(ratio for ratio, _ in results):.2f}"
        f" floods_longest_write_ms={max(beside.longest_write_ms for _, beside in results):.0f}"
        f" floods_worst_mib={max(beside.mib for _, beside in results):.1f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    arguments = parser.parse_args()
    asyncio.run(main(arguments.orders, arguments.seconds))
