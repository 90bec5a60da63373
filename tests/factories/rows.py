"""Inserters of single rows into the open database, past the acts that write the change log."""

from typing import Any
from uuid import UUID

from models.bulk import insert
from models.customers import Customer
from models.orders import Order
from tests.factories.in_memory import build_customer, build_order


async def insert_customer(**columns: Any) -> Customer:
    customer = build_customer(**columns)
    await insert([customer])
    return customer


async def insert_order(customer_id: UUID, **columns: Any) -> Order:
    order = build_order(customer_id, **columns)
    await insert([order])
    return order
