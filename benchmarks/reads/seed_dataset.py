"""The seed dataset: orders with a history that the API has written, of which others are copies.

The simulator plays three months of orders on a server, so that all that the service derives from an
order (status, health, estimates, changes) is genuine.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from access.api_keys import create_key
from access.scopes import Scope
from benchmarks.ingest.http_client import Connection, open_connections
from commands.import_orders import import_orders
from database.connections import open_database
from database.migrations import migrate
from simulator.client import Client
from simulator.history import History
from simulator.order_files import write_orders
from simulator.senders import Sender
from unit_of_work.unit_of_work import Tracker

SEED = 7
CONCURRENT_REQUESTS = 4
CONCURRENT_ORDERS = 80
ASSIGNEES = ("Returns desk", "Carrier desk", "Night shift")
NEWEST_ORDER_QUERY = "{ orders(first: 1) { nodes { trackingId } } }"
EXCEPTIONS_QUERY = """
{ exceptions(first: 100) { nodes { id status } } }
"""
ASSIGN_MUTATION = """
mutation ($id: ID!, $assignee: String!, $first: String!, $second: String!) {
  exceptionAssign(id: $id, assignee: $assignee) { userErrors { message } }
  first: exceptionNoteAdd(id: $id, body: $first) { userErrors { message } }
  second: exceptionNoteAdd(id: $id, body: $second) { userErrors { message } }
}
"""
ACKNOWLEDGE_MUTATION = (
    "mutation ($id: ID!) { exceptionAcknowledge(id: $id) { userErrors { message } } }"
)


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The secrets of two keys: the reader may only read orders, the writer has all scopes."""

    reader: str
    writer: str


async def create_orders(url: str, count: int) -> ApiKeys:
    """Migrate the database, import the orders of the last months, and create API keys."""
    await migrate(url)
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=2):
        with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
            file = Path(folder) / "orders.jsonl"
            write_orders(file, count, seed=SEED)
            await import_orders(tracker, file)
        _, reader = await create_key("benchmark reader", {Scope.ORDERS_READ})
        _, writer = await create_key("benchmark", Scope)
    return ApiKeys(reader, writer)


async def play_history(url: str, key: str) -> None:
    """Play the history of all orders except the newest, and process some of the exceptions."""
    async with open_connections(url, key, 1) as (connection,):
        data = await connection.execute(NEWEST_ORDER_QUERY)
    newest = data["orders"]["nodes"][0]["trackingId"]
    async with (
        Client(url, key, connections=CONCURRENT_REQUESTS) as client,
        asyncio.TaskGroup() as group,
    ):
        sender = Sender(client, group, CONCURRENT_REQUESTS)
        history = History(sender, SEED, datetime.now(UTC), but=newest)
        await history.play(CONCURRENT_ORDERS)
    async with open_connections(url, key, 1) as (connection,):
        data = await connection.execute(EXCEPTIONS_QUERY)
        await _process_exceptions(connection, data["exceptions"]["nodes"])


async def _process_exceptions(connection: Connection, exceptions: list[dict[str, Any]]) -> None:
    """Assign two of three exceptions, add notes to them, and acknowledge some."""
    for index, exception in enumerate(exceptions):
        if index % 3 == 0:
            continue
        await connection.execute(
            ASSIGN_MUTATION,
            id=exception["id"],
            assignee=ASSIGNEES[index % len(ASSIGNEES)],
            first="The customer has called and asks for the state of the order.",
            second="The carrier is investigating and will answer by tomorrow.",
        )
        if exception["status"] == "OPEN" and index % 2:
            await connection.execute(ACKNOWLEDGE_MUTATION, id=exception["id"])
