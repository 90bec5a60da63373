"""Writers: clients that create orders one after the other while others attack."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

import orjson

from benchmarks.ingest.http_client import Connection, open_connections

WRITERS = 4
PLACE = """mutation ($input: OrderCreateInput!) {
  orderCreate(input: $input) { order { id } userErrors { message } } }"""
NUMBERS = count()


class Writers:
    """Clients that write as fast as they are answered."""

    def __init__(self) -> None:
        self._written = 0
        self._read_at, self._read_written = time.perf_counter(), 0

    def rate(self) -> float:
        """Return the writes per second since the last call."""
        now, written = time.perf_counter(), self._written
        rate = (written - self._read_written) / (now - self._read_at)
        self._read_at, self._read_written = now, written
        return rate

    async def write(self, connection: Connection) -> None:
        """Create orders until the task is cancelled. Raises RuntimeError for a refusal."""
        while True:
            answer = await connection.post(_order(next(NUMBERS)))
            if b'"userErrors":[]' not in answer:
                raise RuntimeError(answer.decode(errors="replace"))
            self._written += 1


@asynccontextmanager
async def running_writers(url: str, key: str) -> AsyncGenerator[Writers, None]:
    """Let writers write while the block runs. A refusal of one of them ends the block."""
    writers = Writers()
    async with open_connections(url, key, WRITERS) as connections, asyncio.TaskGroup() as group:
        tasks = [group.create_task(writers.write(connection)) for connection in connections]
        yield writers
        for task in tasks:
            task.cancel()


def _order(number: int) -> bytes:
    variables = {
        "input": {
            "idempotencyKey": f"attacked-{number}",
            "reference": f"ATTACKED-{number}",
            "currency": "EUR",
            "customer": {"name": "Customer 1", "email": "customer1@example.com"},
            "shippingAddress": {"line1": "Sample Street 1", "city": "Berlin", "country": "DE"},
            "items": [{"sku": "MUG", "name": "Mug", "quantity": 2, "unitPrice": "9.99"}],
        }
    }
    return orjson.dumps({"query": PLACE, "variables": variables})
