"""What is followed, and the news of it: orders that have shipped, and events of their parcels."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from auth import SYSTEM
from benchmarks.fanout.frames import text_frame
from models.database import open_database
from models.enums import TrackingEventType
from models.orders import Order
from models.shipments import Shipment
from resolvers.changes import log_head
from subscriptions.transport import Transport, open_transport
from tests.factories.acts import make_dispatched_shipment, make_events
from tests.factories.drafts import NOW, build_carrier_event_draft, build_order_draft
from tracking.acts import Tracker
from tracking.drafts import EventDraft, LocationDraft
from tracking.events import MAXIMUM_EVENTS, Recorded
from tracking.orders import confirm_order, create_orders

FOLLOW = """subscription ($ids: [ID!]!, $after: Position!) {
  orderChanged(trackingIds: $ids, after: $after) {
    position __typename sequence occurredAt recordedAt
    ... on OrderStatusChanged { previous status }
    %s
  }
}"""
FLAT = FOLLOW % ""
NESTED = (
    FOLLOW
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
CONNECTIONS = 4
FIRST_SCAN = NOW - timedelta(days=20)
"""News of a number is a parcel's own up to 30 days back; a million scans fit before now."""
ORDERS_AT_ONCE = 500


class Parcel(NamedTuple):
    """The tracking id of an order and the number of its shipment."""

    tracking_id: str
    number: str


class Newsroom:
    """Places orders, records events, and knows when their changes were there for all to read."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tracker = Tracker(announce=self._announce)
        self._commits: list[tuple[int, float]] = []
        self._told = 0

    def _announce(self, head: int) -> None:
        self._commits.append((head, time.monotonic()))
        self._transport.announce(head)

    @property
    def last_commit(self) -> float:
        return self._commits[-1][1]

    def committed_at(self, position: int) -> float:
        return self._commits[bisect_left(self._commits, position, key=itemgetter(0))][1]

    async def place(self, count: int) -> list[str]:
        """The tracking ids of so many new orders."""
        ids: list[Any] = []
        while len(ids) < count:
            drafts = [build_order_draft() for _ in range(min(ORDERS_AT_ONCE, count - len(ids)))]
            ids += await create_orders(self._tracker, SYSTEM, drafts)
        placed: Any = Order.filter(id__in=ids).values_list("tracking_id", flat=True)
        return list(await placed)

    async def ship(self, count: int) -> list[Parcel]:
        """New orders, each with a parcel that is on its way."""
        orders = await Order.filter(tracking_id__in=await self.place(count))
        parcels = list(await asyncio.gather(*(self._ship(order) for order in orders)))
        await self.tell(parcels, 1)
        return parcels

    async def _ship(self, order: Order) -> Parcel:
        await confirm_order(self._tracker, SYSTEM, order.tracking_id)
        number = f"1Z{order.sequence}{order.id.hex[-12:].upper()}"
        shipment: Shipment = await make_dispatched_shipment(self._tracker, order, number=number)
        return Parcel(order.tracking_id, str(shipment.tracking_number))

    async def tell(self, parcels: Sequence[Parcel], each: int) -> int:
        """So many scans of each parcel; the changes that each order then has more."""
        before = await log_head()
        numbers = [parcel.number for parcel in parcels for _ in range(each)]
        for start in range(0, len(numbers), MAXIMUM_EVENTS):
            some = numbers[start : start + MAXIMUM_EVENTS]
            outcomes = await make_events(self._tracker, *map(self._scan, some))
            if unrecorded := [one for one in outcomes if not isinstance(one, Recorded)]:
                raise RuntimeError(f"Not recorded: {unrecorded[:3]}")
        return (await log_head() - before) // len(parcels)

    def _scan(self, number: str) -> EventDraft:
        """Each a second later than the one before, so that none is taken for a repetition."""
        self._told += 1
        return build_carrier_event_draft(
            TrackingEventType.IN_TRANSIT,
            number,
            occurred_at=FIRST_SCAN + timedelta(seconds=self._told),
            description="On its way between two depots",
            location=LocationDraft(city="Hannover", country="DE"),
        )


async def subscriptions(query: str, tracking_ids: Sequence[str]) -> list[bytes]:
    """What followers say, one of each order. From now on: not one change may be missed."""
    after = await log_head()
    return [_subscribe(query, {"ids": [one], "after": after}) for one in tracking_ids]


def _subscribe(query: str, variables: dict[str, Any]) -> bytes:
    payload = {"query": query, "variables": variables}
    return text_frame(orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}))


@asynccontextmanager
async def open_newsroom(database_url: str, broadcast_url: str) -> AsyncGenerator[Newsroom, None]:
    transport = open_transport(broadcast_url)
    async with open_database(database_url, connections=CONNECTIONS):
        await transport.connect()
        try:
            yield Newsroom(transport)
        finally:
            await transport.disconnect()
