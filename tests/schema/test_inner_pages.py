"""One page of many nested lists is read in one statement, as if each were queried by itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.columns import new_id
from models.changes import LOG_HEAD_ID, Change, LogHead
from models.customers import Customer
from models.enums import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tests.factories.change_log import build_change, insert_changes
from tests.factories.in_memory import START, build_customer, build_order, build_shipment
from tests.profiles import examples
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

LONGEST = 7
Moments = list[tuple[int, int]]
"""The time of each row of a list, and its rank among the rows of that time."""
ListsByParent = Sequence[tuple[str, list[Item]]]
"""The id of each list's parent, and the list's items."""


def time_of(moment: int) -> Any:
    return START + timedelta(microseconds=MICROSECONDS[moment])


def build_event(shipment: Shipment, index: int, moment: int, rank: int) -> TrackingEvent:
    return TrackingEvent(
        id=new_id(),
        order_id=shipment.order_id,
        shipment_id=shipment.id,
        type=TrackingEventType.UNKNOWN,
        classifier=EventClassifier.ACTUAL,
        occurred_at=time_of(moment),
        moment=time_of(moment),
        rank=rank,
        time_zone_source=TimeZoneSource.OFFSET,
        precision=TimePrecision.SECOND,
        recorded_at=START,
        source="api",
        fingerprint=f"{shipment.id.hex}{index:04}",
    )


async def insert_orders(count: int) -> list[Order]:
    owner = build_customer()
    await owner.save(force_create=True)
    orders = [build_order(owner.id) for _ in range(count)]
    await Order.bulk_create(orders)
    return orders


async def insert_events(lists: Sequence[Moments]) -> list[tuple[Shipment, list[Item]]]:
    shipments = [build_shipment(order.id) for order in await insert_orders(len(lists))]
    await Shipment.bulk_create(shipments)
    events = [
        [build_event(shipment, index, *moment) for index, moment in enumerate(moments)]
        for shipment, moments in zip(shipments, lists, strict=True)
    ]
    if inserted := [event for own in events for event in own]:
        await TrackingEvent.bulk_create(inserted)
    return [
        (shipment, list(map(event_item, own)))
        for shipment, own in zip(shipments, events, strict=True)
    ]


def event_item(event: TrackingEvent) -> Item:
    return Item(node_id(NodeType.EVENT, event.id), (event.moment, event.rank, event.fingerprint))


async def insert_events_of_orders(lists: Sequence[Moments]) -> ListsByParent:
    inserted = await insert_events(lists)
    return [(node_id(NodeType.ORDER, shipment.order_id), items) for shipment, items in inserted]


async def insert_events_of_shipments(lists: Sequence[Moments]) -> ListsByParent:
    inserted = await insert_events(lists)
    return [(node_id(NodeType.SHIPMENT, shipment.id), items) for shipment, items in inserted]


async def insert_histories(lists: Sequence[Moments]) -> ListsByParent:
    """Inserts changes of several orders in turn; their histories are the lists."""
    orders = await insert_orders(len(lists))
    changed = [
        order
        for index in range(LONGEST)
        for order, moments in zip(orders, lists, strict=True)
        if index < len(moments)
    ]
    positions = await insert_changes(*(build_change(order) for order in changed))
    return [
        (
            node_id(NodeType.ORDER, order.id),
            [
                Item(position, position)
                for position, changed_order in zip(positions, changed, strict=True)
                if changed_order is order
            ],
        )
        for order in orders
    ]


async def insert_orders_of_customers(lists: Sequence[Moments]) -> ListsByParent:
    """Inserts orders of several customers; the lists have the newest order first."""
    owners = [build_customer() for _ in lists]
    await Customer.bulk_create(owners)
    orders = [
        [build_order(owner.id, placed_at=time_of(moment)) for moment, _ in moments]
        for owner, moments in zip(owners, lists, strict=True)
    ]
    if inserted := [order for own in orders for order in own]:
        await Order.bulk_create(inserted)
    return [
        (node_id(NodeType.CUSTOMER, owner.id), list(map(order_item, own)))
        for owner, own in zip(owners, orders, strict=True)
    ]


def order_item(order: Order) -> Item:
    return Item(node_id(NodeType.ORDER, order.id), (-order.placed_at.timestamp(), -order.id.int))


@dataclass(frozen=True)
class InnerList:
    """A list field of a type, and how to insert rows for it."""

    type: str
    field: str
    make: Callable[[Sequence[Moments]], Awaitable[ListsByParent]]
    id: str = "id"

    @property
    def query(self) -> str:
        selection = f"list: {self.field}({ARGUMENTS}) {connection_selection(self.id)}"
        return (
            f"query ($ids: [ID!]!, {VARIABLES})"
            f" {{ nodes(ids: $ids) {{ ... on {self.type} {{ {selection} }} }} }}"
        )


INNER_LISTS = [
    InnerList("Order", "events", insert_events_of_orders),
    InnerList("Shipment", "events", insert_events_of_shipments),
    InnerList("Order", "history", insert_histories, "position"),
    InnerList("Customer", "orders", insert_orders_of_customers),
]
MOMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=LONGEST)
SIZES = st.none() | st.integers(0, 8)


@pytest.mark.parametrize("inner", INNER_LISTS, ids=lambda value: f"{value.type}.{value.field}")
@examples(25, on_one_database=True)
@given(lists=st.lists(MOMENTS, min_size=1, max_size=3), size=SIZES, data=st.data())
async def test_each_parent_gets_its_own_page(api, inner, lists, size, data):
    """A cursor may belong to a row of another parent, and counts as its place all the same."""
    await TrackingEvent.all().delete()
    await Change.all().delete()
    await LogHead.filter(id=LOG_HEAD_ID).update(position=0)
    await delete_rows()
    lists_by_parent = [(id_, sorted_items(items)) for id_, items in await inner.make(lists)]
    all_items = [item for _, items in lists_by_parent for item in items]
    ids = [id_ for id_, _ in lists_by_parent]
    nodes = (await api.fetch(inner.query, ids=ids, first=100))["nodes"]
    cursors = {key: cursor for node in nodes for key, cursor in cursors_of(node["list"]).items()}
    any_item = st.none() | st.sampled_from(all_items) if all_items else st.none()
    backwards = data.draw(st.booleans())
    arguments = PageArguments(
        first=None if backwards else size,
        after=data.draw(any_item),
        last=size if backwards else None,
        before=data.draw(any_item),
    )

    answer = await api.fetch(inner.query, ids=ids, **arguments.variables(cursors))

    pages = [page_of(node["list"]) for node in answer["nodes"]]
    assert pages == [expected_page(items, arguments) for _, items in lists_by_parent]
