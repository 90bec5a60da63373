"""Parcels of a shop by chance: shipments, their events, and when they are expected."""

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
from tests.plans.shops.chances import Chances
from tests.plans.shops.orders import make_expectation

CARRIERS = ("ups", "dhl_express", "royal_mail", "own")
"""One of them without a page of its own."""
NUMBERS = ("1Z-99_A%", "JJD 000 1", "x99a/ü?&=", "#1 ~.")
SERVICES = ("saver", 'say "when"', "100%")
SPOKEN = (EstimateSource.CARRIER, EstimateSource.OPERATOR, EstimateSource.PREDICTION)
"""Of these there are revisions; a promise is the order's."""


def make_shipment(chance: Chances, order_id: UUID) -> Shipment:
    number = chance.maybe(chance.one_of(NUMBERS), 0.8)
    return Shipment(
        id=chance.id(),
        order_id=order_id,
        carrier=chance.maybe(chance.one_of(CARRIERS), 0.8),
        service=chance.maybe(chance.one_of(SERVICES)),
        tracking_number=number,
        number_key=number and comparable_number(number),
        origin=chance.maybe(chance.place()),
        created_at=chance.moment(),
        packed_at=chance.maybe_moment(),
        dispatched_at=chance.maybe_moment(),
        updated_at=chance.moment(),
        status=chance.word(ShipmentStatus),
        next_statuses=chance.some(ShipmentStatus),
        health=chance.word(Health),
        shipped_at=chance.maybe_moment(),
        delivered_at=chance.maybe_moment(),
        signed_by=chance.maybe_text(200),
        late_after=chance.maybe_moment(),
        **make_expectation(chance),
    )


def make_contents(
    chance: Chances, shipment: Shipment, items: Sequence[OrderItem]
) -> list[ShipmentItem]:
    """Some of the order's lines; none is possible too."""
    return [
        ShipmentItem(
            id=chance.id(),
            shipment_id=shipment.id,
            item_id=item.id,
            quantity=chance.count(1, 9),
            held_quantity=0,
        )
        for item in items
        if chance.is_so(0.6)
    ]


def make_event(chance: Chances, shipment: Shipment | None) -> TrackingEvent:
    """Without a shipment: kept for a number that none has yet."""
    return TrackingEvent(
        id=chance.id(),
        order_id=shipment and shipment.order_id,
        shipment_id=shipment and shipment.id,
        carrier=chance.one_of(CARRIERS),
        number_key="1Z99_A%",
        type=chance.word(TrackingEventType),
        classifier=chance.word(EventClassifier),
        occurred_at=chance.moment(),
        moment=chance.moment(),
        rank=chance.count(0, 3),
        local_time=chance.maybe("2026-03-01T14:05:00.500000"),
        time_zone_source=chance.word(TimeZoneSource),
        precision=chance.word(TimePrecision),
        recorded_at=chance.moment(),
        location=chance.place(),
        description=chance.maybe_text(),
        signed_by=chance.maybe_text(200),
        source=chance.one_of(["api", "easypost"]),
        carrier_code=chance.maybe_text(200),
        exception_type=chance.maybe(chance.word(ExceptionType)),
        retracted_at=chance.maybe(chance.moment(), 0.2),
        fingerprint=chance.digits(64),
    )


def make_estimate(chance: Chances, shipment: Shipment) -> Estimate:
    earliest, latest = chance.span()
    return Estimate(
        id=chance.id(),
        shipment_id=shipment.id,
        event_id=None,
        source=chance.one_of(SPOKEN),
        earliest_at=earliest,
        latest_at=latest,
        reason=chance.maybe_text(),
        moment=chance.moment(),
        revised_at=chance.moment(),
        tie_break=chance.digits(64),
        is_retracted=chance.is_so(0.15),
    )
