"""Trouble headlines: what is said first of an order that has not arrived as it should."""

from types import MappingProxyType

from language import headline_messages as words
from language.facts import OrderFacts, ShipmentFacts, TroubleFacts
from language.headline_parts import Headline, HeadlineKind, HeadlineSubject
from language.local_moments import local_moment
from language.messages import Message
from language.progress import (
    LOSSES,
    expected_shipments,
    has_pieces_to_ship,
    is_destroyed,
    is_going_back,
    is_lost,
    live_shipments,
    open_troubles,
    open_troubles_of,
    shipment_of,
    troubles_of_shipment,
)
from language.trouble_messages import RETURN_REASONS
from language.troubles import our_work, solved_lines, trouble_title
from language.zones import clock_of
from models.enums import (
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)

TURNING_POINTS = MappingProxyType(
    {
        TrackingEventType.REFUSED: ExceptionType.RECIPIENT_REFUSED,
        TrackingEventType.NOT_COLLECTED: ExceptionType.NOT_COLLECTED,
    }
)
"""The events after which a parcel is sent back. When they come together with its return, there is
no exception that would tell why."""


def cancelled(subject: HeadlineSubject) -> Headline | None:
    if subject.order.status is not OrderStatus.CANCELLED:
        return None
    return Headline(
        HeadlineKind.CANCELLED, subject.say(words.CANCELLED), subject.refund_words or None
    )


