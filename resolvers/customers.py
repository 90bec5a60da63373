"""Customers."""

from uuid import UUID

from models.customers import Customer
from resolvers.grouping import in_order_of


async def load_customers(ids: list[UUID]) -> list[Customer | None]:
    return in_order_of(ids, await Customer.filter(id__in=set(ids)))
