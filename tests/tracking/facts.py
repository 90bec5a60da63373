"""Facts that many tests state: that nothing happened, that the log is whole."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any

import pytest
from tortoise import Model

from errors import Refusal
from models.changes import Change, LogHead
from models.customers import Customer
from models.database import connection
from models.enums import ChangeKind
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.hours import (
    CountedLog,
    ExceptionCounted,
    ExceptionHour,
    OrderCounted,
    OrderHour,
    ShipmentCounted,
    ShipmentHour,
)
from models.orders import Address, Order, OrderItem
from models.repeats import IdempotencyKey
from models.shipments import Shipment, ShipmentItem, TrackingNumber

TABLES: tuple[type[Model], ...] = (
    Customer,
    Order,
    Address,
    OrderItem,
    Shipment,
    ShipmentItem,
    TrackingNumber,
    TrackingEvent,
    Estimate,
    OrderException,
    ExceptionNote,
    Change,
    LogHead,
    IdempotencyKey,
)
HOURS: tuple[type[Model], ...] = (
    OrderHour,
    OrderCounted,
    ShipmentHour,
    ShipmentCounted,
    ExceptionHour,
    ExceptionCounted,
)


async def every_row() -> dict[str, list[dict[str, Any]]]:
    return {
        table.__name__: sorted(await table.all().values(), key=lambda row: str(row))
        for table in TABLES
    }


async def every_hour() -> dict[str, list[dict[str, Any]]]:
    """What is counted, whatever the numbers of its rows."""
    rows = {table: await table.all().values() for table in HOURS}
    for row in (one for table in rows if "many" in table._meta.fields for one in rows[table]):
        del row["id"]
    return {table.__name__: sorted(found, key=str) for table, found in rows.items()}


async def wipe() -> None:
    """For the next of many examples."""
    for table in (*HOURS, *reversed(TABLES)):
        if table is not LogHead:
            await connection().execute_query(f"DELETE FROM {table._meta.db_table}")
    for position in (LogHead, CountedLog):
        await position.all().update(position=0)


@asynccontextmanager
async def nothing_done() -> AsyncGenerator[None, None]:
    before = await every_row()
    yield
    assert await every_row() == before


@asynccontextmanager
async def refused(refusal: type[Refusal], *field: str) -> AsyncGenerator[None, None]:
    """With that refusal, of that field, and nothing happened."""
    async with nothing_done():
        with pytest.raises(refusal) as raised:
            yield
    assert raised.value.field == field


async def told_after(position: int) -> list[ChangeKind]:
    changes = await Change.filter(position__gt=position).order_by("position")
    return [change.kind for change in changes]


async def head() -> int:
    position: int = (await LogHead.get()).position
    return position


async def assert_log_is_whole() -> None:
    """Positions 1..n of all, sequences 1..n of each order, and the order's row knows its n."""
    changes = await Change.all().order_by("position")
    assert [one.position for one in changes] == list(range(1, len(changes) + 1))
    assert await head() == len(changes)
    orders = {order.id: order for order in await Order.all()}
    by_order = sorted(changes, key=lambda one: (one.order_id, one.position))
    for order_id, mine in groupby(by_order, key=lambda one: one.order_id):
        sequences = [one.sequence for one in mine]
        assert sequences == list(range(1, orders.pop(order_id).sequence + 1))
    assert not orders
