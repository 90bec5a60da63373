"""A small world: orders that real acts have made, of which a large shop is made by copying.

The simulator plays the last three months of a shop's orders on a real server, so that whatever
the service writes beside an order (statuses, health, estimates, changes) is as it always is.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auth import Scope
from benchmarks.ingest.http_client import Connection, connections
from commands.importing.formats import FORMATS
from commands.imports import import_orders
from models.database import open_database
from models.migrating import migrate
from simulator.client import Client
from simulator.history import History
from simulator.order_files import write_orders
from simulator.senders import Sender
from tracking.acts import Tracker
from tracking.api_keys import create_key

SEED = 7
ACTS_AT_ONCE = 4
ORDERS_AT_ONCE = 80
CLERKS = ("Returns desk", "Carrier desk", "Night shift")
NEWEST = "{ orders(first: 1) { nodes { trackingId } } }"
TROUBLES = """
{ exceptions(first: 100) { nodes { id status } } }
"""
TAKE_UP = """
mutation ($id: ID!, $assignee: String!, $first: String!, $second: String!) {
  exceptionAssign(id: $id, assignee: $assignee) { userErrors { message } }
  first: exceptionNoteAdd(id: $id, body: $first) { userErrors { message } }
  second: exceptionNoteAdd(id: $id, body: $second) { userErrors { message } }
}
"""
ACKNOWLEDGE = "mutation ($id: ID!) { exceptionAcknowledge(id: $id) { userErrors { message } } }"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Two keys: one may read orders and no more, the other may do everything."""

    reader: str
    writer: str


async def place_orders(url: str, count: int) -> Secrets:
    """In a database brought up to date: keys, and the orders of the last months."""
    await migrate(url)
    tracker = Tracker(announce=lambda _head: None)
    async with open_database(url, connections=2):
        with tempfile.TemporaryDirectory(prefix="whereabouts-") as folder:
            file = Path(folder) / "orders.jsonl"
            write_orders(file, count, seed=SEED)
            await import_orders(tracker, file, FORMATS["jsonl"])
        _, reader = await create_key("benchmark reader", {Scope.ORDERS_READ})
        _, writer = await create_key("benchmark", Scope)
    return Secrets(reader, writer)


async def play(url: str, key: str) -> None:
    """What has happened to the orders by now, but to the newest, and what was done about their
    troubles."""
    async with connections(url, key, 1) as (connection,):
        found = await connection.ask(NEWEST)
    newest = found["orders"]["nodes"][0]["trackingId"]
    async with Client(url, key, connections=ACTS_AT_ONCE) as client, asyncio.TaskGroup() as group:
        sender = Sender(client, group, ACTS_AT_ONCE)
        history = History(sender, SEED, datetime.now(UTC), but=newest)
        await history.play(ORDERS_AT_ONCE)
    async with connections(url, key, 1) as (connection,):
        troubles = await connection.ask(TROUBLES)
        await _take_up(connection, troubles["exceptions"]["nodes"])


async def _take_up(connection: Connection, troubles: list[dict[str, Any]]) -> None:
    """Two of three: they get somebody who looks after them, and notes."""
    for place, trouble in _numbered(troubles):
        await connection.ask(
            TAKE_UP,
            id=trouble["id"],
            assignee=CLERKS[place % len(CLERKS)],
            first="The customer has called and asks what has become of it.",
            second="The carrier looks into it, and answers by tomorrow.",
        )
        if trouble["status"] == "OPEN" and place % 2:
            await connection.ask(ACKNOWLEDGE, id=trouble["id"])


def _numbered(troubles: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((place, one) for place, one in enumerate(troubles) if place % 3)
