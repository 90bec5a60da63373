"""The imported orders in a database, read as a user's own program would read them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from database.connections import open_database
from models.changes import Change
from models.events import TrackingEvent
from models.orders import Order, OrderItem
from models.shipments import Shipment

Result = TypeVar("Result")


def read_orders(url: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of the orders, by reference; those after a dot are of the customer or address."""

    async def read() -> list[tuple[Any, ...]]:
        orders = await Order.all().order_by("reference").prefetch_related("customer", "address")
        return [tuple(_value(order, column) for column in columns) for order in orders]

    return _run(url, read)


def read_items(url: str) -> list[tuple[Any, ...]]:
    """The items with their orders' references: sku, name, quantity, unit price in minor units."""

    async def read() -> list[tuple[Any, ...]]:
        items = await OrderItem.all().order_by("line").select_related("order")
        rows = [
            (item.order.reference, item.sku, item.name, item.quantity, item.unit_price_minor)
            for item in items
        ]
        return sorted(rows, key=lambda row: row[0])

    return _run(url, read)


def read_shipments(url: str) -> list[tuple[Any, ...]]:
    """The shipments with their orders' references: carrier, number, status, dispatch."""

    async def read() -> list[tuple[Any, ...]]:
        shipments = await Shipment.all().select_related("order")
        return sorted(
            (row.order.reference, row.carrier, row.tracking_number, row.status, row.dispatched_at)
            for row in shipments
        )

    return _run(url, read)


def read_events(url: str) -> list[tuple[Any, ...]]:
    async def read() -> list[tuple[Any, ...]]:
        events = await TrackingEvent.all().order_by("occurred_at", "rank")
        return [(event.type, event.occurred_at, event.precision) for event in events]

    return _run(url, read)


def count_changes(url: str) -> int:
    async def read() -> int:
        return await Change.all().count()

    return _run(url, read)


def _value(order: Order, column: str) -> Any:
    value: Any = order
    for name in column.split("."):
        value = getattr(value, name)
    return value


def _run(url: str, read: Callable[[], Awaitable[Result]]) -> Result:
    async def opened() -> Result:
        async with open_database(url, connections=1):
            return await read()

    return asyncio.run(opened())
