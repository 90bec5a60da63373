"""The rows that the holder of a tracking link may see: one order, and what belongs to it."""

from uuid import UUID

from tortoise.models import Model

from engine.sql.conditions import IDENTITY, NOTHING, Condition, compared, placeholder
from engine.sql.rows import Row
from models.changes import Change
from models.customers import Customer
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.shipments import Shipment

PARTS = (OrderItem, Shipment, TrackingEvent, OrderException, Change)
"""The models whose rows belong to the order of their column `order_id`."""


def visible_by_link(model: type[Model], order_id: UUID) -> Condition:
    """Return the condition of the visible rows of a model."""
    if model is Order:
        return compared('"orders"."id"', "=", order_id, IDENTITY)
    if model in PARTS:
        return compared(f'{Row.of_table(model).table}."order_id"', "=", order_id, IDENTITY)
    if model is Customer:
        own = f'"orders"."id" = {placeholder(IDENTITY)}'
        who = f'SELECT "orders"."customer_id" FROM "orders" WHERE {own}'
        return Condition(f'"customer"."id" = ({who})', (order_id,))
    return NOTHING
