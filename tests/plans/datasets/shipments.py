"""Shipments of a random dataset, with their contents, events and estimates."""

from collections.abc import Sequence
from uuid import UUID

from models.enums import (
    EstimateSource,
    EventClassifier,
    ExceptionType,
    Health,
    ShipmentStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from models.estimates import Estimate
from models.events import TrackingEvent
from models.orders import OrderItem
from models.shipments import Shipment, ShipmentItem, comparable_number
from tests.plans.datasets.orders import random_estimate_columns
from tests.plans.datasets.random_values import RandomValues

CARRIERS = ("ups", "dhl_express", "royal_mail", "own")
"""The last carrier has no tracking page."""
NUMBERS = ("1Z-99_A%", "JJD 000 1", "x99a/ü?&=", "#1 ~.")
SERVICES = ("saver", 'say "when"', "100%")
ESTIMATE_SOURCES = (EstimateSource.CARRIER, EstimateSource.OPERATOR, EstimateSource.PREDICTION)
"""The sources of stored estimates; a promise is a column of the order."""


def build_random_shipment(source: RandomValues, order_id: UUID) -> Shipment:
    number = source.maybe(source.choice(NUMBERS), 0.8)
    return Shipment(
        id=source.id(),
        order_id=order_id,
        carrier=source.maybe(source.choice(CARRIERS), 0.8),
        service=source.maybe(source.choice(SERVICES)),
        tracking_number=number,
        number_key=number and comparable_number(number),
        origin=source.maybe(source.place()),
        created_at=source.moment(),
        packed_at=source.maybe_moment(),
        dispatched_at=source.maybe_moment(),
        updated_at=source.moment(),
        status=source.enum_member(ShipmentStatus),
        next_statuses=source.enum_subset(ShipmentStatus),
        health=source.enum_member(Health),
        shipped_at=source.maybe_moment(),
        delivered_at=source.maybe_moment(),
        signed_by=source.maybe_text(200),
        late_after=source.maybe_moment(),
        **random_estimate_columns(source),
    )


def build_random_contents(
    source: RandomValues, shipment: Shipment, items: Sequence[OrderItem]
) -> list[ShipmentItem]:
    """The contents of the shipment: some of the order's items, or none."""
    return [
        ShipmentItem(
            id=source.id(),
            shipment_id=shipment.id,
            item_id=item.id,
            quantity=source.integer(1, 9),
            held_quantity=0,
        )
        for item in items
        if source.chance(0.6)
    ]


def build_random_event(source: RandomValues, shipment: Shipment | None) -> TrackingEvent:
    """An event; without a shipment, it waits for a shipment with its tracking number."""
    return TrackingEvent(
        id=source.id(),
        order_id=shipment and shipment.order_id,
        shipment_id=shipment and shipment.id,
        carrier=source.choice(CARRIERS),
        number_key="1Z99_A%",
        type=source.enum_member(TrackingEventType),
        classifier=source.enum_member(EventClassifier),
        occurred_at=source.moment(),
        moment=source.moment(),
        rank=source.integer(0, 3),
        local_time=source.maybe("2026-03-01T14:05:00.500000"),
        time_zone_source=source.enum_member(TimeZoneSource),
        precision=source.enum_member(TimePrecision),
        recorded_at=source.moment(),
        location=source.place(),
        description=source.maybe_text(),
        signed_by=source.maybe_text(200),
        source=source.choice(["api", "easypost"]),
        carrier_code=source.maybe_text(200),
        exception_type=source.maybe(source.enum_member(ExceptionType)),
        retracted_at=source.maybe(source.moment(), 0.2),
        fingerprint=source.hex_digits(64),
    )


def build_random_estimate(source: RandomValues, shipment: Shipment) -> Estimate:
    earliest, latest = source.span()
    return Estimate(
        id=source.id(),
        shipment_id=shipment.id,
        event_id=None,
        source=source.choice(ESTIMATE_SOURCES),
        earliest_at=earliest,
        latest_at=latest,
        reason=source.maybe_text(),
        moment=source.moment(),
        revised_at=source.moment(),
        tie_break=source.hex_digits(64),
        is_retracted=source.chance(0.15),
    )
