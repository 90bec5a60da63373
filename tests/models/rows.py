"""Rows that are in no table: the rules need none."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from models.columns import new_id
from models.enums import (
    EstimateSource,
    EventClassifier,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    Party,
    ShipmentStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.fold import Folded, fold
from models.orders import Order, OrderItem
from models.quantities import Parcel
from models.shipments import Shipment, ShipmentItem

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def make_event(type_: TrackingEventType, at: float = 0, **values: Any) -> TrackingEvent:
    """`at`: hours after START."""
    given = {
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
    return TrackingEvent(**{**given, **values})


def make_day_event(type_: TrackingEventType, day: datetime, **values: Any) -> TrackingEvent:
    """News of a whole day, in UTC."""
    start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    times = {"occurred_at": start, "moment": start + DAY - timedelta(microseconds=1)}
    return make_event(type_, precision=TimePrecision.DAY, **{**times, **values})


def retracted(event: TrackingEvent) -> TrackingEvent:
    event.retracted_at = START
    return event


def walk(
    *news: TrackingEventType | TrackingEvent, floor: ShipmentStatus = ShipmentStatus.PENDING
) -> Folded:
    """Folds news that came an hour after each other."""
    return fold(floor, in_turn(*news))


def in_turn(*news: TrackingEventType | TrackingEvent) -> list[TrackingEvent]:
    return [
        one if isinstance(one, TrackingEvent) else make_event(one, at)
        for at, one in enumerate(news, 1)
    ]


def held_for(trouble: ExceptionType | None, at: float = 0, **values: Any) -> TrackingEvent:
    return make_event(TrackingEventType.HELD, at, exception_type=trouble, **values)


def make_order(**values: Any) -> Order:
    given = {"id": uuid4(), "placed_at": START, "updated_at": START, "sequence": 0}
    given |= {
        "promise_given_at": START,
        "destination_country": "DE",
        "health": Health.ON_TRACK,
        "confirmed_at": START,
    }
    return Order(**{**given, **values})


def make_item(quantity: int = 1, **values: Any) -> OrderItem:
    return OrderItem(**{"id": uuid4(), "quantity": quantity, **values})


def make_shipment(status: ShipmentStatus = ShipmentStatus.PENDING, **values: Any) -> Shipment:
    given: dict[str, Any] = {"id": uuid4(), "status": status, "created_at": START}
    given |= {"updated_at": START, "health": Health.ON_TRACK, "next_statuses": []}
    return Shipment(**{**given, **values})


def make_parcel(
    pieces: dict[UUID, int], status: ShipmentStatus = ShipmentStatus.PENDING, **values: Any
) -> Parcel:
    """`pieces`: how many of which item, all of them held."""
    shipment = make_shipment(status, **values)
    contents = [
        ShipmentItem(
            id=uuid4(),
            shipment_id=shipment.id,
            item_id=item_id,
            quantity=quantity,
            held_quantity=quantity,
        )
        for item_id, quantity in pieces.items()
    ]
    return Parcel(shipment, contents)


def make_estimate(source: EstimateSource, at: float, latest: float, **values: Any) -> Estimate:
    given = {
        "id": uuid4(),
        "source": source,
        "earliest_at": hour(latest - 1),
        "latest_at": hour(latest),
        "moment": hour(at),
        "revised_at": hour(at),
        "tie_break": f"{next(_numbers):08}",
    }
    return Estimate(**{**given, **values})


def make_exception(
    severity: ExceptionSeverity = ExceptionSeverity.MEDIUM, **values: Any
) -> OrderException:
    given = {
        "id": uuid4(),
        "type": ExceptionType.OTHER,
        "severity": severity,
        "caused_by": Party.CARRIER,
        "status": ExceptionStatus.OPEN,
        "action_required": True,
        "opened_at": START,
        "updated_at": START,
    }
    return OrderException(**{**given, **values})
