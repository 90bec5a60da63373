"""The load: calls as fast as they are answered, and calls at a steady pace with a subscriber."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import websockets

from benchmarks.ingest.http_client import Connection, connections, subscriber

CALLS_PER_SECOND = 100
"""The moderate load: single events, sent at their time whether the last was answered or not."""
CALLERS = 32
ARRIVAL_SECONDS = 10.0
"""For the last change to come."""
RECORD = """
mutation ($source: String!, $events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: $source, events: $events}) {
    results { outcome userErrors { code message } }
    userErrors { code message }
  }
}
"""
FOLLOW = """
subscription { changes { __typename ... on TrackingEventRecorded { event { carrierCode } } } }
"""

News = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Target:
    """A server, what it is called in the table, and news for it that it has not seen."""

    name: str
    url: str
    key: str
    news: News

    def call(self, size: int) -> bytes:
        variables = {"source": "benchmark", "events": list(islice(self.news, size))}
        return orjson.dumps({"query": RECORD, "variables": variables})


async def rate(target: Target, size: int, writers: int, seconds: float) -> float:
    """Events a second, in calls of `size`, each writer calling again once it is answered."""
    async with connections(target.url, target.key, writers) as opened:
        started = time.perf_counter()
        deadline = started + seconds
        writing = [_write(target, one, size, deadline) for one in opened]
        calls = await asyncio.gather(*writing)
        return sum(calls) * size / (time.perf_counter() - started)


async def _write(target: Target, connection: Connection, size: int, deadline: float) -> int:
    calls = 0
    while time.perf_counter() < deadline:
        await _record(connection, target.call(size), size)
        calls += 1
    return calls


async def _record(connection: Connection, call: bytes, size: int) -> None:
    answer = await connection.post(call)
    if answer.count(b'"RECORDED"') != size:
        raise RuntimeError(answer[:1000].decode(errors="replace"))


async def delays(target: Target, seconds: float) -> tuple[float, float]:
    """Median and 99th percentile, in ms, from a call's time to its event at the subscriber."""
    sent: dict[str, float] = {}
    async with (
        connections(target.url, target.key, CALLERS) as opened,
        subscriber(target.url, target.key, FOLLOW) as socket,
    ):
        await asyncio.sleep(0.5)  # the subscription is not acknowledged
        count = int(CALLS_PER_SECOND * seconds)
        arriving = asyncio.create_task(_arrivals(socket, count))
        await _call_steadily(target, opened, count, sent)
        async with asyncio.timeout(ARRIVAL_SECONDS):
            arrived = await arriving
    found = [1000 * (arrived[name] - moment) for name, moment in sent.items()]
    return statistics.median(found), statistics.quantiles(found, n=100)[-1]


async def _call_steadily(
    target: Target, opened: list[Connection], count: int, sent: dict[str, float]
) -> None:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for one in opened:
        free.put_nowait(one)

    async def call_once(body: bytes) -> None:
        connection = await free.get()
        await _record(connection, body, 1)
        free.put_nowait(connection)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as calls:
        for place in range(count):
            due = started + place / CALLS_PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            body = target.call(1)
            sent[orjson.loads(body)["variables"]["events"][0]["carrierCode"]] = due
            calls.create_task(call_once(body))


async def _arrivals(socket: websockets.ClientConnection, count: int) -> dict[str, float]:
    arrived: dict[str, float] = {}
    while len(arrived) < count:
        message = orjson.loads(await socket.recv())
        change = message["payload"]["data"]["changes"]
        if "event" in change:
            arrived[change["event"]["carrierCode"]] = time.perf_counter()
    return arrived
