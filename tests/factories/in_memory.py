"""Builders of model rows in memory: every column has a default, and nothing is written.

Times are counted from START, so that a test can state them as hours or days.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from models.columns import new_id
from models.customers import Customer
from models.enums import (
    DeliveryMethod,
    EstimateSource,
    EventClassifier,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    Party,
    ShipmentStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.quantities import Parcel
from models.search import optionally_searchable, searchable
from models.shipments import Shipment, ShipmentItem
from models.tracking_ids import new_tracking_id

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)


def hour(number: float) -> datetime:
    """The moment that is this many hours after START."""
    return START + timedelta(hours=number)


def day(number: int | None) -> datetime | None:
    """The moment that is this many days after START, or None for None."""
    return None if number is None else START + timedelta(days=number)


def build_customer(**columns: Any) -> Customer:
    defaults = {"name": "Customer", "locale": "en", "created_at": START, "updated_at": START}
    customer = Customer(**{"id": new_id(), **defaults, **columns})
    customer.name_key = searchable(customer.name)
    customer.email_key = optionally_searchable(customer.email)
    return customer


def build_order(customer_id: UUID | None = None, **columns: Any) -> Order:
    """A pending order. It can be inserted if it has a customer."""
    defaults = {
        "id": new_id(),
        "tracking_id": new_tracking_id(),
        "destination_city": "Berlin",
        "destination_country": "DE",
        "delivery_method": DeliveryMethod.STANDARD,
        "currency": "EUR",
        "item_count": 1,
        "metadata": [],
        "placed_at": START,
        "promise_given_at": START,
        "updated_at": START,
        "status": OrderStatus.PENDING,
        "next_statuses": [],
        "health": Health.ON_TRACK,
        "sequence": 1,
    }
    order = Order(**{**defaults, **_key("customer_id", customer_id), **columns})
    order.reference_key = optionally_searchable(order.reference)
    return order


def build_item(order_id: UUID | None = None, **columns: Any) -> OrderItem:
    defaults = {"line": 1, "sku": "MUG", "name": "Mug", "quantity": 1, "placed_at": START}
    return OrderItem(**{"id": new_id(), **defaults, **_key("order_id", order_id), **columns})


def build_shipment(order_id: UUID | None = None, **columns: Any) -> Shipment:
    defaults = {
        "id": new_id(),
        "created_at": START,
        "updated_at": START,
        "status": ShipmentStatus.PENDING,
        "next_statuses": [],
        "health": Health.ON_TRACK,
        "placed_at": START,
        "order_status": OrderStatus.PENDING,
        "country": "DE",
    }
    return Shipment(**{**defaults, **_key("order_id", order_id), **columns})


def build_parcel(
    pieces: dict[UUID, int], status: ShipmentStatus = ShipmentStatus.PENDING, **columns: Any
) -> Parcel:
    """A shipment and its contents.

    `pieces` maps the id of an order item to how many pieces of it the shipment holds; `columns`
    are the shipment's.
    """
    shipment = build_shipment(status=status, **columns)
    contents = [
        ShipmentItem(
            id=new_id(),
            shipment_id=shipment.id,
            item_id=item_id,
            quantity=quantity,
            held_quantity=quantity,
        )
        for item_id, quantity in pieces.items()
    ]
    return Parcel(shipment, contents)


def build_exception(order_id: UUID | None = None, **columns: Any) -> OrderException:
    severity = columns.get("severity", ExceptionSeverity.LOW)
    defaults = {
        "id": new_id(),
        "type": ExceptionType.DELAY,
        "severity": severity,
        "severity_rank": severity.rank,
        "caused_by": Party.CARRIER,
        "status": ExceptionStatus.OPEN,
        "action_required": False,
        "opened_at": START,
        "updated_at": START,
        "placed_at": START,
    }
    return OrderException(**{**defaults, **_key("order_id", order_id), **columns})


def build_event(type_: TrackingEventType, at: float = 0, **columns: Any) -> TrackingEvent:
    """A carrier's event that happened `at` hours after START."""
    defaults = {
        "id": new_id(),
        "type": type_,
        "classifier": EventClassifier.ACTUAL,
        "occurred_at": hour(at),
        "moment": hour(at),
        "rank": 0,
        "time_zone_source": TimeZoneSource.OFFSET,
        "precision": TimePrecision.SECOND,
        "recorded_at": START,
        "source": "api",
        "fingerprint": f"{next(_numbers):08}",
    }
    return TrackingEvent(**{**defaults, **columns})


def build_day_event(type_: TrackingEventType, day: datetime, **columns: Any) -> TrackingEvent:
    """An event of which only the day is known, in UTC."""
    start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    times = {"occurred_at": start, "moment": start + DAY - timedelta(microseconds=1)}
    return build_event(type_, precision=TimePrecision.DAY, **{**times, **columns})


def build_held_event(
    exception_type: ExceptionType | None, at: float = 0, **columns: Any
) -> TrackingEvent:
    """A HELD event that says which type of exception stopped the shipment."""
    return build_event(TrackingEventType.HELD, at, exception_type=exception_type, **columns)


def build_estimate(source: EstimateSource, at: float, latest: float, **columns: Any) -> Estimate:
    """An estimate given `at` hours after START: between the hour before `latest` and `latest`."""
    defaults = {
        "id": new_id(),
        "source": source,
        "earliest_at": hour(latest - 1),
        "latest_at": hour(latest),
        "moment": hour(at),
        "revised_at": hour(at),
        "tie_break": f"{next(_numbers):08}",
    }
    return Estimate(**{**defaults, **columns})


def _key(name: str, value: UUID | None) -> dict[str, UUID]:
    """The column of a foreign key, which must not be passed to the model as None."""
    return {} if value is None else {name: value}
