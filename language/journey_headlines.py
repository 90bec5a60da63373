"""Journey headlines: what is said first of an order that goes its way."""

from language import headline_messages as words
from language.arrivals import arrival_moment, delivery_event, is_collected, last_delivered
from language.carriers import carrier_name
from language.facts import PlaceFacts, ShipmentFacts
from language.headline_parts import Headline, HeadlineKind, HeadlineSubject
from language.messages import PluralMessage
from language.plain_values import capitalized, plain_city, plain_value
from language.progress import (
    expected_shipments,
    has_pieces_to_ship,
    live_pieces,
    live_shipments,
    ready_shipments,
)
from language.zones import clock_of
from models.enums import DeliveryMethod, OrderStatus, ShipmentStatus, TrackingEventType

MOVING = (
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.DELIVERY_ATTEMPTED,
    ShipmentStatus.AVAILABLE_FOR_PICKUP,
)


def ready_to_collect(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of an order of which a parcel waits for the customer."""
    expected, ready = expected_shipments(subject.order), ready_shipments(subject.order)
    if not ready:
        return None
    place = pickup_place(ready[0])
    title = subject.say(words.READY_PARTLY)
    if len(ready) == len(expected) and not has_pieces_to_ship(subject.order):
        city = plain_city(place)
        full = subject.say(words.READY_IN, city=city) if city else subject.say(words.READY)
        title = subject.short_title(full, words.READY)
    name = plain_value(place.name or "")
    where = [subject.say(words.WHERE_TO_COLLECT, place=name)] if name else []
    line = " ".join([*where, subject.of_carrier(words.BRING, ready)])
    return Headline(HeadlineKind.READY_TO_COLLECT, title, line)


def pickup_place(shipment: ShipmentFacts) -> PlaceFacts:
    """Return where a shipment waits, as far as its events tell."""
    for event in shipment.newest_events:
        is_ready = event.type is TrackingEventType.AVAILABLE_FOR_PICKUP
        if is_ready and event.location is not None and event.retracted_at is None:
            return event.location
    return PlaceFacts()


def delivered(subject: HeadlineSubject) -> Headline | None:
    if subject.order.status is not OrderStatus.DELIVERED:
        return None
    last = last_delivered(subject.order)
    if last is None:
        return Headline(HeadlineKind.ARRIVED, subject.say(words.DELIVERED))
    title = words.COLLECTED if is_collected(last) else words.DELIVERED
    question = None if is_collected(last) else subject.say(words.NOT_THERE)
    line = _delivery_line(subject, last)
    return Headline(HeadlineKind.ARRIVED, subject.say(title), line, question)


def _delivery_line(subject: HeadlineSubject, shipment: ShipmentFacts) -> str | None:
    moment = arrival_moment(subject.order, shipment)
    if moment is None:
        return None
    today = clock_of(subject.order.destination).day(subject.now)
    day, city = subject.language.day(moment.day, today), _delivery_city(subject, shipment)
    if moment.time is None:
        line = subject.say(words.DELIVERED_IN, day=day, city=city) if city else day
        return capitalized(line)
    time = subject.language.time(moment.time)
    if city is None:
        return capitalized(subject.say(words.DELIVERED_AT_TIME, day=day, time=time))
    return capitalized(subject.say(words.DELIVERED_AT, day=day, time=time, city=city))


def _delivery_city(subject: HeadlineSubject, shipment: ShipmentFacts) -> str | None:
    event = delivery_event(shipment)
    place = None if event is None else event.location
    return plain_city(place) or plain_city(subject.order.destination)


def partly_arrived(subject: HeadlineSubject) -> Headline | None:
    if subject.order.status is OrderStatus.PARTIALLY_DELIVERED:
        arrived = sum(item.delivered_quantity for item in subject.order.items)
        line = _pieces(subject, words.PIECES_ARRIVED, arrived)
        title = subject.say(words.PARTLY_DELIVERED)
        return Headline(HeadlineKind.PARTLY_ARRIVED, title, line, estimate=subject.estimate())
    if subject.order.status is OrderStatus.PARTIALLY_RETURNED:
        returned = sum(item.returned_quantity for item in subject.order.items)
        line = _pieces(subject, words.PIECES_RETURNED, returned)
        return Headline(HeadlineKind.BACK, subject.say(words.PARTLY_RETURNED), line)
    return None


def _pieces(subject: HeadlineSubject, sentence: PluralMessage, part: int) -> str | None:
    """Return how many pieces of how many; None if that tells nothing."""
    pieces = live_pieces(subject.order)
    if not 0 < part < pieces:
        return None
    return subject.language.count(sentence, pieces, part=subject.language.number(part))


def out_for_delivery(subject: HeadlineSubject) -> Headline | None:
    statuses = {shipment.status for shipment in expected_shipments(subject.order)}
    is_all = subject.order.status is OrderStatus.OUT_FOR_DELIVERY
    if not is_all and ShipmentStatus.OUT_FOR_DELIVERY not in statuses:
        return None
    title = words.OUT_FOR_DELIVERY if is_all else words.OUT_FOR_DELIVERY_PARTLY
    kind = HeadlineKind.OUT_FOR_DELIVERY
    return Headline(kind, subject.say(title), estimate=subject.estimate())


def on_its_way(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of an order that has left: what of it comes, goes back or is lost."""
    if subject.order.status not in (OrderStatus.SHIPPED, OrderStatus.PARTIALLY_SHIPPED):
        return None
    live = {shipment.status for shipment in live_shipments(subject.order)}
    is_moving = any(status in MOVING for status in live)
    if live and not is_moving and ShipmentStatus.RETURNING in live:
        return Headline(HeadlineKind.GOING_BACK, subject.say(words.RETURNING_PARTLY))
    if live and not is_moving and ShipmentStatus.RETURNED in live:
        return Headline(HeadlineKind.BACK, subject.say(words.PARTLY_RETURNED))
    if live and not is_moving and ShipmentStatus.LOST in live:
        return Headline(HeadlineKind.LOST, subject.say(words.LOST_PARTLY_FOR_GOOD))
    is_part = subject.order.status is OrderStatus.PARTIALLY_SHIPPED or not live <= set(MOVING)
    title = subject.say(words.ON_ITS_WAY_PARTLY if is_part else words.ON_ITS_WAY)
    line = _pieces(subject, words.PIECES_PREPARED, _unshipped(subject))
    return Headline(HeadlineKind.ON_ITS_WAY, title, line, estimate=subject.estimate())


def _unshipped(subject: HeadlineSubject) -> int:
    shipped = sum(item.shipped_quantity for item in subject.order.items)
    return live_pieces(subject.order) - shipped


def packed(subject: HeadlineSubject) -> Headline | None:
    if subject.order.status is not OrderStatus.PACKED:
        return None
    live = live_shipments(subject.order)
    is_carried = any(carrier_name(shipment.carrier) for shipment in live)
    is_collected = subject.order.delivery_method is DeliveryMethod.PICKUP and not is_carried
    line = subject.of_carrier(words.NOT_READY if is_collected else words.NOT_PICKED_UP, live)
    kind, title = HeadlineKind.PACKED, subject.say(words.PACKED)
    return Headline(kind, title, line, estimate=subject.estimate())


def on_hold(subject: HeadlineSubject) -> Headline | None:
    if subject.order.status is not OrderStatus.ON_HOLD:
        return None
    return Headline(
        HeadlineKind.ON_HOLD, subject.say(words.ON_HOLD), subject.say(words.WAIT_FOR_US)
    )


def preparing(subject: HeadlineSubject) -> Headline:
    """Return the headline of an order of which nothing has left: any for which no rule holds."""
    if subject.order.status is OrderStatus.PENDING:
        kind, title = HeadlineKind.RECEIVED, words.PENDING
    else:
        kind, title = HeadlineKind.PREPARING, words.CONFIRMED
    return Headline(kind, subject.say(title), estimate=subject.estimate())
