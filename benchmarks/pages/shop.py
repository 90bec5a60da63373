"""A running shop, whose orders customers look at."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from benchmarks.fanout.servers import WhereaboutsServer
from benchmarks.ingest.dataset import create_shipments, generate_events
from benchmarks.ingest.http_client import Connection, open_connections
from benchmarks.ingest.servers import create_api_key
from devservices.ports import HOST

ORDERS = 12
EVENTS_OF_ORDER = 25
"""The number of events of a parcel that went from one end of the world to the other."""
NEWEST_ORDERS = "{ orders(first: 100) { nodes { trackingId shipments { id } } } }"
RECORD = """mutation ($events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: { source: "benchmark", events: $events }) {
    results { userErrors { message } } userErrors { message }
  }
}"""


class PagesServer(WhereaboutsServer):
    """The service, behind a proxy that says where its viewers come from."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, "memory://")
        self._environ["WHEREABOUTS_TRUSTED_PROXIES"] = HOST


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order's one shipment."""

    tracking_id: str
    shipment_id: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A server on a SQLite file whose orders have some history."""

    server: WhereaboutsServer
    connection: Connection
    parcels: list[Parcel]

    def page(self, parcel: Parcel) -> str:
        """Return the address of the order's page."""
        return self.server.url.replace("/graphql", f"/t/{parcel.tracking_id}")

    async def scan(self, parcel: Parcel, city: str) -> None:
        """Record that the parcel is in a city."""
        event = {
            "shipmentId": parcel.shipment_id,
            "type": "IN_TRANSIT",
            "occurredAt": datetime.now(UTC).isoformat(),
            "location": {"city": city, "country": "DE"},
        }
        await self._record([event])

    async def _record(self, events: list[dict[str, Any]]) -> None:
        answer = await self.connection.execute(RECORD, events=events)
        recorded = answer["trackingEventsRecord"]
        refused = [error for result in recorded["results"] for error in result["userErrors"]]
        if refused or recorded["userErrors"]:
            raise RuntimeError(str(refused or recorded["userErrors"]))

    async def record_histories(self) -> None:
        events = list(islice(generate_events(ORDERS), ORDERS * EVENTS_OF_ORDER))
        await self._record(events)


@asynccontextmanager
async def open_shop(database_url: str) -> AsyncGenerator[Shop, None]:
    """Start a server on a new database, and give it orders."""
    key = await asyncio.to_thread(create_api_key, {"WHEREABOUTS_DATABASE_URL": database_url})
    server = PagesServer(database_url)
    try:
        await asyncio.to_thread(server.start)
        await create_shipments(server.url, key, ORDERS)
        async with open_connections(server.url, key, 1) as (connection,):
            orders = (await connection.execute(NEWEST_ORDERS))["orders"]["nodes"]
            parcels = [Parcel(one["trackingId"], one["shipments"][0]["id"]) for one in orders]
            shop = Shop(server, connection, parcels)
            await shop.record_histories()
            yield shop
    finally:
        await asyncio.to_thread(server.close)
