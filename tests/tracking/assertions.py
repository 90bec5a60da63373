"""Assertions of many tests: that nothing has changed, and that the log has no gaps."""

from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest
from tortoise import Model

from database.connections import connection
from errors import DomainError
from models.carrier_families import CarrierFamilies
from models.changes import Change, LogHead
from models.customers import Customer
from models.enums import ChangeKind
from models.estimates import Estimate
from models.event_matching import matched_events
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.idempotency_keys import IdempotencyKey
from models.number_decisions import NumberDecision
from models.orders import Address, Order, OrderItem
from models.rollups import (
    ExceptionContribution,
    ExceptionHour,
    OrderContribution,
    OrderHour,
    RollupCursor,
    ShipmentContribution,
    ShipmentHour,
)
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
    NumberDecision,
    Estimate,
    OrderException,
    ExceptionNote,
    Change,
    LogHead,
    IdempotencyKey,
)
HOUR_TABLES: tuple[type[Model], ...] = (
    OrderHour,
    OrderContribution,
    ShipmentHour,
    ShipmentContribution,
    ExceptionHour,
    ExceptionContribution,
)


async def read_all_rows() -> dict[str, list[dict[str, Any]]]:
    return {
        table.__name__: sorted(await table.all().values(), key=lambda row: str(row))
        for table in TABLES
    }


async def read_all_hours() -> dict[str, list[dict[str, Any]]]:
    """All rows of the hourly counts, without their ids."""
    rows = {table: await table.all().values() for table in HOUR_TABLES}
    for table, table_rows in rows.items():
        if "row_count" in table._meta.fields:
            for row in table_rows:
                del row["id"]
    return {table.__name__: sorted(table_rows, key=str) for table, table_rows in rows.items()}


async def delete_all_rows() -> None:
    """Empties the database for the next example of a property test."""
    for table in (*HOUR_TABLES, *reversed(TABLES)):
        if table is not LogHead:
            await connection().execute_query(f"DELETE FROM {table._meta.db_table}")
    for position in (LogHead, RollupCursor):
        await position.all().update(position=0)


@asynccontextmanager
async def assert_nothing_changes() -> AsyncGenerator[None, None]:
    before = await read_all_rows()
    yield
    assert await read_all_rows() == before


@asynccontextmanager
async def assert_refused(refusal: type[DomainError], *field: str) -> AsyncGenerator[None, None]:
    """The block raises the refusal, which names the field, and changes no row."""
    async with assert_nothing_changes():
        with pytest.raises(refusal) as raised:
            yield
    assert raised.value.field == field


async def change_kinds_after(position: int) -> list[ChangeKind]:
    changes = await Change.filter(position__gt=position).order_by("position")
    return [change.kind for change in changes]


async def current_head() -> int:
    position: int = (await LogHead.get()).position
    return position


async def assert_log_is_gapless() -> None:
    """Positions run from 1 to n, and each order's sequences run from 1 to the one in its row."""
    changes = await Change.all().order_by("position")
    assert [change.position for change in changes] == list(range(1, len(changes) + 1))
    assert await current_head() == len(changes)
    orders = {order.id: order for order in await Order.all()}
    by_order = sorted(changes, key=lambda change: (change.order_id, change.position))
    for order_id, own in groupby(by_order, key=lambda change: change.order_id):
        sequences = [change.sequence for change in own]
        assert sequences == list(range(1, orders.pop(order_id).sequence + 1))
    assert not orders


async def assert_events_are_with_their_shipments() -> None:
    """No event waits for a shipment that can have it, or is in one that cannot."""
    families, by_number = CarrierFamilies(), defaultdict(list)
    for shipment in await Shipment.filter(number_key__not_isnull=True).order_by(
        "-created_at", "-id"
    ):
        by_number[families.number_of(shipment)].append(shipment)
    for number, shipments in by_number.items():
        assert number is not None
        events = await TrackingEvent.filter(shipment_id__in=[row.id for row in shipments])
        waiting = await TrackingEvent.filter(number_key=number.key, shipment_id=None)
        events += [event for event in waiting if families.number_of(event) == number]
        for copies, owners in matched_events(shipments, events, {}):
            ids: set[UUID | None] = {owner.id for owner in owners.shipments}
            ids = ids or {None}
            assert {event.shipment_id for event in copies} == ids
            assert len(copies) == len(ids)