def lost(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of an order with a loss: open, or closed if nothing else comes."""
    losses = open_troubles_of(subject.order, *LOSSES)
    if losses:
        return Headline(
            HeadlineKind.LOST,
            subject.say(_loss_title(subject.order, losses[0])),
            _loss_line(subject, losses[0]),
        )
    if not is_lost(subject.order):
        return None
    all_destroyed = all(is_destroyed(each) for each in live_shipments(subject.order))
    title = words.DESTROYED if all_destroyed else words.LOST_FOR_GOOD
    told = [each for each in subject.order.troubles if each.type in LOSSES]
    solved = solved_lines(subject.language, subject.order, told)
    line = solved[0].text if solved else None
    return Headline(HeadlineKind.LOST, subject.say(title), line)


def _loss_title(order: OrderFacts, loss: TroubleFacts) -> Message:
    shipment = shipment_of(order, loss)
    if shipment is not None and is_destroyed(shipment) and len(live_shipments(order)) == 1:
        return words.DESTROYED
    is_part = shipment is not None and len(live_shipments(order)) > 1 and not is_lost(order)
    if loss.type is ExceptionType.STOLEN:
        return words.STOLEN_PARTLY if is_part else words.STOLEN
    return words.LOST_PARTLY if is_part else words.LOST


def _loss_line(subject: HeadlineSubject, loss: TroubleFacts) -> str:
    line = {
        ExceptionStatus.OPEN: words.LOOKING,
        ExceptionStatus.WAITING: words.WAITING,
    }.get(loss.status, words.WORKING)
    shipment = shipment_of(subject.order, loss)
    return subject.of_carrier(line, [] if shipment is None else [shipment])


def back(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of an order that is back or on its way back, with the reason."""
    if subject.order.status is OrderStatus.RETURNED:
        kind, title = HeadlineKind.BACK, words.RETURNED
    elif is_going_back(subject.order):
        kind, title = HeadlineKind.GOING_BACK, words.RETURNING
    else:
        return None
    return Headline(kind, subject.say(title), _return_reason(subject))


def _return_reason(subject: HeadlineSubject) -> str | None:
    """Return why the parcels turned round before they were delivered, as far as it is known."""
    troubles = [
        trouble
        for shipment in live_shipments(subject.order)
        if shipment.delivered_at is None
        for trouble in troubles_of_shipment(subject.order, shipment)
        if trouble.status is not ExceptionStatus.DISMISSED and trouble.type in RETURN_REASONS
    ]
    if troubles:
        last = max(troubles, key=lambda trouble: trouble.opened_at)
        return subject.say(RETURN_REASONS[last.type])
    reasons = {_turning_point(shipment) for shipment in live_shipments(subject.order)}
    reason = reasons.pop() if len(reasons) == 1 else None
    return None if reason is None else subject.say(RETURN_REASONS[reason])


def _turning_point(shipment: ShipmentFacts) -> ExceptionType | None:
    """Return what the event right before its return says, None if it gives no reason."""
    types = [event.type for event in shipment.events if event.has_happened]
    if shipment.delivered_at is not None or TrackingEventType.RETURN_STARTED not in types:
        return None
    before = types[: types.index(TrackingEventType.RETURN_STARTED)]
    return TURNING_POINTS.get(before[-1]) if before else None


def not_delivered(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of an order that somebody tried to deliver, with what was wrong."""
    expected = expected_shipments(subject.order)
    tried = [each for each in expected if each.status is ShipmentStatus.DELIVERY_ATTEMPTED]
    if not tried:
        return None
    is_part = len(tried) < len(expected) or has_pieces_to_ship(subject.order)
    full = subject.say(words.NOT_DELIVERED_PARTLY)
    if not is_part:
        full = subject.of_carrier(words.NOT_DELIVERED, tried)
    title = subject.short_title(full, words.NOT_DELIVERED.unnamed)
    troubles = [trouble for each in tried for trouble in troubles_of_shipment(subject.order, each)]
    return Headline(
        HeadlineKind.NOT_DELIVERED,
        title,
        _worst(subject, troubles, tried[0].carrier),
        estimate=subject.estimate(),
    )


def _worst(
    subject: HeadlineSubject, troubles: list[TroubleFacts], carrier: str | None
) -> str | None:
    worst = next(iter(open_troubles(troubles)), None)
    return None if worst is None else trouble_title(subject.language, worst, carrier)


def wrongly_delivered(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of a delivered order of which something is wrong."""
    if subject.order.status is not OrderStatus.DELIVERED:
        return None
    question = subject.say(words.NOT_THERE)
    if open_troubles_of(subject.order, ExceptionType.WRONG_DELIVERY):
        title = subject.say(words.WRONG_PLACE)
        return Headline(HeadlineKind.NOT_DELIVERED, title, question=question)
    if open_troubles_of(subject.order, ExceptionType.PARTIAL_DELIVERY):
        title = subject.say(words.SOMETHING_MISSING)
        return Headline(HeadlineKind.PARTLY_ARRIVED, title, question=question)
    return None


def no_news(subject: HeadlineSubject) -> Headline | None:
    """Return the headline of an order of which the carrier has told nothing for days."""
    order, expected = subject.order, expected_shipments(subject.order)
    stale = open_troubles_of(order, ExceptionType.STALE)
    silent = [each for each in expected if each.health is Health.STALE]
    silent += [each for each in expected if any(_is_about(trouble, each) for trouble in stale)]
    if not silent:
        return None
    line = our_work(subject.language, stale[0]) if stale else subject.say(words.OFTEN_SOLVED)
    title = _silence(subject, silent)
    return Headline(HeadlineKind.NO_NEWS, title, line, estimate=subject.estimate())


def _is_about(trouble: TroubleFacts, shipment: ShipmentFacts) -> bool:
    return trouble.shipment_id in (None, shipment.id)


def _silence(subject: HeadlineSubject, silent: list[ShipmentFacts]) -> str:
    clock = clock_of(subject.order.destination)
    told = [event for shipment in silent for event in shipment.events if event.has_happened]
    if not told:
        return subject.say(words.NO_NEWS)
    last = max(told, key=lambda event: event.occurred_at)
    day = subject.language.day(local_moment(last, clock).day, clock.day(subject.now))
    return subject.say(words.NO_NEWS_SINCE, day=day)
