"""The load generator: calls at full speed, and calls at a steady rate with a subscriber."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import websockets

from benchmarks.ingest.http_client import Connection, open_connections, open_subscription

CALLS_PER_SECOND = 100
"""The steady rate: each single-event call is sent when it is due, even if earlier calls are still
unanswered."""
STEADY_CONNECTIONS = 32
SUBSCRIBE_SECONDS = 0.5
"""How long the server gets to begin a subscription, which it does not acknowledge."""
ARRIVAL_SECONDS = 10.0
"""How long the last change may take to arrive."""
QUOTED_BYTES = 1000
RECORD_EVENTS = """
mutation ($source: String!, $events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: $source, events: $events}) {
    results { outcome userErrors { code message } }
    userErrors { code message }
  }
}
"""
SUBSCRIPTION = """
subscription { changes { __typename ... on TrackingEventRecorded { event { carrierCode } } } }
"""

Events = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Target:
    """A server, its name in the report, and events that it has not yet recorded."""

    name: str
    url: str
    key: str
    events: Events

    def next_call(self, batch_size: int) -> bytes:
        """Return the body of a call that records the next events."""
        variables = {"source": "benchmark", "events": list(islice(self.events, batch_size))}
        return orjson.dumps({"query": RECORD_EVENTS, "variables": variables})


async def measure_throughput(
    target: Target, batch_size: int, writers: int, seconds: float
) -> float:
    """Return the events per second; each writer sends its next call once it is answered."""
    async with open_connections(target.url, target.key, writers) as connections:
        started = time.perf_counter()
        deadline = started + seconds
        writing = [_write(target, connection, batch_size, deadline) for connection in connections]
        calls = await asyncio.gather(*writing)
        return sum(calls) * batch_size / (time.perf_counter() - started)


async def _write(target: Target, connection: Connection, batch_size: int, deadline: float) -> int:
    """Send calls until the deadline; return their number."""
    calls = 0
    while time.perf_counter() < deadline:
        await _record(connection, target.next_call(batch_size), batch_size)
        calls += 1
    return calls


async def _record(connection: Connection, call: bytes, batch_size: int) -> None:
    response = await connection.post(call)
    if response.count(b'"RECORDED"') != batch_size:
        raise RuntimeError(response[:QUOTED_BYTES].decode(errors="replace"))


async def measure_latency(target: Target, seconds: float) -> tuple[float, float]:
    """Return the median and the 99th percentile of the latency at the steady rate.

    The latency is the time in ms from when a call is due until its event reaches a subscriber.
    """
    due_at: dict[str, float] = {}
    async with (
        open_connections(target.url, target.key, STEADY_CONNECTIONS) as connections,
        open_subscription(target.url, target.key, SUBSCRIPTION) as socket,
    ):
        await asyncio.sleep(SUBSCRIBE_SECONDS)
        count = int(CALLS_PER_SECOND * seconds)
        receiving = asyncio.create_task(_receive_events(socket, count))
        await _call_steadily(target, connections, count, due_at)
        async with asyncio.timeout(ARRIVAL_SECONDS):
            received_at = await receiving
    latencies = [1000 * (received_at[code] - due) for code, due in due_at.items()]
    return statistics.median(latencies), statistics.quantiles(latencies, n=100)[-1]


async def _call_steadily(
    target: Target, connections: list[Connection], count: int, due_at: dict[str, float]
) -> None:
    """Send calls when they are due and note the due time of each event by its code."""
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        idle.put_nowait(connection)

    async def call_once(body: bytes) -> None:
        connection = await idle.get()
        await _record(connection, body, 1)
        idle.put_nowait(connection)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as calls:
        for index in range(count):
            due = started + index / CALLS_PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            body = target.next_call(1)
            due_at[orjson.loads(body)["variables"]["events"][0]["carrierCode"]] = due
            calls.create_task(call_once(body))


async def _receive_events(socket: websockets.ClientConnection, count: int) -> dict[str, float]:
    """Receive `count` events; return the time of each by its code."""
    received_at: dict[str, float] = {}
    while len(received_at) < count:
        message = orjson.loads(await socket.recv())
        change = message["payload"]["data"]["changes"]
        if "event" in change:
            received_at[change["event"]["carrierCode"]] = time.perf_counter()
    return received_at
