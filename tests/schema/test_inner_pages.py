"""One page of many nested lists is read in one statement, as if each were queried by itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.changes import LOG_HEAD_ID, Change, LogHead
from models.columns import new_id
from models.customers import Customer
from models.enums import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tests.factories.change_log import build_change, insert_changes
from tests.resolvers import rows
from tests.schema.lists import MICROSECONDS, delete_rows, sorted_items
from tests.schema.paging import (
    ARGUMENTS,
    VARIABLES,
    Item,
    PageArguments,
    connection_selection,
    cursors_of,
    expected_page,
    page_of,
)

MOST = 7
Moments = list[tuple[int, int]]
"""The time of each row of a list, and its rank among the rows of that time."""
Lists = Sequence[tuple[str, list[Item]]]
"""The id of each list's parent, and the list's items."""


def at(moment: int) -> Any:
    return rows.NOW + timedelta(microseconds=MICROSECONDS[moment])


def event(parcel: Shipment, place: int, moment: int, rank: int) -> TrackingEvent:
    return TrackingEvent(
        id=new_id(),
        order_id=parcel.order_id,
        shipment_id=parcel.id,
        type=TrackingEventType.UNKNOWN,
        classifier=EventClassifier.ACTUAL,
        occurred_at=at(moment),
        moment=at(moment),
        rank=rank,
        time_zone_source=TimeZoneSource.OFFSET,
        precision=TimePrecision.SECOND,
        recorded_at=rows.NOW,
        source="api",
        fingerprint=f"{parcel.id.hex}{place:04}",
    )


async def make_orders(count: int) -> list[Order]:
    owner = rows.customer()
    await owner.save(force_create=True)
    orders = [rows.order(owner.id) for _ in range(count)]
    await Order.bulk_create(orders)
    return orders


async def make_events(lists: Sequence[Moments]) -> list[tuple[Shipment, list[Item]]]:
    parcels = [rows.shipment(order.id) for order in await make_orders(len(lists))]
    await Shipment.bulk_create(parcels)
    events = [
        [event(parcel, place, *moment) for place, moment in enumerate(moments)]
        for parcel, moments in zip(parcels, lists, strict=True)
    ]
    if known := [one for of in events for one in of]:
        await TrackingEvent.bulk_create(known)
    return [(parcel, list(map(event_item, of))) for parcel, of in zip(parcels, events, strict=True)]


def event_item(one: TrackingEvent) -> Item:
    return Item(node_id(NodeType.EVENT, one.id), (one.moment, one.rank, one.fingerprint))


async def events_of_orders(lists: Sequence[Moments]) -> Lists:
    made = await make_events(lists)
    return [(node_id(NodeType.ORDER, parcel.order_id), items) for parcel, items in made]


async def events_of_shipments(lists: Sequence[Moments]) -> Lists:
    made = await make_events(lists)
    return [(node_id(NodeType.SHIPMENT, parcel.id), items) for parcel, items in made]


async def history(lists: Sequence[Moments]) -> Lists:
    """Inserts changes of several orders in turn; their histories are the lists."""
    orders = await make_orders(len(lists))
    changed = [
        order
        for place in range(MOST)
        for order, moments in zip(orders, lists, strict=True)
        if place < len(moments)
    ]
    positions = await insert_changes(*(build_change(order) for order in changed))
    return [
        (
            node_id(NodeType.ORDER, order.id),
            [
                Item(position, position)
                for position, of in zip(positions, changed, strict=True)
                if of is order
            ],
        )
        for order in orders
    ]


async def orders_of_customers(lists: Sequence[Moments]) -> Lists:
    """Inserts orders of several customers; the lists have the newest order first."""
    owners = [rows.customer() for _ in lists]
    await Customer.bulk_create(owners)
    orders = [
        [rows.order(owner.id, placed_at=at(moment)) for moment, _ in moments]
        for owner, moments in zip(owners, lists, strict=True)
    ]
    if known := [one for of in orders for one in of]:
        await Order.bulk_create(known)
    return [
        (node_id(NodeType.CUSTOMER, owner.id), list(map(order_item, of)))
        for owner, of in zip(owners, orders, strict=True)
    ]


def order_item(one: Order) -> Item:
    return Item(node_id(NodeType.ORDER, one.id), (-one.placed_at.timestamp(), -one.id.int))


@dataclass(frozen=True)
class Inner:
    """A list field of a type, and how to insert rows for it."""

    type: str
    field: str
    make: Callable[[Sequence[Moments]], Awaitable[Lists]]
    id: str = "id"

    @property
    def query(self) -> str:
        asked = f"list: {self.field}({ARGUMENTS}) {connection_selection(self.id)}"
        return (
            f"query ($ids: [ID!]!, {VARIABLES})"
            f" {{ nodes(ids: $ids) {{ ... on {self.type} {{ {asked} }} }} }}"
        )


INNER = [
    Inner("Order", "events", events_of_orders),
    Inner("Shipment", "events", events_of_shipments),
    Inner("Order", "history", history, "position"),
    Inner("Customer", "orders", orders_of_customers),
]
MOMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=MOST)
SIZES = st.none() | st.integers(0, 8)


@pytest.mark.parametrize("inner", INNER, ids=lambda value: f"{value.type}.{value.field}")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lists=st.lists(MOMENTS, min_size=1, max_size=3), size=SIZES, data=st.data())
async def test_each_parent_gets_its_own_page(api, inner, lists, size, data):
    """A cursor may belong to a row of another parent, and counts as its place all the same."""
    await TrackingEvent.all().delete()
    await Change.all().delete()
    await LogHead.filter(id=LOG_HEAD_ID).update(position=0)
    await delete_rows()
    made = [(id_, sorted_items(items)) for id_, items in await inner.make(lists)]
    known = [item for _, items in made for item in items]
    ids = [id_ for id_, _ in made]
    found = (await api.fetch(inner.query, ids=ids, first=100))["nodes"]
    cursors = {key: one for each in found for key, one in cursors_of(each["list"]).items()}
    places = st.none() | st.sampled_from(known) if known else st.none()
    backwards = data.draw(st.booleans())
    asked = PageArguments(
        first=None if backwards else size,
        after=data.draw(places),
        last=size if backwards else None,
        before=data.draw(places),
    )

    answered = await api.fetch(inner.query, ids=ids, **asked.variables(cursors))

    pages = [page_of(node["list"]) for node in answered["nodes"]]
    assert pages == [expected_page(items, asked) for _, items in made]
