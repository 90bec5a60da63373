"""A dataset of orders that differ in everything that a filter can test."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from database.rows import insert
from models.customers import Customer
from models.denormalized_columns import refresh_denormalized
from models.enums import (
    DeliveryMethod,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    Party,
    ShipmentStatus,
)
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.shipments import Shipment, comparable_number
from tests.factories.in_memory import (
    build_customer,
    build_exception,
    build_item,
    build_order,
    build_shipment,
    day,
)

STATUSES = [*list(OrderStatus)[:4], OrderStatus.RETURNED, OrderStatus.CANCELLED]
PARCELS = [ShipmentStatus.PENDING, ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED]
CARRIERS = ["ups", "dhl_express", None]
NUMBERS = ["1Z-99_A%", "JJD 000", "x99a", None]
REFERENCES = ["R-100%", "R-1000", "R_100", "A\\B", None]
NAMES = ["Customer 1", "customer_2", "100% Cotton"]
EMAILS = ["customer1@example.com", "CUSTOMER2@example.com", None]
TYPES = list(ExceptionType)[:3]
STATES = [ExceptionStatus.OPEN, ExceptionStatus.WAITING, ExceptionStatus.RESOLVED]
CLOSED = [ExceptionStatus.RESOLVED]
DAYS = [None, -400, 0, 1, 4000]
"""Days after START, which is past: before it, around it, and far in the future."""


@dataclass(frozen=True)
class OrderRecords:
    """An order and the rows that belong to it."""

    order: Order
    customer: Customer
    items: Sequence[OrderItem]
    shipments: Sequence[Shipment]
    exceptions: Sequence[OrderException]


def build_order_records(source: random.Random, number: int) -> OrderRecords:
    customer = build_customer(name=source.choice(NAMES), email=source.choice(EMAILS))
    reference = source.choice(REFERENCES)
    order = build_order(
        customer.id,
        reference=reference and f"{reference}/{number}",
        status=source.choice(STATUSES),
        health=source.choice(list(Health)),
        delivery_method=source.choice(list(DeliveryMethod)),
        destination_country=source.choice(["DE", "PT"]),
        placed_at=day(source.choice(DAYS[1:])),
        promised_at=day(source.choice(DAYS)),
        delivered_at=day(source.choice(DAYS)),
        late_after=day(source.choice(DAYS)),
    )
    items = [
        build_item(
            order.id,
            line=line + 1,
            sku=sku,
            placed_at=order.placed_at,
            quantity=2,
            cancelled_quantity=line,
            allocated_quantity=source.randint(0, 2 - line),
        )
        for line, sku in enumerate(source.sample(["MUG", "CUP", "PAN"], source.randint(1, 2)))
    ]
    shipments = [build_random_shipment(source, order) for _ in range(source.randint(0, 2))]
    exceptions = build_random_exceptions(source, order, shipments)
    refresh_denormalized(order, shipments, exceptions)
    return OrderRecords(order, customer, items, shipments, exceptions)


def build_random_shipment(source: random.Random, order: Order) -> Shipment:
    number = source.choice(NUMBERS)
    return build_shipment(
        order.id,
        carrier=source.choice(CARRIERS),
        service=source.choice(["saver", None]),
        tracking_number=number,
        number_key=number and comparable_number(number),
        status=source.choice(PARCELS),
        health=source.choice(list(Health)),
        shipped_at=day(source.choice(DAYS)),
        delivered_at=day(source.choice(DAYS)),
        late_after=day(source.choice(DAYS)),
    )


def build_random_exceptions(
    source: random.Random, order: Order, shipments: Sequence[Shipment]
) -> list[OrderException]:
    """At most one exception of each type: two unresolved ones would break a constraint."""
    states = {type_: source.choice(STATES) for type_ in source.sample(TYPES, source.randint(0, 2))}
    return [
        build_exception(
            order.id,
            shipment_id=source.choice([None, *(shipment.id for shipment in shipments)]),
            type=type_,
            severity=source.choice(list(ExceptionSeverity)),
            caused_by=source.choice(list(Party)),
            status=state,
            assignee=source.choice(["agent1", "agent2", None]),
            action_required=source.choice([True, False]),
            due_at=day(source.choice(DAYS)),
            opened_at=day(source.choice(DAYS[1:])),
            resolved_at=day(source.choice(DAYS[1:])) if state in CLOSED else None,
        )
        for type_, state in states.items()
    ]


async def insert_dataset(count: int = 25) -> list[OrderRecords]:
    """Insert the orders into the open database: the same rows on every call."""
    source = random.Random(7)
    dataset = [build_order_records(source, number) for number in range(count)]
    tables: list[Sequence[Any]] = [
        [records.customer for records in dataset],
        [records.order for records in dataset],
        [item for records in dataset for item in records.items],
        [shipment for records in dataset for shipment in records.shipments],
        [exception for records in dataset for exception in records.exceptions],
    ]
    for rows in tables:
        await insert(rows)
    return dataset
