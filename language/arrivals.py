"""Arrivals: when a parcel or an order has come."""

from datetime import datetime

from language import estimate_messages as words
from language.facts import EventFacts, OrderFacts, ShipmentFacts
from language.local_moments import LocalMoment, local_moment
from language.locales import Language
from language.zones import clock_of
from models.enums import ShipmentStatus, TrackingEventType

HANDED_OVER = frozenset(
    {
        TrackingEventType.DELIVERED,
        TrackingEventType.COLLECTED,
        TrackingEventType.PROOF_OF_DELIVERY,
    }
)


def order_arrival(language: Language, order: OrderFacts, now: datetime) -> str | None:
    """Return when the last parcel of the order arrived; None if it was collected."""
    last = last_delivered(order)
    return None if last is None else arrival_text(language, order, last, now)


def arrival_text(
    language: Language, order: OrderFacts, shipment: ShipmentFacts, now: datetime
) -> str | None:
    """Return when a parcel arrived: with the hour if it is known, None if it was collected."""
    moment = arrival_moment(order, shipment)
    if moment is None or is_collected(shipment):
        return None
    day = language.day(moment.day, clock_of(order.destination).day(now))
    if moment.time is None:
        return language.say(words.ARRIVED_THAT_DAY, day=day)
    return language.say(words.ARRIVED, day=day, time=language.time(moment.time))


def arrival_moment(order: OrderFacts, shipment: ShipmentFacts) -> LocalMoment | None:
    """Return the local day of a delivery, with its time if the event that told it has one."""
    if shipment.delivered_at is None:
        return None
    clock, event = clock_of(order.destination), delivery_event(shipment)
    if event is None:
        return LocalMoment(clock.day(shipment.delivered_at), None)
    return local_moment(event, clock)


def delivery_event(shipment: ShipmentFacts) -> EventFacts | None:
    """Return the event that gave the time of the delivery, None if it is not among the facts."""
    return next(
        (
            event
            for event in shipment.newest_events
            if event.type in HANDED_OVER
            and event.has_happened
            and event.occurred_at == shipment.delivered_at
        ),
        None,
    )


def is_collected(shipment: ShipmentFacts) -> bool:
    """Return whether the customer fetched the parcel."""
    event = delivery_event(shipment)
    return event is not None and event.type is TrackingEventType.COLLECTED


def last_delivered(order: OrderFacts) -> ShipmentFacts | None:
    """Return the parcel that was delivered last, None if none was."""
    delivered = [
        (each.delivered_at, each)
        for each in order.shipments
        if each.delivered_at is not None and each.status is ShipmentStatus.DELIVERED
    ]
    return max(delivered, key=lambda pair: pair[0])[1] if delivered else None
