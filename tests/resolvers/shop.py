"""A few orders that differ in everything a filter can ask, as rows to ask in Python."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.bulk import insert
from models.copies import put_copies
from models.customers import Customer
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
from tests.resolvers import rows

STATUSES = [*list(OrderStatus)[:4], OrderStatus.RETURNED, OrderStatus.CANCELLED]
PARCELS = [ShipmentStatus.PENDING, ShipmentStatus.DELIVERED, ShipmentStatus.LOST]
CARRIERS = ["ups", "dhl_express", None]
NUMBERS = ["1Z-99_A%", "JJD 000", "x99a", None]
REFERENCES = ["R-100%", "R-1000", "R_100", "A\\B", None]
NAMES = ["Ada Lovelace", "adam_ant", "100% Cotton"]
EMAILS = ["ada@example.com", "ADAM@example.com", None]
TYPES = list(ExceptionType)[:3]
STATES = [ExceptionStatus.OPEN, ExceptionStatus.WAITING, ExceptionStatus.RESOLVED]
CLOSED = [ExceptionStatus.RESOLVED]
DAYS = [None, -400, 0, 1, 4000]
"""Days from a day that is past: before it, around it, and far in the future."""


@dataclass(frozen=True)
class Case:
    """An order and all that belongs to it."""

    order: Order
    customer: Customer
    items: Sequence[OrderItem]
    shipments: Sequence[Shipment]
    exceptions: Sequence[OrderException]


def make_case(chance: random.Random, number: int) -> Case:
    customer = rows.customer(name=chance.choice(NAMES), email=chance.choice(EMAILS))
    reference = chance.choice(REFERENCES)
    order = rows.order(
        customer.id,
        reference=reference and f"{reference}/{number}",
        status=chance.choice(STATUSES),
        health=chance.choice(list(Health)),
        delivery_method=chance.choice(list(DeliveryMethod)),
        destination_country=chance.choice(["DE", "PT"]),
        placed_at=rows.day(chance.choice(DAYS[1:])),
        promised_at=rows.day(chance.choice(DAYS)),
        delivered_at=rows.day(chance.choice(DAYS)),
        late_after=rows.day(chance.choice(DAYS)),
    )
    items = [
        rows.item(order.id, line=line + 1, sku=sku, placed_at=order.placed_at)
        for line, sku in enumerate(chance.sample(["MUG", "CUP", "PAN"], chance.randint(1, 2)))
    ]
    shipments = [make_shipment(chance, order) for _ in range(chance.randint(0, 2))]
    exceptions = make_exceptions(chance, order, shipments)
    put_copies(order, shipments, exceptions)
    return Case(order, customer, items, shipments, exceptions)


def make_shipment(chance: random.Random, order: Order) -> Shipment:
    number = chance.choice(NUMBERS)
    return rows.shipment(
        order.id,
        carrier=chance.choice(CARRIERS),
        service=chance.choice(["saver", None]),
        tracking_number=number,
        number_key=number and comparable_number(number),
        status=chance.choice(PARCELS),
        health=chance.choice(list(Health)),
        shipped_at=rows.day(chance.choice(DAYS)),
        delivered_at=rows.day(chance.choice(DAYS)),
        late_after=rows.day(chance.choice(DAYS)),
    )


def make_exceptions(
    chance: random.Random, order: Order, shipments: Sequence[Shipment]
) -> list[OrderException]:
    """At most one of each type, so that none stands in another's way."""
    states = {type_: chance.choice(STATES) for type_ in chance.sample(TYPES, chance.randint(0, 2))}
    return [
        rows.exception(
            order.id,
            shipment_id=chance.choice([None, *(one.id for one in shipments)]),
            type=type_,
            severity=chance.choice(list(ExceptionSeverity)),
            caused_by=chance.choice(list(Party)),
            status=state,
            assignee=chance.choice(["ann", "bob", None]),
            action_required=chance.choice([True, False]),
            due_at=rows.day(chance.choice(DAYS)),
            opened_at=rows.day(chance.choice(DAYS[1:])),
            resolved_at=rows.day(chance.choice(DAYS[1:])) if state in CLOSED else None,
        )
        for type_, state in states.items()
    ]


async def open_shop(count: int = 25) -> list[Case]:
    chance = random.Random(7)
    cases = [make_case(chance, number) for number in range(count)]
    lists: list[Sequence[Any]] = [
        [case.customer for case in cases],
        [case.order for case in cases],
        [one for case in cases for one in case.items],
        [one for case in cases for one in case.shipments],
        [one for case in cases for one in case.exceptions],
    ]
    for each in lists:
        await insert(each)
    return cases
