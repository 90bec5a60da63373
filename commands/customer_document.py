"""The document of a customer: everything that is held about a person, as JSON.

It is written row by row, so that a customer with any number of orders takes little memory.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson
from strawberry.utils.str_converters import to_camel_case
from tortoise import Model

from database.connections import is_postgres
from database.tables import table_of
from models.changes import Change
from models.customers import Customer
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from models.sources import ShopOrder

PORTION = 500
"""Rows that are read at once: some hundred kilobytes."""
PARTS: Mapping[str, tuple[type[Model], str]] = {
    "shippingAddress": (Address, "order_id"),
    "items": (OrderItem, "order_id"),
    "shipments": (Shipment, "order_id"),
    "shipmentItems": (ShipmentItem, "shipment__order_id"),
    "events": (TrackingEvent, "order_id"),
    "estimates": (Estimate, "shipment__order_id"),
    "exceptions": (OrderException, "order_id"),
    "notes": (ExceptionNote, "exception__order_id"),
    "changes": (Change, "order_id"),
    "sources": (ShopOrder, "order_id"),
}
"""The tables with rows of an order, each with the path to the order's id."""
DERIVED = frozenset(
    {
        *("name_key", "email_key", "reference_key", "number_key"),
        *("fingerprint", "tie_break", "counted_key", "rank", "severity_rank"),
        *("customer_digest", "address_digest"),
    }
)
"""Columns that only serve search, order and comparison, and say what others say."""


async def customer_document(customer: Customer) -> AsyncIterator[str]:
    """Yield the parts of the document, which is one object and ends with a line feed."""
    (values,) = await Customer.filter(id=customer.id).values()
    yield f'{{"customer":{_json(values)},"orders":['
    separator = ""
    async for order in _rows(Order, "customer_id", customer.id):
        yield f'{separator}\n{{"order":{_json(order)}'
        separator = ","
        for name, (model, path) in PARTS.items():
            async for part in _list(name, model, path, order["id"]):
                yield part
        yield "}"
    yield "]}\n"


async def _list(name: str, model: type[Model], path: str, order_id: object) -> AsyncIterator[str]:
    yield f',\n"{name}":['
    separator = ""
    async for row in _rows(model, path, order_id):
        yield f"{separator}{_json(row)}"
        separator = ",\n"
    yield "]"


async def _rows(model: type[Model], path: str, owner_id: object) -> AsyncIterator[dict[str, Any]]:
    """Yield the rows of an owner in the order of their keys, which is that of their creation."""
    key = table_of(model, is_postgres()).key
    of_owner = model.filter(**{path: owner_id}).order_by(key).limit(PORTION)
    rows = await of_owner.values()
    while rows:
        for row in rows:
            yield row
        if len(rows) < PORTION:
            return
        rows = await of_owner.filter(**{f"{key}__gt": rows[-1][key]}).values()


def _json(row: Mapping[str, Any]) -> str:
    values = {to_camel_case(name): value for name, value in row.items() if name not in DERIVED}
    # asyncpg's UUIDs are of a class of its own, which orjson does not know.
    return orjson.dumps(values, default=str, option=orjson.OPT_UTC_Z).decode()
