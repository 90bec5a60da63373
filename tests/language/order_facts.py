"""Builders of facts: an order, its parcels, events and troubles, with every value defaulted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from language.facts import (
    EstimateFacts,
    EventFacts,
    ItemFacts,
    OrderFacts,
    PlaceFacts,
    ShipmentFacts,
    TroubleFacts,
)
from models.enums import (
    EstimateSource,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BERLIN = PlaceFacts(city="Berlin", country="DE")


def at(text: str) -> datetime:
    """Return a moment from ISO 8601; without an offset it is in UTC."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def build_event(type_: TrackingEventType, **values: Any) -> EventFacts:
    facts = EventFacts(id=f"event-{type_}", type=type_, occurred_at=NOW - timedelta(hours=2))
    return replace(facts, **values)


def build_trouble(type_: ExceptionType, **values: Any) -> TroubleFacts:
    facts = TroubleFacts(
        id=f"trouble-{type_}",
        type=type_,
        severity=ExceptionSeverity.MEDIUM,
        status=ExceptionStatus.OPEN,
        action_required=True,
        opened_at=NOW - timedelta(hours=1),
    )
    return replace(facts, **values)


def build_estimate(earliest: str, latest: str | None = None, **values: Any) -> EstimateFacts:
    facts = EstimateFacts(
        at(earliest), at(latest or earliest), EstimateSource.CARRIER, NOW - timedelta(days=1)
    )
    return replace(facts, **values)


def build_shipment(
    status: ShipmentStatus = ShipmentStatus.IN_TRANSIT, **values: Any
) -> ShipmentFacts:
    facts = ShipmentFacts(
        id="parcel", status=status, created_at=NOW - timedelta(days=3), carrier="ups"
    )
    return replace(facts, **values)


def build_order(
    status: OrderStatus = OrderStatus.SHIPPED, *shipments: ShipmentFacts, **values: Any
) -> OrderFacts:
    facts = OrderFacts(
        tracking_id="WA-TEST",
        status=status,
        destination=BERLIN,
        placed_at=NOW - timedelta(days=4),
        shipments=shipments,
    )
    return replace(facts, **values)


def build_item(quantity: int = 1, **values: Any) -> ItemFacts:
    return replace(ItemFacts(id="item", name="Lamp", quantity=quantity), **values)
