"""Rows of orders and what belongs to them, without the acts that write them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.columns import new_id
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
from models.search import optionally_searchable, searchable
from models.shipments import Shipment
from models.tracking_ids import new_tracking_id

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def day(number: int | None) -> datetime | None:
    """So many days after the first of them; none for none."""
    return None if number is None else NOW + timedelta(days=number)


def customer(**columns: Any) -> Customer:
    given = {"name": "Customer", "locale": "en", "created_at": NOW, "updated_at": NOW}
    row = Customer(id=new_id(), **{**given, **columns})
    row.name_key, row.email_key = searchable(row.name), optionally_searchable(row.email)
    return row


def order(customer_id: UUID, **columns: Any) -> Order:
    given = {
        "tracking_id": new_tracking_id(),
        "customer_id": customer_id,
        "destination_city": "Berlin",
        "destination_country": "DE",
        "delivery_method": DeliveryMethod.STANDARD,
        "currency": "EUR",
        "item_count": 1,
        "metadata": [],
        "placed_at": NOW,
        "promise_given_at": NOW,
        "updated_at": NOW,
        "status": OrderStatus.PENDING,
        "next_statuses": [],
        "health": Health.ON_TRACK,
        "sequence": 1,
    }
    row = Order(id=new_id(), **{**given, **columns})
    row.reference_key = optionally_searchable(row.reference)
    return row


def item(order_id: UUID, **columns: Any) -> OrderItem:
    given = {"line": 1, "sku": "MUG", "name": "Mug", "quantity": 1, "placed_at": NOW}
    return OrderItem(id=new_id(), order_id=order_id, **{**given, **columns})


def shipment(order_id: UUID, **columns: Any) -> Shipment:
    given = {
        "created_at": NOW,
        "updated_at": NOW,
        "status": ShipmentStatus.PENDING,
        "next_statuses": [],
        "health": Health.ON_TRACK,
        "placed_at": NOW,
        "order_status": OrderStatus.PENDING,
        "country": "DE",
    }
    return Shipment(id=new_id(), order_id=order_id, **{**given, **columns})


def exception(order_id: UUID, **columns: Any) -> OrderException:
    severity = columns.get("severity", ExceptionSeverity.LOW)
    given = {
        "type": ExceptionType.DELAY,
        "severity": severity,
        "severity_rank": severity.rank,
        "caused_by": Party.CARRIER,
        "status": ExceptionStatus.OPEN,
        "action_required": False,
        "opened_at": NOW,
        "updated_at": NOW,
        "placed_at": NOW,
    }
    return OrderException(id=new_id(), order_id=order_id, **{**given, **columns})
