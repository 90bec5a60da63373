"""The writer of changes: it creates shipped orders and records scans of their shipments."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from access.viewer import SYSTEM
from benchmarks.fanout.websocket_frames import text_frame
from benchmarks.orders import order_draft, scan_draft, ship
from database.connections import open_database
from models.orders import Order
from resolvers.changes import log_head
from subscriptions.transport import Transport, open_transport
from tracking.events.commands import record_events
from tracking.events.outcomes import Recorded
from tracking.inputs import EventDraft
from tracking.inputs.limits import MAXIMUM_EVENTS
from tracking.orders.creation import create_orders
from unit_of_work.unit_of_work import Tracker

SUBSCRIPTION = """subscription ($ids: [ID!]!, $after: Position!) {
  orderChanged(trackingIds: $ids, after: $after) {
    position __typename sequence occurredAt recordedAt
    ... on OrderStatusChanged { previous status }
    %s
  }
}"""
FLAT_QUERY = SUBSCRIPTION % ""
NESTED_QUERY = (
    SUBSCRIPTION
    % """... on TrackingEventRecorded {
      event { type occurredAt timeZoneSource location { city country } }
      shipment { status carrier trackingNumber }
    }
    order {
      trackingId status health
      estimate { earliest latest }
      shipments { status health carrier trackingNumber lastEvent { type occurredAt } }
    }"""
)
POOL_SIZE = 4
SOURCE = "api"
ORDER_BATCH = 500


class TrackedShipment(NamedTuple):
    """The tracking id of an order and the tracking number of its shipment."""

    tracking_id: str
    tracking_number: str


class EventWriter:
    """Creates orders, records events, and knows when each change was committed."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tracker = Tracker(announce=self._announce)
        self._commits: list[tuple[int, float]] = []
        self._scans = 0

    def _announce(self, head: int) -> None:
        self._commits.append((head, time.monotonic()))
        self._transport.announce(head)

    @property
    def last_commit(self) -> float:
        """The time of the last commit on the monotonic clock."""
        return self._commits[-1][1]

    def committed_at(self, position: int) -> float:
        """Return the time at which the change at the position was committed."""
        return self._commits[bisect_left(self._commits, position, key=itemgetter(0))][1]

    async def create_orders(self, count: int) -> list[str]:
        """Create `count` orders and return their tracking ids."""
        ids: list[Any] = []
        while len(ids) < count:
            drafts = [order_draft() for _ in range(min(ORDER_BATCH, count - len(ids)))]
            ids += await create_orders(self._tracker, SYSTEM, drafts)
        tracking_ids: Any = Order.filter(id__in=ids).values_list("tracking_id", flat=True)
        return list(await tracking_ids)

    async def create_shipments(self, count: int) -> list[TrackedShipment]:
        """Create `count` orders, each with a shipment in transit."""
        orders = await Order.filter(tracking_id__in=await self.create_orders(count))
        shipments = list(await asyncio.gather(*(self._ship(order) for order in orders)))
        await self.record_scans(shipments, 1)
        return shipments

    async def _ship(self, order: Order) -> TrackedShipment:
        return TrackedShipment(order.tracking_id, await ship(self._tracker, order))

    async def record_scans(self, shipments: Sequence[TrackedShipment], count: int) -> int:
        """Record `count` scans of each shipment; return the number of changes per order."""
        before = await log_head()
        numbers = [shipment.tracking_number for shipment in shipments for _ in range(count)]
        for start in range(0, len(numbers), MAXIMUM_EVENTS):
            batch = numbers[start : start + MAXIMUM_EVENTS]
            scans = [self._scan(number) for number in batch]
            outcomes = await record_events(self._tracker, SYSTEM, SOURCE, scans)
            rejected = [outcome for outcome in outcomes if not isinstance(outcome, Recorded)]
            if rejected:
                raise RuntimeError(f"Events were not recorded: {rejected[:3]}")
        return (await log_head() - before) // len(shipments)

    def _scan(self, number: str) -> EventDraft:
        """Each scan is a second later than the one before, so that none counts as a duplicate."""
        self._scans += 1
        return scan_draft(number, self._scans)


async def subscribe_frames(query: str, tracking_ids: Sequence[str]) -> list[bytes]:
    """Return one frame per order that subscribes to the changes after the current head."""
    after = await log_head()
    return [_subscribe_frame(query, {"ids": [id_], "after": after}) for id_ in tracking_ids]


def _subscribe_frame(query: str, variables: dict[str, Any]) -> bytes:
    payload = {"query": query, "variables": variables}
    return text_frame(orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}))


@asynccontextmanager
async def open_event_writer(
    database_url: str, broadcast_url: str
) -> AsyncGenerator[EventWriter, None]:
    transport = open_transport(broadcast_url)
    async with open_database(database_url, connections=POOL_SIZE):
        await transport.connect()
        try:
            yield EventWriter(transport)
        finally:
            await transport.disconnect()
